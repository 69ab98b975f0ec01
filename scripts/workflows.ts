import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parse } from "yaml";
import { readCommand, reportUserErrors } from "../src/cli/command-line.ts";
import { keysOf } from "../src/login/place.ts";
import { listen } from "../src/mock/listen.ts";
import { createMock } from "../src/mock/server.ts";
import type { ApiDocument, Parameter } from "../src/openapi/document.ts";
import type { RequestPlace } from "../src/openapi/expressions.ts";
import { readLogin } from "../src/openapi/login.ts";
import { readOperations, type ScenarioRequest } from "../src/openapi/scenarios.ts";
import { isStarted, UserError } from "./command.ts";
import { readDocuments, registry } from "./documents.ts";
import { lint, redocly } from "./redocly.ts";

const ending = ".arazzo.yaml";
const inputVariable = "REDOCLY_CLI_RESPECT_INPUT";
const wrongPassword = "wrongPassword";
const known = { server: { type: "string" }, workflow: { type: "string" }, verbose: { type: "boolean" } } as const;

const usage = `Usage: npm run workflows -- [api…] [--server <url>] [--workflow <id>] [--verbose]

Runs the logins as Arazzo workflows by \`redocly respect\`: against the mock, or the service that --server names, with
inputs from ${inputVariable}.`;

if (isStarted(import.meta)) {
  await reportUserErrors(async () => {
    const asked = readCommand(process.argv.slice(2), known, usage);
    if (!asked) return;
    const { options, operands } = asked;
    const files = await selected(operands);
    await lint(files);
    console.log(await runWorkflows(files, options));
  });
}

/** The Arazzo files of the registry, by name: one for an API, named after it. */
export async function workflowFiles(): Promise<string[]> {
  const folder = `${registry}/workflows`;
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(ending)).sort();
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
 * Runs Arazzo files by `redocly respect`, and gives what it printed: with `server` there, with inputs from the environment
 * variable `REDOCLY_CLI_RESPECT_INPUT`, so that no secret stands on a command line; otherwise against a mock, with those
 * of the documents' scenarios. Throws a `UserError` if a step fails, if an input is missing, and if there are inputs
 * without a server that they are for.
 */
export async function runWorkflows(files: string[], options: WorkflowOptions = {}): Promise<string> {
  const { server } = options;
  const given = process.env[inputVariable];
  if (server === undefined) {
    if (given !== undefined)
      throw new UserError(`${inputVariable} has inputs for a service: name the service with --server.`, 2);
    return runAgainstMock(files, options);
  }
  const [file] = files;
  if (file === undefined || files.length !== 1) throw new UserError("Name the one API that --server is for.", 2);
  const workflows = await workflowsOf(file, options);
  const required = new Set(workflows.flatMap(({ inputs }) => inputs.required));
  const missing = [...required].filter((name) => !inputNames(given).includes(name));
  if (missing.length > 0) throw new UserError(`${inputVariable} lacks ${missing.join(", ")}.`, 2);
  return respect(file, server, workflows, options);
}

interface Workflow {
  workflowId: string;
  inputs: { required: string[] };
}

async function workflowsOf(file: string, { workflow: wanted }: WorkflowOptions): Promise<Workflow[]> {
  const { workflows }: { workflows: Workflow[] } = parse(await readFile(file, "utf8"));
  const chosen = workflows.filter(({ workflowId }) => wanted === undefined || workflowId === wanted);
  const known = workflows.map(({ workflowId }) => workflowId).join(", ");
  if (chosen.length === 0) throw new UserError(`${file} has no workflow "${wanted}". Known: ${known}.`, 2);
  return chosen;
}

/** The names of inputs in either form that Redocly takes: JSON, or `name=value` pairs with commas between. */
function inputNames(given = ""): string[] {
  if (given.startsWith("{")) return Object.keys(JSON.parse(given));
  return given.split(",").map((pair) => pair.split("=")[0] ?? "");
}

async function respect(
  file: string,
  server: string,
  workflows: Workflow[],
  { verbose }: WorkflowOptions,
  inputs?: Record<string, unknown>,
): Promise<string> {
  const flags = workflows.flatMap(({ workflowId }) => ["--workflow", workflowId]);
  const args = ["respect", file, "--server", `${basename(file, ending)}=${server}`, ...flags];
  if (verbose) args.push("--verbose");
  return redocly(args, undefined, inputs && { [inputVariable]: JSON.stringify(inputs) });
}

async function runAgainstMock(files: string[], options: WorkflowOptions): Promise<string> {
  const documents = await readDocuments();
  const plays = (await Promise.all(files.map((file) => playsOf(file, documents, options)))).flat();
  const mock = await listen(await createMock(documents), 0);
  const runs = plays.map(({ file, workflows, inputs }) => respect(file, mock.url, workflows, options, inputs));
  const results = await Promise.allSettled(runs);
  await mock.close();
  const printed = results.map((result) => (result.status === "fulfilled" ? result.value : result.reason.message));
  if (results.some(({ status }) => status === "rejected")) throw new UserError(printed.join("\n"));
  return printed.join("\n");
}

interface Play {
  file: string;
  workflows: Workflow[];
  inputs: Record<string, unknown>;
}

/** The runs of a file: one for each scenario, since all workflows of a run have the same inputs. */
async function playsOf(file: string, documents: ApiDocument[], options: WorkflowOptions): Promise<Play[]> {
  const workflows = await workflowsOf(file, options);
  const document = documents.find(({ name }) => name === basename(file, ending));
  if (!document) throw new UserError(`${file} is for no document of ${registry}/.`);
  const scenarios = [...new Set(workflows.map(scenarioOf))];
  return scenarios.map((scenario) => ({
    file,
    workflows: workflows.filter((workflow) => scenarioOf(workflow) === scenario),
    inputs: scenarioInputs(document, scenario),
  }));
}

/** A workflow with the input `wrongPassword` plays the scenario of that name, any other plays `success`. */
function scenarioOf({ inputs }: Workflow): string {
  return inputs.required.includes(wrongPassword) ? wrongPassword : "success";
}

/** The credentials of a login's scenario, by their names in `x-login`; the password of `wrongPassword` also by that name. */
function scenarioInputs(document: ApiDocument, scenario: string): Record<string, unknown> {
  const { login } = readLogin(document.document);
  const operation = readOperations([document]).find(
    ({ method, path }) => method === login?.operation.method && path === login.operation.path,
  );
  const request = operation?.requests.find(({ name }) => name === scenario);
  if (!login || !request) throw new UserError(`${document.name} has no login with a scenario ${scenario}.`);
  const inputs = Object.fromEntries(login.credentials.map(({ name, place }) => [name, valueAt(request, place)]));
  const password = login.credentials.find(({ secret }) => secret);
  return scenario === wrongPassword && password ? { ...inputs, [wrongPassword]: inputs[password.name] } : inputs;
}

/** What stands at a place of a scenario's request. */
function valueAt({ parameters, body }: ScenarioRequest, place: RequestPlace): unknown {
  if (place.in === "body")
    return keysOf(place.pointer).reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key],
      body?.example.value,
    );
  const isThere = ({ in: location, name }: Parameter) =>
    "name" in place && location === place.in && name === place.name;
  return parameters.find(({ parameter }) => isThere(parameter))?.example.value;
}

async function selected(apis: string[]): Promise<string[]> {
  const files = await workflowFiles();
  const names = files.map((file) => basename(file, ending));
  const unknown = apis.find((api) => !names.includes(api));
  if (unknown !== undefined)
    throw new UserError(`There is no workflow for "${unknown}". Known: ${names.join(", ")}.`, 2);
  return apis.length === 0 ? files : files.filter((file) => apis.includes(basename(file, ending)));
}
