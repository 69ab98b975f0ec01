import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { type Example, resolve } from "../../src/openapi/document.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import { type ServedMock, serveMock } from "./served.ts";

const run = promisify(execFile);

// Not by the mock's own reading of the documents: what the listing leaves out would be missing here too.
const documented = (await readDocuments()).flatMap(({ name: api, document }) =>
  operationsOf(document).flatMap(({ operation, responses }) =>
    [...responses].flatMap(([status, { node: response }]) =>
      Object.entries(response.content ?? {}).flatMap(([mediaType, { examples = {} }]) =>
        Object.entries(examples).map(([name, example]) => ({
          title: `${api} ${operation.operationId} ${name}`,
          expected: { status: Number(status), mediaType, body: resolve<Example>(document, example).value },
          hasRequest: [operation.requestBody, ...(operation.parameters ?? [])].some((holder) =>
            JSON.stringify(holder ?? {}).includes(`"${name}":`),
          ),
        })),
      ),
    ),
  ),
);

let mock: ServedMock;
let lines: string[];

beforeAll(async () => {
  mock = await serveMock();
  lines = (await (await fetch(mock.url)).text()).split("\n");
});
afterAll(() => mock.close());

describe("the listing at /", () => {
  it("has a curl line for every response example of every operation", () => {
    expect(documented.length).toBeGreaterThanOrEqual(34);
    expect(lines.filter((line) => line.startsWith("curl "))).toHaveLength(documented.length);
  });

  it("is plain text, which is a script as it stands", async () => {
    expect((await fetch(mock.url)).headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(lines.every((line) => /^(#.*|curl .*|)$/.test(line))).toBe(true);
  });

  it.each(documented.map((entry, index) => ({ ...entry, index })))(
    "$title: the curl line, run, is answered as documented",
    async ({ expected, index, hasRequest }) => {
      const line = lines.filter((text) => text.startsWith("curl "))[index] ?? "";
      const { stdout } = await run("sh", ["-c", `${line} -sS -w '\n%{http_code} %{content_type}'`]);
      const [body, end] = [stdout.slice(0, stdout.lastIndexOf("\n")), stdout.slice(stdout.lastIndexOf("\n") + 1)];
      expect({ end, body: JSON.parse(body) }).toEqual({
        end: `${expected.status} ${expected.mediaType}`,
        body: expected.body,
      });
      expect(line.includes("-H 'Prefer: ")).toBe(!hasRequest);
    },
  );
});
