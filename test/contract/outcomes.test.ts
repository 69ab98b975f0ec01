import { afterAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { type DocumentedOperation, type Reply, readOperations } from "../../src/openapi/scenarios.ts";
import { type LoginOutcome, refusalReasons } from "../../src/outcome.ts";
import { operations as called } from "../support/operations.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const mock = await serve(await createMock(documents));
afterAll(() => mock.close());

const nameOf = ({ api, operation }: DocumentedOperation) => `${api} ${operation.operationId}`;

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
  expect(new Set(cases.map(({ operation }) => nameOf(operation)))).toEqual(new Set(called.map(({ name }) => name)));
  // The documents exercise the whole vocabulary, so that no reason goes untested.
  expect(new Set(cases.map(({ reply }) => reply.example["x-outcome"]))).toEqual(
    new Set(["success", ...refusalReasons]),
  );
});

test.each(cases)("$title: by Prefer", async ({ operation, reply }) => {
  const caller = called.find(({ name }) => name === nameOf(operation));
  if (!caller) throw new Error(`${nameOf(operation)} is not among the operations of test/support/operations.ts`);
  const headers = { Prefer: `code=${reply.status}, example=${reply.name}` };
  expectAsDocumented(await caller.open({ baseUrl: mock.url, headers }).call(), reply);
});
