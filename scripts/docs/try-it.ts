import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { DocumentedOperation, ScenarioRequest } from "../../src/openapi/scenarios.ts";
import { UserError } from "../command.ts";
import type { Entry, TriedApi, TriedScenario } from "./browser/try-it.ts";
import type { ApiFacts, OperationFacts } from "./facts.ts";
import { type Html, html } from "./html.ts";
import { outcomeMeanings } from "./outcomes.ts";

/** The part of the first page that logs in to the mock behind it; its script fills it. */
export function tryItSection(): Html {
  return html`<section id="try-it">
<h2>Try it</h2>
<p>Choose an API and one of its scenarios: <code>login()</code> of the typed client runs in this page, against the mock that stands behind it. Nothing can be typed in, so that nobody's real password gets here.</p>
<noscript><p>This part needs JavaScript; the curl lines below ask the same mock.</p></noscript>
<form hidden>
<label>API <select name="api"></select></label>
<label>Scenario <select name="scenario"></select></label>
<button type="button" class="button">Log in</button>
</form>
<div class="result" role="status"></div>
</section>`;
}

/** Writes the section's script: the package's own code for browsers, and the scenarios of every API that has an adapter. */
export async function buildTryIt(apis: ApiFacts[], options: BuildOptions, file: string): Promise<void> {
  const tried = await Promise.all(apis.filter(({ name }) => existsSync(adapterFile(name))).map(triedApi));
  const imports = tried.map(({ name }, index) => `import * as api${index} from "./${adapterFile(name)}";`);
  const contents = `
import { tryIt } from "./scripts/docs/browser/try-it.ts";
${imports.join("\n")}
tryIt(${JSON.stringify(tried)}, [${tried.map((_, index) => `api${index}`)}], ${JSON.stringify(outcomeMeanings)});`;
  await build({ ...options, stdin: { contents, resolveDir: ".", loader: "ts" }, outfile: file });
}

const adapterFile = (name: string) => `src/apis/${name}.ts`;

async function triedApi({ name, title, operations }: ApiFacts): Promise<TriedApi> {
  const login = operations.find(({ operation }) => operation.operation.operationId === "login");
  const usual = login?.operation.requests.find((request) => request.name === "success");
  if (!login || !usual) throw new UserError(`${name} has no operation \`login\` with a scenario \`success\`.`);
  const entry = (await import(pathToFileURL(adapterFile(name)).href)) as Entry;
  const carried = await carriedBy(entry, login.operation, usual);
  const credentials = credentialsOf(carried, usual) ?? {};
  return { name, title, scenarios: operations.flatMap((facts) => triedScenarios(facts, carried, credentials)) };
}

function triedScenarios(
  { operation, replies }: OperationFacts,
  carried: Carried[],
  usual: TriedScenario["credentials"],
): TriedScenario[] {
  const { operationId } = operation.operation;
  return replies.map(({ reply: { name, status, example } }) => {
    const request = operation.requests.find((each) => each.name === name);
    const own = operationId === "login" && request ? credentialsOf(carried, request) : undefined;
    // What the client cannot send, or no request is known to cause, the mock is asked for by name.
    const asked =
      own || (operationId !== "login" && name === "success") ? {} : { prefer: `code=${status}, example=${name}` };
    return { operationId, name, summary: example.summary ?? "", credentials: own ?? usual, ...asked };
  });
}

/** Where a login's request carries one of the credentials. */
interface Carried {
  credential: string;
  valueIn(request: ScenarioRequest): unknown;
}

/** Finds out what `login` makes of credentials, by letting it send their names in place of them. */
async function carriedBy(entry: Entry, operation: DocumentedOperation, usual: ScenarioRequest): Promise<Carried[]> {
  const names = new Set<string>();
  const credentials = new Proxy(
    {},
    {
      get(_, name) {
        names.add(String(name));
        return String(name);
      },
    },
  );
  let sent = new Request("http://127.0.0.1");
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent = new Request(input, init);
    return new Response("{}", { status: 500 });
  };
  await entry.login(entry.createClient({ baseUrl: "http://127.0.0.1", fetch }), credentials);

  const segments = new URL(sent.url).pathname.split("/");
  const body = await sent.text();
  const inParameters = usual.parameters.map(({ parameter: { name, in: place } }) => ({
    credential: place === "path" ? segments[operation.path.split("/").indexOf(`{${name}}`)] : sent.headers.get(name),
    valueIn: ({ parameters }: ScenarioRequest) =>
      parameters.find(({ parameter }) => parameter.name === name && parameter.in === place)?.example.value,
  }));
  const inBody = leavesOf(body ? JSON.parse(body) : {}).map(({ at, value }) => ({
    credential: value,
    valueIn: ({ body }: ScenarioRequest) =>
      at.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], body?.example.value),
  }));
  return [...inParameters, ...inBody].filter((each): each is Carried => names.has(each.credential as string));
}

/** The credentials that make `login` send this request, or undefined if none do. */
function credentialsOf(carried: Carried[], request: ScenarioRequest): TriedScenario["credentials"] | undefined {
  const examples = [...request.parameters.map(({ example }) => example), request.body?.example];
  if (examples.some((example) => example?.["x-invalid"])) return;
  const credentials: TriedScenario["credentials"] = {};
  for (const { credential, valueIn } of carried) {
    const value = valueIn(request);
    if (typeof value !== "string" && typeof value !== "number") return;
    credentials[credential] = value;
  }
  return credentials;
}

function leavesOf(node: unknown, at: string[] = []): { at: string[]; value: unknown }[] {
  if (typeof node !== "object" || node === null) return [{ at, value: node }];
  return Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...at, key]));
}
