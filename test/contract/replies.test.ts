import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { resolve } from "../../src/openapi/document.ts";
import { exampleValidator } from "../../src/openapi/example-validator.ts";
import { wireRequest } from "../../src/openapi/scenarios.ts";
import { entryOf } from "../support/calling.ts";
import { operations } from "../support/operations.ts";
import { answerOfPrism } from "../support/prism.ts";
import { serve } from "../support/serve.ts";

const run = promisify(execFile);

const documents = new Map((await readDocuments()).map(({ name, document }) => [name, document]));
const mock = await serve(await createMock([...documents].map(([name, document]) => ({ name, document }))));
afterAll(() => mock.close());
const listing = await (await fetch(`${mock.url}/_mock/scenarios`)).text();

const cases = operations.flatMap((operation) =>
  operation.documented.replies.map((reply) => ({
    title: `${operation.name} ${reply.status} ${reply.name}`,
    operation,
    reply,
  })),
);

/** The number of response examples, counted without the code that reads scenarios. */
function countExamples(node: unknown, key = ""): number {
  if (typeof node !== "object" || node === null) return 0;
  const own = key === "responses" ? JSON.stringify(node).match(/"(x-outcome|\$ref)":"(?!#\/components\/schemas)/g) : [];
  return Object.entries(node).reduce((sum, [name, child]) => sum + countExamples(child, name), own?.length ?? 0);
}

test("every example of a reply is a case below, and has a line in the listing", () => {
  const counts = [...documents.values()].map(({ paths }) => countExamples(paths));
  expect(cases).toHaveLength(counts.reduce((sum, count) => sum + count));
  expect(listing.match(/^curl /gm)).toHaveLength(cases.length);
});

test.each(cases)(
  "$title: by request, by the listing's line and from Prism the same reply, valid, and judged as the document says",
  async ({ operation, reply }) => {
    const { api, documented, kind } = operation;
    const document = documents.get(api);
    if (!document) throw new Error(`There is no document of ${api}.`);
    const { status, mediaType = "", example } = reply;

    const { method, path, headers, body } = wireRequest(documented, reply);
    const response = await fetch(mock.url + path, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    const received = JSON.parse(text);
    expect([response.status, response.headers.get("content-type"), received]).toEqual([
      status,
      mediaType,
      example.value,
    ]);

    const line = lineOf(operation.name, reply.name);
    const { stdout } = await run("sh", ["-c", `${line} -sS -w '\n%{http_code} %{content_type}'`]);
    expect(stdout).toBe(`${text}\n${status} ${mediaType}`);
    expect(line.includes("-H 'Prefer: ")).toBe("Prefer" in headers);

    const prism = await answerOfPrism(document, documented, reply);
    expect(prism).toEqual({ status, headers: { ...reply.headers, "content-type": mediaType }, body: received });

    const described = documented.operation.responses[status];
    const schema = described && resolve(document, described).content?.[mediaType]?.schema;
    expect(exampleValidator(document)(schema, received)).toBeUndefined();

    const { judgeLogin, judgeRefresh } = await entryOf(api);
    const judge = kind === "login" ? judgeLogin : judgeRefresh;
    const judgement = judge({ status, headers: response.headers, body: received });
    expect(judgement.ok ? "success" : judgement.reason).toBe(example["x-outcome"]);
  },
);

/** The command that the listing has for a reply, below the operation's heading and the reply's own. */
function lineOf(operation: string, reply: string): string {
  const [, section = ""] = `\n${listing}`.split(`\n### ${operation}: `);
  const [, line = ""] = section.split("\n### ")[0]?.match(new RegExp(`^# ${reply} \\(.*\n(curl .*)$`, "m")) ?? [];
  return line;
}
