#!/usr/bin/env node
import { mockCommand } from "./command.ts";
import { reportUserErrors } from "./command-line.ts";
import { readPackagedDocuments } from "./packaged.ts";
import { UserError } from "./user-error.ts";

const usage = "Usage: login-apis mock [api…] [--port <number>] [--host <address>] [--quiet] [--scenarios]";

const [verb, ...args] = process.argv.slice(2);
await reportUserErrors(async () => {
  if (verb !== "mock") throw new UserError(usage, 2);
  await mockCommand(args, readPackagedDocuments);
});
