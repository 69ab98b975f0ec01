import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkForAnybody } from "../../src/openapi/check.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const skeleton = await readFile(new URL("../../src/cli/document.yaml", import.meta.url), "utf8");
const temporary = await temporaryFolder();
afterAll(() => temporary[Symbol.asyncDispose]());

/** What is found in a document, without the folder that it is in. */
async function found(name: string, text: string) {
  const file = join(temporary.folder, name);
  await writeFile(file, text);
  const { problems, warnings } = await checkForAnybody([file]);
  const short = (lines: string[]) => lines.map((line) => line.replaceAll(`${temporary.folder}/`, ""));
  return { problems: short(problems), warnings: short(warnings) };
}

const nothing = { problems: [], warnings: [] };
const altered = (before: string | RegExp, after: string) => {
  const text = skeleton.replace(before, after);
  if (text === skeleton) throw new Error(`${before} is not in the document that init prints`);
  return text;
};

/** Operations as others write them: without names, descriptions, scenarios, or a `default`. */
const others = `  /things:
    get:
      tags: [things]
      responses: { "200": { description: Things., content: { application/json: { schema: { allOf: [{ type: object }] } } } } }
    post:
      requestBody: { content: { application/json: { schema: { type: object }, examples: { one: { value: {} } } } } }
      responses: { "201": { description: Made. }, "400": { description: Not., content: { application/json: { examples: { x: { value: 1 } } } } } }
components:
`;

describe("a document of any of these shapes has nothing wrong", () => {
  test.each([
    ["what init prints", "billing.yaml", skeleton],
    ["JSON, with tabs", "billing.json", JSON.stringify(parse(skeleton), undefined, "\t")],
    ["no servers", "a.yaml", altered(/servers:\n.*\n/, "")],
    ["a server with a path", "a.yaml", altered("billing.example.com", "billing.example.com/v1")],
    ["a relative server", "a.yaml", altered("https://billing.example.com", "/v1")],
    ["tags, and operations without a login", "a.yaml", altered("components:\n", others)],
  ])("%s", async (_, name, text) => {
    expect(await found(name, text)).toEqual(nothing);
  });
});

describe("a document of another kind is refused in a line that says what to do", () => {
  test.each([
    [
      "openapi: 3.1.0",
      "openapi: 3.0.3",
      "a.yaml:1:1: This is no OpenAPI 3.1, but 3.0.3.",
      "npx openapi-format@1 a.yaml --convertTo 3.1 --no-sort --output a.3.1.yaml",
    ],
    [
      "openapi: 3.1.0",
      'swagger: "2.0"',
      "a.yaml:1:1: This is no OpenAPI 3.1, but Swagger 2.0.",
      "npx swagger2openapi@7 a.yaml --outfile a.3.0.yaml",
    ],
    ["openapi: 3.1.0", "openapi: 3.2.0", "a.yaml:1:1: This is no OpenAPI 3.1, but 3.2.0:", "write `openapi: 3.1.0`"],
    [
      "#/components/schemas/Failure",
      "failure.yaml",
      "a.yaml:66:25: failure.yaml is no place",
      "npx @redocly/cli@2 bundle a.yaml --output a.bundled.yaml",
    ],
    [
      "type: integer",
      "type: integer, nullable: true",
      ": Property `nullable` is not expected here.",
      'OpenAPI 3.1 has `type: [string, "null"]`',
    ],
  ])("%s as %s", async (before, after, place, remedy) => {
    const { problems } = await found("a.yaml", altered(before, after));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(place);
    expect(problems[0]).toContain(remedy);
  });

  test("no operation logs in: what to write is shown", async () => {
    const { problems } = await found("a.yaml", altered(/ {6}x-login:\n( {8}.*\n)+/, ""));
    expect(problems[0]).toMatch(
      /^a\.yaml:11:1: No operation says that it logs in: .*\n {4}x-login:\n {6}credentials:\n/,
    );
  });
});

describe("what fails nobody's document is a warning", () => {
  test.each([
    ["no end of the token", / {8}ends:\n.*\n/, "", /^a\.yaml:17:7: Nothing says when the token ends/],
    ["an example that breaks its schema", "user: ada", "user: 7", /The example breaks its schema/],
    [
      "no scenario of a wrong password",
      / {16}wrongPassword:\n {18}x-outcome.*\n.*\n/,
      "",
      /No response example is called wrongPassword/,
    ],
  ])("%s", async (_, before, after, said) => {
    const { problems, warnings } = await found("a.yaml", altered(before, after));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(said)]);
  });
});
