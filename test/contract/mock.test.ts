import { afterAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { resolve } from "../../src/openapi/document.ts";
import { exampleValidator } from "../../src/openapi/example-validator.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const mock = await serve(await createMock(documents));
afterAll(() => mock.close());

/** The number of response examples, counted on the documents without the code that is tested with them. */
function countExamples(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  return Object.entries(node).reduce(
    (sum, [key, child]) => sum + (key === "responses" ? countInResponses(child) : countExamples(child)),
    0,
  );
}

function countInResponses(responses: Record<string, { content: Record<string, { examples?: object }> }>): number {
  return Object.values(responses)
    .flatMap(({ content }) => Object.values(content))
    .reduce((sum, { examples }) => sum + Object.keys(examples ?? {}).length, 0);
}

const cases = operations.flatMap((operation) =>
  operation.replies.map((reply) => ({
    operation,
    reply,
    title: `${operation.api} ${operation.operation.operationId} ${reply.status} ${reply.name}`,
  })),
);

test("every response example of the documents is a case below", () => {
  expect(cases).toHaveLength(documents.reduce((sum, { document }) => sum + countExamples(document.paths), 0));
});

test.each(cases)("$title: served, received by the generated client, equal, valid", async ({ operation, reply }) => {
  const { createClient } = await import(`../../src/apis/${operation.api}.ts`);
  const headers = { Prefer: `code=${reply.status}, example=${reply.name}` };
  const success = operation.requests.find(({ name }) => name === "success");
  const parameters = (place: string) =>
    Object.fromEntries(
      success?.parameters
        .filter(({ parameter }) => parameter.in === place)
        .map(({ parameter, example }) => [parameter.name, example.value]) ?? [],
    );
  const { data, error, response } = await createClient({ baseUrl: mock.url, headers })[operation.method.toUpperCase()](
    operation.path,
    { params: { path: parameters("path"), header: parameters("header") }, body: success?.body?.example.value },
  );

  expect(response.status).toBe(reply.status);
  const received = response.ok ? data : error;
  expect(received).toEqual(reply.example.value);

  const document = documents.find(({ name }) => name === operation.api)?.document;
  if (!document) throw new Error(`${operation.api} has no document`);
  const described = operation.operation.responses[reply.status];
  const schema = described && resolve(document, described).content?.[reply.mediaType ?? ""]?.schema;
  expect(exampleValidator(document)(schema, received)).toBeUndefined();
});

test.each(operations)("$api $method $path: a valid request gets `success`", async (operation) => {
  const success = operation.replies.find(({ name }) => name === "success");
  if (!success) throw new Error("there is no success");
  const { method, path, headers, body } = wireRequest(operation, success);
  const response = await fetch(mock.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  expect(response.status).toBe(success.status);
  expect(await response.json()).toEqual(success.example.value);
});
