import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Options, readArguments, reportUserErrors, type Values } from "../src/cli/command-line.ts";

export { readPort } from "../src/cli/command-line.ts";
export { UserError } from "../src/openapi/user-error.ts";

/**
 * Runs a script's work with its options if the script is what Node was started with, not if another imports it. With
 * `--help` it prints how the script is used, where there is something to say.
 */
export async function command<const Known extends Options>(
  meta: ImportMeta,
  known: Known,
  work: (options: Values<Known>) => Promise<void>,
  usage?: string,
): Promise<void> {
  if (!isStarted(meta)) return;
  const args = process.argv.slice(2);
  if (usage !== undefined && args.includes("--help")) return void process.stdout.write(`${usage}\n`);
  await reportUserErrors(() => work(readArguments(args, known).options));
}

/** Whether a module is what Node was started with. */
export function isStarted({ url }: ImportMeta): boolean {
  const [, started] = process.argv;
  // Node follows symbolic links for what it loads, not for what it was told to start.
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
