#!/usr/bin/env node
import { UserError } from "../openapi/user-error.ts";
import { mockCommand, usage, version } from "./command.ts";
import { reportUserErrors } from "./command-line.ts";
import { packagedDocuments } from "./packaged.ts";

const [verb, ...args] = process.argv.slice(2);
await reportUserErrors(async () => {
  if (verb === "--help" || verb === "-h") process.stdout.write(`${usage}\n`);
  else if (verb === "--version") process.stdout.write(`${version()}\n`);
  else if (verb === "mock") await mockCommand(args, packagedDocuments);
  else throw new UserError(usage, 2);
});
