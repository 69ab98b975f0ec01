import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { UserError } from "./command.ts";

const cli = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");

/** Redocly's CLI asks the network about itself unless it is told not to, and on Windows has colours for whoever reads it. */
const environment = {
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
};

export interface RedoclyResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs Redocly's CLI to its end, or until `signal` stops it, which rejects. `variables` go into its environment. */
export async function runRedocly(
  args: string[],
  signal?: AbortSignal,
  variables: Record<string, string> = {},
): Promise<RedoclyResult> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...environment, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr: withoutBanner(stderr) };
}

/** Runs Redocly's CLI and gives what it printed. Throws a `UserError` with that if it exits with an error. */
export async function redocly(
  args: string[],
  signal?: AbortSignal,
  variables?: Record<string, string>,
): Promise<string> {
  const { code, stdout, stderr } = await runRedocly(args, signal, variables);
  const output = (stdout + stderr).trim();
  if (code !== 0) throw new UserError(output);
  return output;
}

/** Checks documents, translations and workflows, by its rules and the house's, and gives what was printed. */
export function lint(files: string[]): Promise<string> {
  return redocly(["lint", "--config=scripts/lint/redocly.yaml", ...files]);
}

/** On Node 20 it prints a box about the next major version, which is no business of whoever runs a script here. */
function withoutBanner(stderr: string): string {
  return stderr.replace(/^ *╔[\s\S]*?╚.*$/m, "");
}
