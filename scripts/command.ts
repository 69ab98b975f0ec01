import { fileURLToPath } from "node:url";
import { type Options, readArguments, reportUserErrors, type Values } from "../src/mock/command-line.ts";

export { readPort } from "../src/mock/command-line.ts";
export { UserError } from "../src/mock/user-error.ts";

/** Runs a script's work with its options if the script is what Node was started with, not if another imports it. */
export async function command<const Known extends Options>(
  meta: ImportMeta,
  known: Known,
  work: (options: Values<Known>) => Promise<void>,
): Promise<void> {
  if (isStarted(meta)) await reportUserErrors(() => work(readArguments(process.argv.slice(2), known).options));
}

/** Whether a module is what Node was started with. */
export function isStarted({ url }: ImportMeta): boolean {
  return process.argv[1] === fileURLToPath(url);
}
