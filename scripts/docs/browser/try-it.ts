import type { CallOptions, ClientOptions, LoginOutcome, Token } from "../../../src/index.ts";

export interface TriedApi {
  name: string;
  title: string;
  scenarios: TriedScenario[];
}

export interface TriedScenario {
  operationId: string;
  name: string;
  summary: string;
  /** What is logged in with. */
  credentials: Record<string, string | number>;
  /** What else the mock is asked for, where the request alone does not lead to the scenario. */
  prefer?: string;
}

/** An entry of the package, whichever API it is of. */
export type Entry = Record<string, unknown> & {
  createClient(options: ClientOptions): object;
  login(client: object, credentials: object, options?: CallOptions): Promise<LoginOutcome<unknown>>;
};

/** Any other operation of an API goes on from a login's token. */
type Continuation = (client: object, token: Token) => Promise<LoginOutcome<unknown>>;

/** Brings the section to life. */
export function tryIt(apis: TriedApi[], entries: object[], meanings: Record<string, string>): void {
  const form = document.querySelector("#try-it form") as HTMLFormElement;
  const result = document.querySelector("#try-it .result") as HTMLElement;
  const apiChoice = form.elements.namedItem("api") as HTMLSelectElement;
  const scenarioChoice = form.elements.namedItem("scenario") as HTMLSelectElement;

  const chosenApi = () => apis[apiChoice.selectedIndex] as TriedApi;
  const offerScenarios = () => {
    const options = chosenApi().scenarios.map(({ operationId, name, summary }) => {
      const operation = operationId === "login" ? "" : `${operationId}: `;
      return new Option(`${operation}${name} (${summary})`, `${operationId}/${name}`);
    });
    scenarioChoice.replaceChildren(...options);
    result.replaceChildren();
  };
  apiChoice.replaceChildren(...apis.map(({ name, title }) => new Option(title, name)));
  apiChoice.addEventListener("change", offerScenarios);
  scenarioChoice.addEventListener("change", () => result.replaceChildren());
  offerScenarios();

  form.querySelector("button")?.addEventListener("click", async () => {
    const scenario = chosenApi().scenarios[scenarioChoice.selectedIndex] as TriedScenario;
    const entry = entries[apiChoice.selectedIndex] as Entry;
    result.replaceChildren();
    const shown = await run(entry, scenario).then(
      (outcome) => outcomeParts(outcome, meanings),
      (error: Error) => [element("p", `The mock did not answer: ${error.message}`)],
    );
    const call = element("pre", callOf(chosenApi(), scenario));
    result.replaceChildren(call, ...shown);
  });
  form.hidden = false;
}

async function run(entry: Entry, scenario: TriedScenario): Promise<LoginOutcome<unknown>> {
  const { operationId, credentials, prefer } = scenario;
  const headers: Record<string, string> = prefer ? { Prefer: prefer } : {};
  const client = entry.createClient({ baseUrl: location.origin, headers });
  if (operationId === "login") return entry.login(client, credentials);
  const before = await entry.login(entry.createClient({ baseUrl: location.origin }), credentials);
  return before.ok ? (entry[operationId] as Continuation)(client, before.token) : before;
}

/** What runs, as one would write it. */
function callOf({ name }: TriedApi, { operationId, credentials, prefer }: TriedScenario): string {
  const headers = prefer ? `, headers: { Prefer: "${prefer}" }` : "";
  const members = Object.entries(credentials).map(([member, value]) => `${member}: ${JSON.stringify(value)}`);
  return [
    `import { createClient, ${[...new Set(["login", operationId])].join(", ")} } from "login-apis/${name}";`,
    "",
    `const client = createClient({ baseUrl: "${location.origin}"${operationId === "login" ? headers : ""} });`,
    `const outcome = await login(client, { ${members.join(", ")} });`,
    ...(operationId === "login"
      ? []
      : [
          ...(headers ? [`const asking = createClient({ baseUrl: "${location.origin}"${headers} });`] : []),
          `const next = await ${operationId}(${headers ? "asking" : "client"}, outcome.token);`,
        ]),
  ].join("\n");
}

function outcomeParts(outcome: LoginOutcome<unknown>, meanings: Record<string, string>): HTMLElement[] {
  const kind = outcome.ok ? "success" : outcome.reason;
  const badge = element("strong", kind);
  badge.className = `outcome ${outcome.ok ? "good" : "bad"}`;
  const heading = element("p");
  heading.append(badge, ` ${meanings[kind] ?? ""}`);
  return [heading, element("pre", JSON.stringify(outcome, undefined, 2))];
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
