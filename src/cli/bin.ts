#!/usr/bin/env node
import { packagedDocuments } from "../openapi/packaged.ts";
import { UserError } from "../openapi/user-error.ts";
import { reportUserErrors } from "./command-line.ts";
import { mockCommand, usage, version } from "./mock.ts";

const [verb, ...args] = process.argv.slice(2);
await reportUserErrors(async () => {
  if (verb === "--help" || verb === "-h") process.stdout.write(`${usage}\n`);
  else if (verb === "--version") process.stdout.write(`${version()}\n`);
  else if (verb === "mock") await mockCommand(args, packagedDocuments);
  else throw new UserError(usage, 2);
});
