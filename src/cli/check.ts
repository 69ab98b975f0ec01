import { peers, requirePeers } from "../openapi/peers.ts";
import { UserError } from "../openapi/user-error.ts";
import { print, readCommand, readFileNames } from "./command-line.ts";

const usage = `Usage: login-apis check <file…>

Says what is wrong with OpenAPI 3.1 documents that have x-login: file, line and column, what to do, and where a
sentence does not show it, what to write. Warnings are printed, and fail nothing.

Exit code: 0 if nothing is wrong, 1 if something is, 2 if the command cannot do it, 3 if it failed itself.`;

/** `check <file…>`: prints what is wrong. Throws a `UserError` with it, if anything is. */
export async function checkCommand(args: string[]): Promise<void> {
  const asked = readCommand(args, {}, usage);
  if (!asked) return;
  const files = readFileNames(asked.operands, usage);
  requirePeers("login-apis check", [...peers.reading, ...peers.checking]);
  const { checkForAnybody } = await import("../openapi/check.ts");
  const { problems, warnings } = await checkForAnybody(files);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (problems.length > 0) throw new UserError(`${problems.join("\n")}\n${counted(problems.length)} to mend.`);
  print(`${files.join(", ")}: nothing is wrong${warnings.length > 0 ? ", beside the warnings" : ""}.`);
}

function counted(count: number): string {
  return count === 1 ? "1 thing" : `${count} things`;
}
