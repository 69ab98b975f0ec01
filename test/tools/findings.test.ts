import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { compare, type Finding, readKnown } from "./findings.ts";
import { warningsIn } from "./generators.ts";
import { authenticationProblems } from "./postman.ts";
import { tools } from "./tools.ts";
import { namelessUnions, usesOf } from "./typed-use.ts";
import { violationsIn } from "./validators.ts";

const finding = (text: string, tool = "kubb", api = "billing"): Finding => ({ tool, api, text });
const entry = { finding: "no name", tools: ["kubb"], apis: ["billing"], because: "It has none." };

describe("what is found is compared with what is known", () => {
  const known = [finding("no name")];

  test.each<[string, Finding[], Partial<ReturnType<typeof compare>>]>([
    ["a known finding", known, { excused: known, unexpected: [], stale: [] }],
    ["another one", [...known, finding("no type")], { unexpected: [finding("no type")], stale: [] }],
    [
      "the same by another tool",
      [...known, finding("no name", "orval")],
      { unexpected: [finding("no name", "orval")] },
    ],
    ["the same in another API", [finding("no name", "kubb", "other")], { excused: [], stale: known }],
    ["none any more", [], { unexpected: [], stale: known }],
  ])("%s", (_, found, expected) => {
    expect(compare(found, known)).toMatchObject(expected);
  });

  test.each(["finding", "tools", "apis", "because"])("a known finding without `%s` is refused", (member) => {
    expect(readKnown(JSON.stringify([entry]))).toEqual(known);
    expect(() => readKnown(JSON.stringify([{ ...entry, [member]: undefined }]))).toThrow(/An entry wants/);
  });
});

test("what is known is of tools that are there", async () => {
  const known = readKnown(await readFile(join(import.meta.dirname, "known.yaml"), "utf8"));
  const names = tools.map(({ name }) => name);
  expect(known.filter(({ tool }) => !names.includes(tool))).toEqual([]);
});

const union = { anyOf: [{ $ref: "#/components/schemas/Success" }, { $ref: "#/components/schemas/Failure" }] };
const document = {
  openapi: "3.1.0",
  info: { title: "Billing" },
  security: [{ token: [] }],
  paths: {
    "/{id}/login": {
      post: {
        operationId: "login",
        security: [],
        responses: {
          "200": {
            description: "Answered.",
            content: {
              "application/json": {
                schema: union,
                examples: { success: { value: { code: 0 } }, malformed: { value: "{", "x-invalid": "No JSON." } },
              },
            },
          },
        },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer" } },
    schemas: {
      Success: { type: "object", properties: { code: { const: 0 } } },
      Failure: { type: "object", properties: { code: { type: "integer" } } },
    },
  },
} satisfies OpenApiDocument;

test("the types are used for every name, every valid example, and every constant that tells replies apart", () => {
  expect(usesOf(document, "./index.ts").map(({ problem }) => problem)).toEqual([
    "no type Success",
    "no type Failure",
    "reply 200 of login: the example success does not fit its type",
    "reply 200 of login: code 0 does not narrow to Success",
  ]);
  expect(namelessUnions(document)).toEqual(["reply 200 of login: the union has no name"]);
});

test("a request that authenticates itself in another way than the document says is noticed", () => {
  const login = { method: "POST", url: { path: [":id", "login"] } };
  const collection = (auth: object | null, type = "bearer") => ({
    auth: { type },
    item: [{ item: [{ request: { ...login, auth: auth as { type: string } | null } }] }],
  });
  expect(authenticationProblems(document, collection({ type: "noauth" }))).toEqual([]);
  expect(authenticationProblems(document, collection(null))).toEqual(["login: inherits bearer, and wants noauth"]);
  expect(authenticationProblems(document, collection({ type: "noauth" }, "basic"))).toEqual([
    "collection: has basic, and wants bearer",
  ]);
  expect(authenticationProblems(document, { auth: { type: "bearer" }, item: [] })).toEqual(["login: not imported"]);
});

test("what tools print is read", () => {
  expect(warningsIn("🍻 orval\n⚠️  SyntaxError: failed.\n  #/servers/0 is wrong\n\n🎉 done\n")).toEqual([
    "SyntaxError: failed. #/servers/0 is wrong",
  ]);
  expect(violationsIn("Validation failed.\n  #/info is wrong\n  #/paths is wrong")).toEqual([
    "#/info is wrong",
    "#/paths is wrong",
  ]);
  expect(violationsIn("Token is missing.")).toEqual(["Token is missing."]);
});
