import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { documented } from "../../src/mock/answer.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf, type MockHandle } from "../../src/mock/handle.ts";
import { createService } from "../../src/mock/service/service.ts";
import { check } from "../../src/openapi/check.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import {
  type DocumentedOperation,
  headerName,
  type Reply,
  readOperations,
  type WireRequest,
  wireRequest,
} from "../../src/openapi/scenarios.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { generatedDocument } from "./generated.ts";

const count = 10 * factor;
const generated = fc.sample(generatedDocument, { numRuns: count, seed });

/** The mock's own answers: a 4xx that says what is wrong. */
const problems = [400, 404, 405, 413, 415, 422];

it(`${count} generated documents: lint passes each, and each is answered as it says`, {
  timeout: 60_000 + count * 1000,
}, async () => {
  const api = (document: (typeof generated)[number]): ApiDocument => ({ name: "generated", document });
  expect(await lint(generated)).toEqual([]);
  for (const [index, document] of generated.entries()) {
    const operations = readOperations([api(document)]);
    const mock = handleOf(createCore([api(document)]));
    const cases = operations.flatMap((operation) => operation.replies.map((reply) => ({ operation, reply })));
    for (const { operation, reply } of cases) {
      const request = wireRequest(operation, reply);
      const label = `LOGIN_APIS_FUZZ_SEED=${seed}, document ${index}: ${operation.operation.operationId} ${reply.name}`;
      expect(await seen(mock, request), label).toEqual(expected(operation, reply));
      for (const slip of slips(request)) await expectOfTheDocument(mock, slip, operations, `${label}, ${slip.what}`);
    }
    await expectService(api(document), operations, index);
  }
});

/** In one go: a folder for each, since a file's name is that of an API. */
async function lint(documents: object[]): Promise<string[]> {
  await using folder = await temporaryFolder();
  const files = documents.map((_, index) => join(folder.folder, String(index), "generated.json"));
  await Promise.all(
    files.map(async (file, index) => {
      await mkdir(dirname(file));
      await writeFile(file, JSON.stringify(documents[index]));
    }),
  );
  return (await Promise.all(files.map((file) => check([file])))).flat();
}

async function seen(mock: MockHandle, { method, path, headers, body }: WireRequest) {
  const init = { method, headers: bytesIn(headers), ...(body !== undefined && { body }) };
  const response = await mock.fetch(`http://mock.example${path}`, init);
  return {
    status: response.status,
    scenario: response.headers.get("x-mock-scenario"),
    type: response.headers.get("content-type"),
    text: await response.text(),
  };
}

/** A header carries bytes, and `Headers` takes each for a character. */
function bytesIn(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]),
  );
}

function expected({ operation }: DocumentedOperation, reply: Reply) {
  const { status, headers, body } = documented(reply);
  return {
    status,
    scenario: `${operation.operationId}/${headerName(reply.name)}`,
    type: headers["content-type"] ?? null,
    text: status === 204 ? "" : body,
  };
}

/** What a program may do wrong with a request. */
function slips(request: WireRequest): (WireRequest & { what: string })[] {
  const [path = ""] = request.path.split("?");
  const { Prefer: _, ...headers } = request.headers;
  const other = { method: request.method, path: request.path, headers };
  const body = request.body === undefined ? {} : { body: request.body };
  return [
    { ...other, ...body, path, what: "no query" },
    { ...other, ...body, path: request.path.replace(/=[^&]*/g, "=x"), what: "another query" },
    { ...other, ...body, headers: {}, what: "no headers" },
    { ...other, ...body, method: "PATCH", what: "another method" },
    { ...other, ...body, path: `${path}/more`, what: "another path" },
    ...(request.body === undefined
      ? []
      : [
          { ...other, body: request.body.slice(1), what: "half a body" },
          { ...other, body: "{}", headers: { "Content-Type": "application/json" }, what: "an empty body" },
          { ...other, body: "[1]", headers: { "Content-Type": "text/plain" }, what: "a body of another type" },
        ]),
  ];
}

async function expectOfTheDocument(
  mock: MockHandle,
  request: WireRequest,
  operations: DocumentedOperation[],
  label: string,
): Promise<void> {
  const found = await seen(mock, request);
  const all = operations.flatMap((operation) => operation.replies.map((reply) => expected(operation, reply)));
  const own = all.find(({ scenario }) => scenario === found.scenario);
  if (own) expect(found, label).toEqual(own);
  else expect(problems, `${label}: ${JSON.stringify(found)}`).toContain(found.status);
}

/** With a state behind it: the scenario logs in, each time with another token, and a wrong password does not. */
async function expectService(api: ApiDocument, operations: DocumentedOperation[], index: number): Promise<void> {
  const mock = handleOf(createCore([api], { service: (all) => createService(all) }));
  const [login] = operations;
  if (!login) throw new Error("No login was generated.");
  const label = `LOGIN_APIS_FUZZ_SEED=${seed}, document ${index}, stateful`;
  const scenarios = ["success", "wrongPassword", "another"];
  const replies = scenarios.map((name) => login.replies.find((reply) => reply.name === name));
  for (const reply of replies) {
    if (!reply) throw new Error(`${label}: a scenario is missing.`);
    const found = await seenWhole(mock, wireRequest(login, reply));
    const again = await seenWhole(mock, wireRequest(login, reply));
    expect(found.scenario, label).toBe(`login/${reply.name}`);
    expect(found.whole !== again.whole, label).toBe(reply.name !== "wrongPassword");
  }
}

/** A token may be in the header alone. */
async function seenWhole(mock: MockHandle, request: WireRequest) {
  const { method, path, headers, body } = request;
  const init = { method, headers: bytesIn(headers), ...(body !== undefined && { body }) };
  const response = await mock.fetch(`http://mock.example${path}`, init);
  const whole = `${response.headers.get("x-token")} ${await response.text()}`;
  return { scenario: response.headers.get("x-mock-scenario"), whole };
}
