import { afterAll, describe, expect, test } from "vitest";
import { check } from "../../src/openapi/check.ts";
import { limits } from "../../src/openapi/limits.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { altered, base, besideLogin, here, markedLine, written } from "./written.ts";

const temporary = await temporaryFolder();
afterAll(() => temporary[Symbol.asyncDispose]());
let count = 0;

/** What is wrong with a document, each as `line: message`. */
async function problemsIn(text: string, ending = ".yaml"): Promise<string[]> {
  count += 1;
  const file = await written(temporary.folder, `document${count}${ending}`, text);
  return (await check([file])).map((line) => {
    expect(line.slice(0, file.length + 1)).toBe(`${file}:`);
    return line.slice(file.length + 1).replace(/^(\d+):\d+: /, "$1: ");
  });
}

/** By rule: a text of the base, what stands in its place, with the line marked that is wrong, and what is said of it. */
type Breach = [rule: string, from: string, to: string, message: string];

const summary = "      summary: Log in\n";
const operationId = "      operationId: login\n";
const parameters = `      parameters:
        - name: X-Mode
          in: header
          description: How to log in.
          schema: { type: string }
          examples:
            success: { value: plain }
`;
const mode = "        - name: X-Mode\n";
const modeExample = "            success: { value: plain }\n";
const used = "            X-Used:\n";
const usedExample = "                success: { value: today }\n";
const scheme = "      type: http\n      scheme: bearer\n";
const requestSchema = '            schema: { $ref: "#/components/schemas/Credentials" }\n';
const requestType = `          application/json:\n${requestSchema}`;
const replySchema = '              schema: { $ref: "#/components/schemas/Token" }\n';
const title = "  title: Base\n";
const anyPath =
  "The scenario wrongPassword differs from success in the path alone, of which success has no example: give it one.";
const sharedPassword =
  "The scenario success has the password of wrongPassword, which is wrong whoever sends it: give it another.";
const noValue = "The example has no value: write one, or take it out.";
const ofConnection = (name: string) =>
  `${name} belongs to the connection or to CORS, and is no part of an API: take it out.`;
const inHeader = (name: string) => `        - { name: ${name}, in: header, description: A header., schema: {} }`;
const header = (name: string): Breach => [
  "header-name",
  "      parameters:\n        - name: X-Mode\n",
  `      parameters:\n${inHeader(name)}${here}\n        - name: X-Mode\n`,
  ofConnection(name),
];
const replyHeader = (name: string): Breach => [
  "header-name",
  used,
  `            ${name}:${here}\n`,
  ofConnection(name),
];
const provenanced = (entry: string, ...beside: string[]) =>
  [`${title}  x-provenance: ${entry}${here}`, ...beside.map((line) => `  ${line}`), ""].join("\n");
const itIs = "x-provenance-reason: It is.";
const unsettled = ["x-verify: none", "x-verify-reason: Nothing does."];
const noReason = "An x-provenance has an x-provenance-reason beside it.";
const noDate = "What was observed has its date beside it: x-observed, as YYYY-MM-DD.";
const shortList = "A list of x-provenance has two entries or more, each with an x-provenance.";
const entry = "{ x-provenance: inferred, x-provenance-reason: It is., x-verify: none, x-verify-reason: Nothing does. }";

const breaches: Breach[] = [
  [
    "example-value",
    modeExample,
    `            success:\n              externalValue: mode.txt${here}\n`,
    "Nothing is loaded: write the example itself, as its value.",
  ],
  ["example-value", modeExample, `            success: { summary: Plain }${here}\n`, noValue],
  [
    "cookie",
    mode,
    `        - name: X-Mode${here}\n`,
    "No cookie is sent, so not X-Mode: only path, query and header carry parameters.",
  ],
  [
    "parameter-style",
    "        in: path\n",
    `        in: path\n        style: matrix${here}\n`,
    "The only style in a path is `simple`.",
  ],
  [
    "parameter-style",
    "          schema: { type: string }\n          examples:\n            success: { value: plain }\n",
    `          content:${here}\n            text/plain: { schema: { type: string } }\n`,
    "A parameter has a schema and a style, not content.",
  ],
  [
    "parameter-style",
    `          schema: { type: string }\n          examples:\n${modeExample}`,
    `          schema: {}\n          examples:\n            success: { value: [[1]] }${here}\n`,
    "No style says how a list or an object within another one is sent.",
  ],
  ...["application/xml", "application/soap+xml", "multipart/form-data"].map(
    (type): Breach => [
      "media-type",
      requestType,
      `          ${type}:${here}\n${requestSchema}`,
      `${type} is neither written nor read: bodies are JSON, forms or plain text.`,
    ],
  ),
  [
    "media-type",
    replySchema,
    `              schema: {}\n            text/xml: {}${here}\n            text/html:\n`,
    "text/xml is neither written nor read: bodies are JSON, forms or plain text.",
  ],
  [
    "media-type",
    requestType,
    `          application/x-www-form-urlencoded:\n            encoding: { password: { explode: true } }${here}\n${requestSchema}`,
    "A form has one encoding: lists are repeated under their name, objects go as JSON.",
  ],
  ...["query", "cookie"].map(
    (place): Breach => [
      "token-place",
      scheme,
      `      type: apiKey\n      name: token\n      in: ${place}${here}\n`,
      `A token goes in a header, never in a ${place}, where others see it.`,
    ],
  ),
  ...["Connection", "Content-Length", "Host", "Trailer", "TE", "Access-Control-Request-Method"].map(header),
  ...["Transfer-Encoding", "Keep-Alive", "upgrade", "access-control-allow-origin"].map(replyHeader),
  [
    "header-name",
    mode,
    `        - name: Authorization\n`,
    "OpenAPI ignores a header Authorization here: a security scheme says it. Take it out.",
  ],
  ["header-name", used, `            X Used:${here}\n`, "X Used is no name that a header can have."],
  [
    "reply-status",
    '        "401":\n',
    `        "101": { description: Another follows. }${here}\n        "401":\n`,
    "A reply with the status 101 says that another follows: it is none of an API.",
  ],
  [
    "header-value",
    modeExample,
    `            success: { value: 평문 }${here}\n`,
    "The header X-Mode can carry Latin-1 only, and no line breaks.",
  ],
  [
    "header-value",
    usedExample,
    `                success: { value: "a\\nb" }${here}\n`,
    "The header X-Used can carry Latin-1 only, and no line breaks.",
  ],
  [
    "servers",
    summary,
    `${summary}      servers: [{ url: https://other.example.com }]${here}\n`,
    "One base URL serves a document: write `servers` at its root only.",
  ],
  [
    "servers",
    "    post:\n",
    `    servers: [{ url: https://other.example.com }]${here}\n    post:\n`,
    "One base URL serves a document: write `servers` at its root only.",
  ],

  [
    "login",
    "        token: $response.body#/token\n",
    `        token: $response.body#/access${here}\n`,
    "$response.body#/access leads nowhere in Token: correct it, or describe the member there.",
  ],
  ["complete-operation", "    post:\n", `    post:${here}\n`, "An operation has a summary."],
  [
    "described",
    "        - name: X-Mode\n          in: header\n          description: How to log in.\n",
    `        - name: X-Mode${here}\n          in: header\n`,
    "The parameter X-Mode has no description.",
  ],
  [
    "described",
    "        password: { type: string, description: Your password. }\n",
    `        password: { type: string }${here}\n`,
    "The property password has no description.",
  ],
  [
    "plain-schemas",
    "    Token:\n      type: object\n",
    `    Token:\n      type: object\n      allOf: [{ type: object }]${here}\n`,
    "No `allOf`: examples are not fully checked under it.",
  ],
  [
    "schemas",
    "    Token:\n      type: object\n",
    `    Token:${here}\n      type: object\n      pattern: (\n`,
    "No value can be judged by this schema: Invalid regular expression: /(/u: Unterminated group.",
  ],
  [
    "any-of",
    replySchema,
    `              schema:\n                oneOf: [{ $ref: "#/components/schemas/Token" }]${here}\n`,
    "A reply that is a success or a refusal is `anyOf` the two, in a schema that has a name.",
  ],
  [
    "provenance",
    title,
    provenanced("guessed", itIs),
    "x-provenance is one of: inferred, sibling-page, observed; or a list of entries.",
  ],
  ["provenance", title, provenanced("inferred"), noReason],
  ["provenance", title, provenanced("observed", itIs), noDate],
  ["provenance", title, provenanced("observed", itIs, "x-observed: today"), noDate],
  [
    "provenance",
    title,
    provenanced("inferred", itIs, ...unsettled, "x-observed: 2026-11-25"),
    "x-observed stands beside `x-provenance: observed`.",
  ],
  ["provenance", title, provenanced("[]"), shortList],
  ["provenance", title, provenanced(`[${entry}]`), shortList],
  ["provenance", title, provenanced(`[${entry}, { x-provenance: inferred }]`), noReason],
  [
    "provenance",
    title,
    provenanced(`[${entry}, ${entry}]`, itIs),
    "A list of x-provenance has its reasons in its entries.",
  ],
  [
    "verification",
    title,
    provenanced("inferred", itIs, "x-verify: none"),
    "`x-verify: none` has an x-verify-reason beside it.",
  ],
  [
    "outcome",
    '        "401":\n          description: No token.\n          x-scenario: wrongPassword\n          x-outcome: unknown\n',
    `        "401":${here}\n          description: No token.\n          x-scenario: wrongPassword\n`,
    "A response example has an x-outcome, one of: success, ",
  ],
  [
    "bodiless-reply",
    "          x-outcome: unknown\n",
    `          x-outcome: unknown\n        4XX:\n          description: Other.\n          x-scenario: other${here}\n          x-outcome: unknown\n`,
    "x-scenario stands under an exact status, which can be answered.",
  ],
  [
    "bodiless-reply",
    "          description: A token.\n",
    `          description: A token.\n          x-scenario: other${here}\n`,
    "x-scenario names a reply without content; examples have names.",
  ],
  [
    "success-first",
    "      responses:\n",
    `      responses:${here}\n`,
    "The first response example is `success`, with that x-outcome.",
  ],
  [
    "unique-reply",
    "          x-outcome: unknown\n",
    `          x-outcome: unknown\n        "403":${here}\n          description: No.\n          x-scenario: wrongPassword\n          x-outcome: unknown\n`,
    "The name wrongPassword stands once among an operation's response examples.",
  ],
  [
    "answered-scenario",
    usedExample,
    `${usedExample}                other: { value: tomorrow }${here}\n`,
    "The header's example other has no response example of its name beside it.",
  ],
  [
    "answered-scenario",
    "    post:\n",
    `    post:${here}\n`,
    "The request example locked has no response example of its name.",
  ],
  ["wrong-password", "    post:\n", `    post:${here}\n`, sharedPassword],
  ["known-path", "    post:\n", `    post:${here}\n`, anyPath],
  [
    "basic-example",
    "  securitySchemes:\n",
    `  securitySchemes:\n    client: { type: http, scheme: basic, x-examples: { success: { value: { username: a:b, password: c } } } }${here}\n`,
    "An example of HTTP Basic has the value { username, password }: texts, the first without a colon.",
  ],
  [
    "distinct-scenarios",
    `    post:\n${operationId}${summary}${parameters}`,
    `    post:${here}\n${operationId}${summary}`,
    "The scenarios success and wrongPassword have the same request.",
  ],
  [
    "example-validity",
    "              success: { value: { password: right } }\n",
    `              success: { value: { password: 1 } }${here}\n`,
    "The example breaks its schema: value/password must be string. Mend it, or say with x-invalid what is wrong on purpose.",
  ],
  [
    "example-validity",
    usedExample,
    `                success: { value: 1 }${here}\n`,
    "The example breaks its schema: value must be string. Mend it, or say with x-invalid what is wrong on purpose.",
  ],
];

/** What else changes, where the wrong line is not the one that changes. */
const also: Record<string, [from: string | RegExp, to: string]> = {
  "No cookie is sent, so not X-Mode: only path, query and header carry parameters.": ["in: header", "in: cookie"],
  "An operation has a summary.": [summary, ""],
  "The first response example is `success`, with that x-outcome.": ["{ x-outcome: success,", "{ x-outcome: unknown,"],
  "The request example locked has no response example of its name.": [
    modeExample,
    `${modeExample}            locked: { value: fast }\n`,
  ],
  "The scenarios success and wrongPassword have the same request.": [
    "{ value: { password: wrong } }",
    "{ value: { password: right } }",
  ],
  "OpenAPI ignores a header Authorization here: a security scheme says it. Take it out.": [
    "name: Authorization",
    `name: Authorization${here}`,
  ],
  // The path of success, and all else that tells the two apart.
  [anyPath]: [
    / *success: \{ value: acme & sons \}\n(.*?) *examples:\n *success: \{ value: plain \}\n(.*)wrong \} \}/s,
    "$1$2right } }",
  ],
  // From one scenario's password to the description of the member, which is a secret then.
  [sharedPassword]: [
    /wrong \} \}(.*) description: Your password/s,
    "right } }$1 format: password, description: Your password",
  ],
};

describe("each is refused in its line", () => {
  const cases = breaches.map(([rule, from, to, message]) => ({ rule, from, to, message }));
  test.for(cases)("$rule: $message", async ({ rule, from, to, message }) => {
    const [before, after] = also[message] ?? ["", ""];
    const text = altered(from, to).replace(before, after);
    const all = await problemsIn(text);
    const problems = rule === "login" ? all : besideLogin(text, all);
    expect(problems).toHaveLength(1);
    const expected = `${markedLine(text)}: ${message}`;
    expect(problems[0]?.slice(0, expected.length)).toBe(expected);
  });

  test("and every rule refuses something", () => {
    const proved = new Set(breaches.map(([rule]) => rule));
    expect([...proved].sort()).toEqual([...Object.keys(limits), ...Object.keys(houseRules)].sort());
  });
});

describe("what cannot be read is refused in its line", () => {
  const operation = "    post:\n";
  test.for<[title: string, text: string, message: string]>([
    [
      "no paths",
      `openapi: 3.1.0${here}\ninfo: { title: T, version: 1.0.0 }\ncomponents: {}\n`,
      "The document has no `paths`.",
    ],
    ["another version", base.replace("openapi: 3.1.0\n", `openapi: 3.0.3${here}\n`), "This is no OpenAPI 3.1"],
    ["a version that is a number", base.replace("openapi: 3.1.0\n", `openapi: 3.1${here}\n`), "This is no OpenAPI 3.1"],
    ["no object", `a text${here}`, "This is no OpenAPI 3.1"],
    [
      "a structure that is none",
      altered(summary, `      summary: 1${here}\n`),
      "Expected type `string` but got `integer`.",
    ],
    ["no YAML", altered(title, `  title: "Base" base${here}\n`), "bad indentation of a mapping entry"],
    ["a key twice", altered(title, `${title}  title: Again${here}\n`), "duplicated mapping key"],
    [
      "two documents",
      `---\n${base}---${here}\n${base}`,
      "A second YAML document begins here. Give each API a file of its own.",
    ],
    [
      "two documents, the first without a mark",
      `# One\n${base}---${here}\n${base}`,
      "A second YAML document begins here.",
    ],
    [
      "a reference to another file",
      altered('{ $ref: "#/components/schemas/Credentials" }', `{ $ref: other.yaml }${here}`),
      "other.yaml is no place of this document, which is self-contained",
    ],
    [
      "a reference to the network",
      altered('{ $ref: "#/components/schemas/Credentials" }', `{ $ref: "http://127.0.0.1:1/a.yaml" }${here}`),
      "http://127.0.0.1:1/a.yaml is no place of this document",
    ],
    [
      "a reference to nothing",
      altered('{ $ref: "#/components/schemas/Token" }', `{ $ref: "#/components/schemas/Tokens" }${here}`),
      "The reference #/components/schemas/Tokens leads nowhere: there is no Tokens.",
    ],
    [
      "a reference to what every object has",
      altered('{ $ref: "#/components/schemas/Token" }', `{ $ref: "#/components/constructor" }${here}`),
      "The reference #/components/constructor leads nowhere",
    ],
    [
      "a reference that is badly encoded",
      altered('{ $ref: "#/components/schemas/Token" }', `{ $ref: "#/components/%zz" }${here}`),
      "#/components/%zz is no place of this document",
    ],
    [
      "a path that refers to itself",
      altered(operation, `    $ref: "#/paths/~1companies~1{company}~1login"${here}\n${operation}`),
      "The reference #/paths/~1companies~1{company}~1login leads back to itself.",
    ],
    [
      "an operation of nothing",
      altered(operation, `    get:${here}\n      summary: None\n${operation}`),
      "The operation has no `responses`.",
    ],
  ])("%s", async ([, text, message]) => {
    const [first = ""] = await problemsIn(text);
    expect(first.slice(0, `${markedLine(text)}: ${message}`.length)).toBe(`${markedLine(text)}: ${message}`);
  });

  test("a circle of references, in each of its lines", async () => {
    const text = altered(
      "    Token:\n",
      '    One: { $ref: "#/components/schemas/Other" }\n    Other: { $ref: "#/components/schemas/One" }\n    Token:\n',
    );
    const line = text.split("\n").findIndex((each) => each.includes("One: {")) + 1;
    expect(await problemsIn(text)).toEqual([
      `${line}: The reference #/components/schemas/Other leads back to itself.`,
      `${line + 1}: The reference #/components/schemas/One leads back to itself.`,
    ]);
  });

  test("an alias of what it stands in, and aliases that grow without end", async () => {
    const growing = ["a: &a0 [1]", ...Array.from({ length: 24 }, (_, n) => `b${n}: &a${n + 1} [*a${n}, *a${n}]`)];
    const message =
      "1: An alias of YAML leads back to itself, or aliases of aliases grow without end. Write a $ref in its place.";
    expect(await problemsIn("a: &a { b: *a }\n")).toEqual([message]);
    expect(await problemsIn(growing.join("\n"))).toEqual([message]);
  });

  test("bytes that are not UTF-8, at the first of them", async () => {
    const bytes = Buffer.from(altered("A token.\n", "Ein Schlüssel.\n"), "latin1");
    const file = await written(temporary.folder, "latin.yaml", bytes);
    const [line = ""] = await check([file]);
    expect(line).toMatch(/latin\.yaml:\d+:\d+: The file is not UTF-8 from here on\. Save it as UTF-8\.$/);
    const lines = bytes.toString("latin1").split("\n");
    expect(line).toContain(`:${lines.findIndex((each) => each.includes("ü")) + 1}:`);
  });

  test("JSON that is YAML only, and JSON that is neither", async () => {
    const json = JSON.stringify({ openapi: "3.1.0" }, null, "\t");
    expect((await problemsIn(json.replace("\n}", ",\n}"), ".json"))[0]).toMatch(/^\d+: This is YAML, yet no JSON: /);
    expect((await problemsIn(json.replace("}", "]"), ".json"))[0]).toMatch(/^[23]: /);
  });

  test("another ending, a folder, and a file that is not there", async () => {
    expect(await check([`${temporary.folder}/a.txt`, temporary.folder, `${temporary.folder}/none.yaml`])).toEqual([
      `${temporary.folder}/a.txt:1:1: A document's name ends in .yaml, .yml, .json.`,
      `${temporary.folder}:1:1: A document's name ends in .yaml, .yml, .json.`,
      `${temporary.folder}/none.yaml:1:1: The file cannot be read (ENOENT).`,
    ]);
  });
});

describe("beside each other", () => {
  const path = "/companies/{company}/login";
  test("two files of one name are refused, and two operations of one method and path", async () => {
    const folder = temporary.folder;
    const one = await written(folder, "twin.yaml", base);
    const other = await written(folder, "twin.yml", base.replaceAll("companies", "firms"));
    const third = await written(folder, "third.yaml", base.replaceAll("company", "firm"));
    const line = base.split("\n").indexOf("    post:") + 1;
    expect(await check([one, other, third])).toEqual([
      `${other}:1:1: ${one} is the document of twin already. Rename one of them.`,
      `${third}:${line}:5: POST /companies/{firm}/login stands in ${one}:${line}:5 too, as POST ${path}: no port can serve both.`,
    ]);
  });
});
