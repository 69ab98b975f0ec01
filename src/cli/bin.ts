#!/usr/bin/env node
import { packagedDocuments } from "../openapi/packaged.ts";
import { UserError } from "../openapi/user-error.ts";
import { print, reportUserErrors, version } from "./command-line.ts";

const usage = `Usage: login-apis <verb> [options]

  init      prints a document to start from
  check     says what is wrong with a document, where, and what to write
  generate  writes the typed client, login and session of a document
  mock      answers as a document says, on a port of this machine
  docs      builds the page of a document
  verify    asks a real service about what a document infers

login-apis <verb> --help says more of each; --version is the package's version.`;

/** A verb is loaded when it is asked for: what it needs may not be installed. */
const verbs = new Map<string | undefined, (args: string[]) => Promise<void>>([
  ["init", async (args) => (await import("./init.ts")).initCommand(args)],
  ["check", async (args) => (await import("./check.ts")).checkCommand(args)],
  ["generate", async (args) => (await import("./generate.ts")).generateCommand(args)],
  ["mock", async (args) => (await import("./mock.ts")).mockCommand(args, packagedDocuments)],
  ["docs", async (args) => (await import("./docs.ts")).docsCommand(args)],
  ["verify", verify],
]);

async function verify(args: string[]): Promise<void> {
  const { documentNamed, verifyCommand } = await import("./verify.ts");
  await verifyCommand(args, documentNamed);
}

const [verb, ...args] = process.argv.slice(2);
await reportUserErrors(async () => {
  if (verb === "--help" || verb === "-h") return print(usage);
  if (verb === "--version") return print(version());
  const command = verbs.get(verb);
  if (verb === undefined) throw new UserError(usage, 2);
  if (!command) throw new UserError(`There is no verb "${verb}".\n${usage}`, 2);
  await command(args);
});
