import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
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

const altered = (before: string | RegExp, after: string) => {
  const text = skeleton.replace(before, after);
  if (text === skeleton) throw new Error(`${before} is not in the document that init prints`);
  return text;
};

describe("what fails nobody's document is a warning", () => {
  test.each([
    ["no end of the token", / {8}ends:\n.*\n/, "", /^a\.yaml:17:7: Nothing says when the token ends/],
    [
      "a token without a word before it",
      "      type: http\n      scheme: bearer\n",
      "      type: apiKey\n      in: header\n      name: Authorization\n",
      /^a\.yaml:75:3: `Authorization` carries the token alone/,
    ],
    ["an example that breaks its schema", "user: ada", "user: 7", /The example breaks its schema/],
    [
      "no scenario of a wrong password",
      / {16}wrongPassword:\n {18}x-outcome.*\n.*\n/,
      "",
      /No response example is called wrongPassword/,
    ],
    [
      "an end that no example has",
      "access_token: 2YotnFZFEjr1zCsicMWpAA, expires_in: 3600",
      "access_token: 2YotnFZFEjr1zCsicMWpAA",
      /By this, no example of a success says when its token ends/,
    ],
    [
      "no request of a wrong password",
      / {14}wrongPassword:\n {16}value: \{ user.*\n/,
      "",
      /No request example is called wrongPassword/,
    ],
    [
      "a wrong password without a parameter that is required",
      "      x-login:\n",
      "      parameters:\n        - { name: region, in: header, required: true, schema: { type: string } }\n      x-login:\n        send: { $request.header.region: eu }\n",
      /The parameter region is required, and has no example called wrongPassword/,
    ],
  ])("%s", async (_, before, after, said) => {
    const { problems, warnings } = await found("a.yaml", altered(before, after));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(said)]);
  });
});

test("mistakes of five kinds are found in one run, each with its line and what to do", async () => {
  const changes: [before: string, after: string, mark: string, said: RegExp][] = [
    [
      "paths:\n",
      'paths:\n  /bills:\n    get: { responses: { "200": { description: Bills., content: { application/json: { schema: { $ref: "#/components/schemas/Bils" } } } } } }\n',
      "schemas/Bils",
      /The reference #\/components\/schemas\/Bils leads nowhere/,
    ],
    ["          description: You are not.\n", "", '"401":', /The field `description` must be present/],
    [
      "      requestBody:\n",
      "      parameters:\n        - { name: sid, in: cookie, schema: { type: string } }\n      requestBody:\n",
      "in: cookie",
      /No cookie is sent, so not sid: only path, query and header/,
    ],
    [
      "success: Token\n",
      "success: Token\n        tokenType: bearer\n",
      "tokenType:",
      /no member `tokenType` here: there are /,
    ],
    [
      "error: account_closed, message",
      "error: account_closd, message",
      "accountClosed:",
      /x-login makes unknown of this reply, and its x-outcome says not_permitted/,
    ],
  ];
  const text = changes.reduce((wrong, [before, after]) => wrong.replace(before, after), skeleton);
  const { problems } = await found("five.yaml", text);
  const lines = text.split("\n");
  for (const [, , mark, said] of changes) {
    const line = lines.findIndex((each) => each.includes(mark)) + 1;
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^five\\.yaml:${line}:\\d+: .*${said.source}`)));
  }
  expect(problems).toHaveLength(changes.length);
});

test("a misspelt member of x-rejection hides no mistake of x-login", async () => {
  const misspelt = altered("- status: 401", "- sttus: 401").replace("$request.body#/user", "$request.body#/usr");
  const { problems } = await found("two.yaml", misspelt);
  expect(problems).toContainEqual(expect.stringContaining("x-rejection has no member `sttus` here"));
  expect(problems).toContainEqual(expect.stringContaining("$request.body#/usr leads nowhere in the request"));
});
