import { readFile } from "node:fs/promises";
import { UserError } from "../openapi/user-error.ts";
import { readCommand } from "./command-line.ts";

const usage = `Usage: login-apis init > billing.yaml

Prints an OpenAPI 3.1 document of a login with x-login, to start from: change its paths, members and codes to those of
your own API, and run login-apis check on it.`;

/** `init`: prints a document to start from. */
export async function initCommand(args: string[]): Promise<void> {
  const asked = readCommand(args, {}, usage);
  if (!asked) return;
  if (asked.operands.length > 0) throw new UserError(`init takes no name, and prints the document.\n${usage}`, 2);
  process.stdout.write(await readFile(new URL("document.yaml", import.meta.url), "utf8"));
}
