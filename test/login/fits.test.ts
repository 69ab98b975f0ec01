import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { ReplySchema } from "../../src/login/contract.ts";
import { fits } from "../../src/login/fits.ts";

/** Each keyword alone, with others beside it, and within others. */
const schemas: ReplySchema[] = [
  {},
  { type: "string" },
  { type: "number" },
  { type: "integer" },
  { type: "boolean" },
  { type: "object" },
  { type: "array" },
  { type: "null" },
  { type: ["string", "null"] },
  { const: "a" },
  { const: 0 },
  { const: false },
  { const: null },
  { enum: ["a", 1, null] },
  { not: { const: 0 } },
  { not: { enum: ["a", true] } },
  { required: ["a", "constructor"] },
  { type: "object", required: ["__proto__"] },
  JSON.parse('{ "properties": { "a": { "type": "string" }, "toString": { "type": "string" } } }') as ReplySchema,
  { properties: { a: {} }, additionalProperties: false },
  { items: { type: "integer" } },
  { items: { properties: { a: { const: 1 } }, required: ["a"] } },
  { pattern: "^[!-~]+$" },
  { pattern: "^\\p{L}$" },
  { type: "number", minimum: 1 },
  { type: ["number", "null"], maximum: 1.5 },
  { minimum: 0, maximum: 1, type: "integer" },
  {
    anyOf: [
      { type: "string", pattern: "^a" },
      { type: "integer", minimum: 2 },
      { required: ["a"], type: "object" },
    ],
  },
  { type: "object", required: ["a"], properties: { a: { type: "object", required: ["b"] } } },
];

/** As JSON brings them. */
const values: unknown[] = JSON.parse(`[
  null, true, false, 0, -0, 1, 1.0, 1.5, 2, -1, 1e300, 1e999, -1e999, 9007199254740993,
  "", "a", "ab", "to ken", "ト", "😀", "token\\n", "0", "null",
  [], [1], [1, "a"], [[]], [{ "a": 1 }], [{ "a": 2 }, {}],
  {}, { "a": 1 }, { "a": "a" }, { "a": { "b": 0 } }, { "a": {} }, { "b": 1 }, { "a": 1, "b": 1 },
  { "constructor": 1, "a": 1 }, { "toString": 1 }, { "toString": "a" }, { "__proto__": 1 }, { "__proto__": { "a": 1 } }
]`);

test("a value fits a schema if and only if ajv says so", () => {
  const ajv = new Ajv2020({ ownProperties: true, strict: false, strictNumbers: true });
  const differing = schemas.flatMap((schema) => {
    const validate = ajv.compile(schema);
    return values.filter((value) => fits(schema, value) !== validate(value)).map((value) => ({ schema, value }));
  });
  expect(differing).toEqual([]);
});

test("inherited members are none", () => {
  const inherited: unknown = Object.create({ a: 1 });
  expect(fits({ required: ["a"] }, inherited)).toBe(false);
  expect(fits({ type: "object" }, inherited)).toBe(true);
});
