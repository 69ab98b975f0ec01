import { afterAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";
import { type MockedOperation, type Reply, readOperations, type ScenarioRequest } from "../../src/mock/scenarios.ts";
import { createMock } from "../../src/mock/server.ts";
import { type LoginOutcome, refusalReasons } from "../../src/outcome.ts";
import { refreshable } from "../support/operations.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const mock = await serve(await createMock(documents));
afterAll(() => mock.close());

/** What a scenario sends: its parameters and the members of its body, by their names on the wire. */
function sentIn(request: ScenarioRequest): Record<string, string> {
  const members = (value: unknown): [string, string][] =>
    Object.entries(value as object).flatMap(([name, child]) =>
      typeof child === "object" ? members(child) : [[name, child] as [string, string]],
    );
  return Object.fromEntries([
    ...request.parameters.map(({ parameter, example }) => [parameter.name, example.value]),
    ...members(request.body?.example.value ?? {}),
  ]);
}

interface ClientOptions {
  baseUrl: string;
  headers: Record<string, string>;
}

/** How each operation is called with what its document's request sends. */
const callers: Record<
  string,
  (options: ClientOptions, sent: Record<string, string>) => Promise<LoginOutcome<unknown>>
> = {
  "esignon login": (options, { companyId = "", memb_email: email = "", memb_pwd: password = "" }) =>
    esignon.login(esignon.createClient(options), { companyId, email, password }),
  "header-login login": (options, { "User-Name": userName = "", Password: password = "" }) =>
    headerLogin.login(headerLogin.createClient(options), { userName, password }),
  "onebox login": (options, { email = "", password = "", siteId = "" }) =>
    onebox.login(onebox.createClient(options), { email, password, siteId }),
  "refresh-login login": (options, { user = "", password = "" }) =>
    refreshLogin.login(refreshLogin.createClient(options), { user, password }),
  "refresh-login refresh": (options, { refresh_token = "" }) =>
    refreshLogin.refresh(refreshLogin.createClient(options), refreshable(refresh_token)),
};

const nameOf = ({ api, operation }: MockedOperation) => `${api} ${operation.operationId}`;

function outcomeOf(operation: MockedOperation, request: ScenarioRequest | undefined, headers = {}) {
  const call = callers[nameOf(operation)];
  if (!call || !request) throw new Error(`${nameOf(operation)} cannot be called`);
  return call({ baseUrl: mock.url, headers }, sentIn(request));
}

function expectAsDocumented(outcome: LoginOutcome<unknown>, { example }: Reply): void {
  expect(outcome.ok ? "success" : outcome.reason).toBe(example["x-outcome"]);
  expect(outcome.reply).toEqual(example.value);
}

const cases = operations.flatMap((operation) =>
  operation.replies.map((reply) => ({ operation, reply, title: `${nameOf(operation)} ${reply.status} ${reply.name}` })),
);

test("every example of a reply is a case below, and together they have every outcome there is", () => {
  const outcomes = documents.flatMap(({ document }) => {
    const texts = JSON.stringify(document.paths).match(/"x-outcome":/g)?.length ?? 0;
    const references = JSON.stringify(document.paths).match(/"\$ref":"#\/components\/examples\//g)?.length ?? 0;
    return texts + references;
  });
  expect(cases).toHaveLength(outcomes.reduce((sum, count) => sum + count));
  expect(new Set(cases.map(({ operation }) => nameOf(operation)))).toEqual(new Set(Object.keys(callers)));
  // The documents exercise the whole vocabulary, so that no reason goes untested.
  expect(new Set(cases.map(({ reply }) => reply.example["x-outcome"]))).toEqual(
    new Set(["success", ...refusalReasons]),
  );
});

test.each(cases)("$title: by Prefer", async ({ operation, reply }) => {
  const success = operation.requests.find(({ name }) => name === "success");
  const headers = { Prefer: `code=${reply.status}, example=${reply.name}` };
  expectAsDocumented(await outcomeOf(operation, success, headers), reply);
});
