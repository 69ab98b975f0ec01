import { realpathSync } from "node:fs";
import { parse } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options, readCommand, reportUserErrors, type Values } from "../src/cli/command-line.ts";
import { UserError } from "../src/openapi/user-error.ts";

export { readPort } from "../src/cli/command-line.ts";
export { UserError };

/**
 * Runs a script's work with its options if the script is what Node was started with, not if another imports it. With
 * `--help` it prints how the script is used, its options if there is nothing more to say, with `--version` the package's.
 */
export async function command<const Known extends Options>(
  meta: ImportMeta,
  known: Known,
  work: (options: Values<Known>) => Promise<void>,
  usage?: string,
): Promise<void> {
  if (!isStarted(meta)) return;
  await reportUserErrors(async () => {
    const used = usage ?? usageOf(known);
    const asked = readCommand(process.argv.slice(2), known, used);
    if (!asked) return;
    const [operand] = asked.operands;
    if (operand !== undefined)
      throw new UserError(`Unexpected argument '${operand}'. npm hands on an option only behind \`--\`.\n${used}`, 2);
    await work(asked.options);
  });
}

function usageOf(known: Options): string {
  const [, started = ""] = process.argv;
  const options = Object.entries(known).map(([name, { type }]) =>
    type === "string" ? ` [--${name} <value>]` : ` [--${name}]`,
  );
  return `Usage: npm run ${parse(started).name}${options.length > 0 ? ` --${options.join("")}` : ""}`;
}

/** Whether a module is what Node was started with. */
export function isStarted({ url }: ImportMeta): boolean {
  const [, started] = process.argv;
  // Node follows symbolic links for what it loads, not for what it was told to start.
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
