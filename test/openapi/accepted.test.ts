import { afterAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { documentFiles } from "../../scripts/documents.ts";
import { check } from "../../src/openapi/check.ts";
import { copyOf, locate, nodesOf, type OpenApiDocument, resolve } from "../../src/openapi/document.ts";
import { limits } from "../../src/openapi/limits.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import { read } from "../../src/openapi/read.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { altered, base, frozen, written } from "./written.ts";

const temporary = await temporaryFolder();
afterAll(() => temporary[Symbol.asyncDispose]());

const password = "        password: { type: string, description: Your password. }\n";
const inPaths = "#/paths/~1companies~1%7Bcompany%7D~1login/parameters/0/schema";
const member = (name: string, schema: string) => `${password}        ${name}: ${schema}\n`;

const accepted: Record<string, string> = {
  "the base": base,
  "a mark of byte order, and CRLF": `\u{feff}${base.replaceAll("\n", "\r\n")}`,
  "one document behind a mark": `# Why\n---\n${base}`,
  "a discriminator": altered(
    "    Token:\n      type: object\n",
    "    Token:\n      type: object\n      discriminator: { propertyName: token }\n",
  ),
  "members of one's own": altered(
    password,
    member("other", "{ type: string, description: Other., x-of-mine: { a: 1 } }"),
  ),
  "xml, example, externalDocs": altered(
    password,
    member(
      "other",
      "{ type: string, description: Other., example: a, xml: { name: b }, externalDocs: { url: https://a.example } }",
    ),
  ),
  "an unknown format": altered(password, member("other", "{ type: string, description: Other., format: of-mine }")),
  "a reference into paths": altered(password, member("other", `{ $ref: "${inPaths}", description: Other. }`)),
  "a schema that holds itself": altered(
    password,
    member("other", '{ $ref: "#/components/schemas/Credentials", description: Other. }'),
  ),
  "a reply of plain text": altered(
    "          x-scenario: wrongPassword\n          x-outcome: unknown\n",
    "          content: { text/plain: { examples: { wrongPassword: { x-outcome: unknown, value: No. } } } }\n",
  ),
  "properties whose names are keywords": altered(
    password,
    ["properties", "examples", "example", "value", "servers", "content", "$ref"].reduce(
      (text, name) => `${text}        ${name}: { type: string, description: Other. }\n`,
      password,
    ),
  ),
  "references in data": altered(
    "{ value: { password: right } }",
    '{ value: { password: right, other: { $ref: "none.yaml" } } }',
  ),
  "lists of inferences, and what was observed": altered(
    "  title: Base\n",
    `  title: Base
  x-provenance:
    - { x-provenance: inferred, x-provenance-reason: It is., x-verify: none, x-verify-reason: Nothing does. }
    - { x-provenance: observed, x-provenance-reason: It was., x-observed: 2026-11-25 }
`,
  ),
};

test.each(Object.entries(accepted))("%s", async (title, text) => {
  expect(await check([await written(temporary.folder, `${title}.yaml`, text)])).toEqual([]);
});

test("the endings .yml and .json", async () => {
  const json = JSON.stringify(parse(base), null, "\t");
  expect(await check([await written(temporary.folder, "short.yml", base)])).toEqual([]);
  const file = await written(temporary.folder, "other.json", json);
  expect(await check([file])).toEqual([]);
  const [document] = (await read([file])).documents;
  const line = json.split("\n").findIndex((each) => each.includes('"summary"')) + 1;
  expect(document?.placeOf(["paths", "/companies/{company}/login", "post", "summary"])).toBe(`${file}:${line}:5`);
});

test("the project's own documents can be read, and are not beyond what runtime and mock can do", async () => {
  const { documents, problems } = await read(await documentFiles());
  expect(problems).toEqual([]);
  for (const { document } of documents)
    expect(Object.values(limits).flatMap((limit) => [...limit(document)])).toEqual([]);
});

/** The base with everything in components that can be there, and an alias. */
function referring(): string {
  const document = parse(base);
  const path = "/companies/{company}/login";
  const { parameters, post } = document.paths[path];
  const { "200": ok, "401": refused, default: fallback } = post.responses;
  const shared = ok.headers["X-Used"];
  const referred = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
  document.components = {
    ...document.components,
    pathItems: { Login: { parameters: [referred("parameters", "Company")], post } },
    parameters: { Company: parameters[0], Mode: post.parameters[0] },
    requestBodies: { Login: post.requestBody },
    responses: { Ok: ok, "Refused~/%": refused, Fallback: fallback, Again: referred("responses", "Ok") },
    headers: { Used: shared },
    examples: { Success: ok.content["application/json"].examples.success },
  };
  document.components.responses.Ok = {
    ...ok,
    headers: { "X-Used": referred("headers", "Used"), "X-Aliased": shared },
    content: {
      "application/json": {
        schema: referred("schemas", "Token"),
        examples: { success: referred("examples", "Success") },
      },
    },
  };
  document.components.pathItems.Login.post = {
    ...post,
    parameters: [referred("parameters", "Mode")],
    requestBody: referred("requestBodies", "Login"),
    responses: {
      "200": referred("responses", "Again"),
      "401": { $ref: "#/components/responses/Refused~0~1%25" },
      default: referred("responses", "Fallback"),
    },
  };
  document.paths[path] = referred("pathItems", "Login");
  return stringify(document);
}

test("references of every kind lead to what stands in place otherwise, and nothing of a shared node is changed", async () => {
  const text = referring();
  expect(text).toContain("*a1");
  const file = await written(temporary.folder, "referring.yaml", text);
  expect(await check([file])).toEqual([]);
  const inPlace = await read([await written(temporary.folder, "in-place.yaml", base)]);
  const [one] = readOperations(inPlace.documents);
  const [{ name, document } = { name: "", document: undefined }] = (await read([file])).documents;
  if (!one || !document) throw new Error("a document was not read");

  const [other] = readOperations([{ name, document: frozen(document) }]);
  if (!other) throw new Error("there is no operation");
  const withoutHeaders = (replies: typeof one.replies) => replies.map(({ headers: _, ...rest }) => rest);
  expect(other.requests).toEqual(one.requests);
  expect(withoutHeaders(other.replies)).toEqual(withoutHeaders(one.replies));
  expect(other.replies[0]?.headers).toEqual({ "X-Used": "today", "X-Aliased": "today" });
  for (const [index, replyOfOne] of one.replies.entries())
    expect(wireRequest(other, other.replies[index] ?? replyOfOne)).toEqual(wireRequest(one, replyOfOne));
  for (const rule of [...Object.values(houseRules), ...Object.values(limits)]) expect([...rule(document)]).toEqual([]);
  expect(operationsOf(document)[0]?.at).toEqual(["components", "pathItems", "Login", "post"]);
  expect(copyOf(document)).toEqual(document);
  const shared = [...nodesOf(copyOf(document))].map(({ node }) => node);
  expect(new Set(shared).size).toBe(shared.length);
});

test("a reference's own description stands for that of what it refers to", () => {
  const document = {
    components: {
      parameters: { One: { $ref: "#/components/parameters/Two" }, Two: { name: "two", description: "Two" } },
    },
  } as unknown as OpenApiDocument;
  const reference = { $ref: "#/components/parameters/One", description: "Mine" };
  expect(locate(frozen(document), frozen(reference), ["here"])).toEqual({
    at: ["components", "parameters", "Two"],
    node: { name: "two", description: "Mine" },
  });
  expect(resolve(document, { name: "three" })).toEqual({ name: "three" });
});

test("an operation's own parameter takes the place of the path's, whatever the case of a header", async () => {
  const text = altered(
    "    parameters:\n      - name: company\n",
    "    parameters:\n      - { name: x-mode, in: header, description: Of the path., schema: {} }\n      - name: company\n",
  );
  const { documents } = await read([await written(temporary.folder, "own.yaml", text)]);
  const [operation] = readOperations(documents);
  expect(operation?.parameters.map(({ name }) => name)).toEqual(["company", "X-Mode"]);
});
