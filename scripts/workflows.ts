import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { readArguments, reportUserErrors } from "../src/mock/command-line.ts";
import { listen } from "../src/mock/listen.ts";
import { createMock } from "../src/mock/server.ts";
import { isStarted, UserError } from "./command.ts";
import { readDocuments, registry } from "./documents.ts";
import { redocly } from "./redocly.ts";

const ending = ".arazzo.yaml";
const known = { server: { type: "string" }, workflow: { type: "string" }, verbose: { type: "boolean" } } as const;

if (isStarted(import.meta)) {
  await reportUserErrors(async () => {
    const { options, operands } = readArguments(process.argv.slice(2), known, { operands: true });
    const files = await selected(operands);
    await redocly(["lint", ...files]);
    console.log(await runWorkflows(files, options));
  });
}

/** The Arazzo files of the registry, by name: one for an API, named after it. */
export async function workflowFiles(): Promise<string[]> {
  const folder = `${registry}/workflows`;
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending)).sort();
  return files.map((file) => `${folder}/${file}`);
}

interface WorkflowOptions {
  /** Where the API answers, in place of a mock. */
  server?: string;
  /** The one workflow to run. */
  workflow?: string;
  /** Show requests and replies, with the secrets that Redocly knows masked. */
  verbose?: boolean;
}

/**
 * Runs Arazzo files by `redocly respect`, and gives what it printed. Inputs come from the environment variable
 * `REDOCLY_CLI_RESPECT_INPUT`, so that no secret stands on a command line. Throws a `UserError` if a step fails.
 */
export async function runWorkflows(
  files: string[],
  { server, workflow, verbose }: WorkflowOptions = {},
): Promise<string> {
  if (server !== undefined && files.length !== 1) throw new UserError("Name the one API that --server is for.", 2);
  const mock = server === undefined ? await listen(await createMock(await readDocuments()), 0) : undefined;
  const servers = files.map((file) => `${basename(file, ending)}=${server ?? mock?.url}`).join(",");
  try {
    return await redocly([
      "respect",
      ...files,
      ...["--server", servers],
      ...(workflow ? ["--workflow", workflow] : []),
      ...(verbose ? ["--verbose"] : []),
    ]);
  } finally {
    await mock?.close();
  }
}

async function selected(apis: string[]): Promise<string[]> {
  const files = await workflowFiles();
  const names = files.map((file) => basename(file, ending));
  const unknown = apis.find((api) => !names.includes(api));
  if (unknown !== undefined)
    throw new UserError(`There is no workflow for "${unknown}". Known: ${names.join(", ")}.`, 2);
  return apis.length === 0 ? files : files.filter((file) => apis.includes(basename(file, ending)));
}
