import type { ReplySchema, Scalar, SchemaType } from "../login/contract.ts";
import { keysOf } from "../login/place.ts";
import { locate, type OpenApiDocument, type Place, pointer as pointerOf, type Report, resolve } from "./document.ts";

/** A schema of a document, as it stands there. */
export type DocumentSchema = Record<string, unknown> & { $ref?: string };

/** The part of JSON Schema that the judge reads; annotations beside it are left out. */
const judged = [
  "type",
  "const",
  "enum",
  "not",
  "required",
  "properties",
  "items",
  "pattern",
  "minimum",
  "maximum",
  "anyOf",
] as const;

const annotations = [
  "title",
  "description",
  "default",
  "example",
  "examples",
  "format",
  "deprecated",
  "readOnly",
  "writeOnly",
  "discriminator",
  "xml",
  "externalDocs",
  "$comment",
];

const isKnown = (keyword: string) => (judged as readonly string[]).includes(keyword);
const isAnnotation = (keyword: string) => annotations.includes(keyword) || keyword.startsWith("x-");

/** Says what is in a schema that replies cannot be judged by; whether there is nothing of the kind. */
export function reportUnjudged(document: OpenApiDocument, name: string, report: Report): boolean {
  let isJudged = true;
  const complain: Report = (at, message) => {
    isJudged = false;
    report(at, message);
  };
  const visit = (schema: unknown, at: Place, path: readonly unknown[]): void => {
    if (typeof schema !== "object" || schema === null) {
      complain(at, "A schema that replies are judged by is an object.");
      return;
    }
    const node = schema as DocumentSchema;
    if (path.includes(node)) {
      complain(at, "A schema that replies are judged by does not lead back to itself.");
      return;
    }
    const keywords = Object.keys(node).filter((keyword) => keyword !== "$ref" && !isAnnotation(keyword));
    const unknown = keywords.filter((keyword) => !isKnown(keyword));
    if (unknown.length > 0)
      complain(
        [...at, unknown[0] as string],
        `Replies are judged by this schema, and \`${unknown[0]}\` is none of what they can be judged by: ${judged.join(", ")}.`,
      );
    if (node.$ref !== undefined) {
      if (keywords.length > 0)
        complain(
          [...at, keywords[0] as string],
          "Beside a `$ref`, replies are judged by nothing: put it where the `$ref` leads.",
        );
      const target = locate<unknown>(document, { $ref: node.$ref }, at);
      visit(target.node, target.at, [...path, node]);
      return;
    }
    const { const: constant, enum: values = [], not, pattern } = node as ReplySchema;
    for (const value of [constant, ...values]) {
      if (typeof value === "object" && value !== null)
        complain(at, "What replies are judged by has texts, numbers, booleans and null for constants.");
    }
    if (pattern !== undefined && !isRegularExpression(pattern, "u"))
      complain([...at, "pattern"], "This is no regular expression that ECMAScript reads with its flag `u`.");
    if (not !== undefined && Object.keys(not ?? {}).join() !== "const")
      complain([...at, "not"], "Of `not`, replies are judged by `not: { const: … }` only.");
    const { properties = {}, items, anyOf = [] } = node as { properties?: object; items?: unknown; anyOf?: unknown[] };
    for (const [key, member] of Object.entries(properties)) visit(member, [...at, "properties", key], [...path, node]);
    if (items !== undefined) visit(items, [...at, "items"], [...path, node]);
    for (const [index, branch] of anyOf.entries()) visit(branch, [...at, "anyOf", index], [...path, node]);
  };
  const at = ["components", "schemas", name];
  visit(document.components?.schemas?.[name], at, []);
  return isJudged;
}

/** Wholly what a success is. */
export function successSchema(document: OpenApiDocument, name: string): ReplySchema {
  return mapped(document, componentSchema(document, name), "", (schema) => schema);
}

/**
 * What is required of a refusal, and no more. The `enum` at `code` (a JSON Pointer) is open: any other value of its type
 * may come too, but for those that a success has there as its constant.
 */
export function refusalSchema(
  document: OpenApiDocument,
  name: string,
  code: string | undefined,
  successes: ReplySchema[],
): ReplySchema {
  return mapped(document, componentSchema(document, name), "", (schema, pointer) => {
    const { required = [], properties } = schema;
    if (isAt(pointer, code)) return opened(schema, constantsAt(successes, pointer));
    if (!properties) return schema;
    const needed = Object.entries(properties).filter(([key]) => required.includes(key));
    return { ...schema, properties: Object.fromEntries(needed) };
  });
}

/** A body that says that a token is no longer good: it has no other members; codes are open, as a refusal's. */
export function rejectionSchema(
  document: OpenApiDocument,
  name: string,
  code: string | undefined,
  successes: ReplySchema[],
): ReplySchema {
  return mapped(document, componentSchema(document, name), "", (schema, pointer) => {
    if (isAt(pointer, code)) return opened(schema, constantsAt(successes, pointer));
    return schema.properties ? { ...schema, additionalProperties: false } : schema;
  });
}

/**
 * Whether a schema says what a refusal must have: an object a member, a text its words. What takes any object, or any
 * text, takes a gateway's page too; and `required` and `pattern` say nothing of values of another type.
 */
export function isSelective({
  type = [],
  required = [],
  const: constant,
  enum: values,
  pattern,
  anyOf,
}: ReplySchema): boolean {
  if (constant !== undefined || values !== undefined) return true;
  if (anyOf?.every(isSelective)) return true;
  const types = [type].flat();
  const isSaid = (each: SchemaType) =>
    (each === "object" && required.length > 0) || (each === "string" && pattern !== undefined);
  return types.length > 0 && types.every(isSaid);
}

export function isRegularExpression(text: string, flags: string): boolean {
  try {
    return new RegExp(text, flags) !== undefined;
  } catch {
    return false;
  }
}

function componentSchema(document: OpenApiDocument, name: string): unknown {
  return document.components?.schemas?.[name];
}

/** Copies a schema without its annotations and references, each part changed by `change`; `*` is any index in a pointer. */
function mapped(
  document: OpenApiDocument,
  schema: unknown,
  pointer: string,
  change: (schema: ReplySchema, pointer: string) => ReplySchema,
): ReplySchema {
  const node = resolve<DocumentSchema>(document, schema as DocumentSchema);
  const copy: Record<string, unknown> = {};
  for (const keyword of judged) if (node[keyword] !== undefined) copy[keyword] = node[keyword];
  const own = change(copy as ReplySchema, pointer);
  const child = (each: unknown, key: string) => mapped(document, each, pointer + key, change);
  return {
    ...own,
    ...(own.properties && {
      properties: Object.fromEntries(
        Object.entries(own.properties).map(([key, member]) => [key, child(member, pointerOf([key]))]),
      ),
    }),
    ...(own.items && { items: child(own.items, "/*") }),
    ...(own.anyOf && { anyOf: own.anyOf.map((branch) => child(branch, "")) }),
  };
}

/** Whether the pointer of a schema, in which `*` is any index, is that of a value. */
function isAt(pointer: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const keys = keysOf(pointer);
  const wanted = keysOf(value);
  return keys.length === wanted.length && keys.every((key, index) => key === "*" || key === wanted[index]);
}

function opened(schema: ReplySchema, taken: Scalar[]): ReplySchema {
  if (!schema.enum) return schema;
  const { enum: values, ...rest } = schema;
  const type = rest.type ?? [...new Set(values.map(typeOf))];
  return { ...rest, type, ...(taken.length > 0 && { not: { enum: taken } }) };
}

function typeOf(value: Scalar): SchemaType {
  return value === null ? "null" : (typeof value as SchemaType);
}

function constantsAt(successes: ReplySchema[], pointer: string): Scalar[] {
  const constants = successes.flatMap((success) =>
    partsAt(success, keysOf(pointer)).flatMap((part) => part.const ?? []),
  );
  return [...new Set(constants)];
}

/** The parts of a schema that describe what the keys lead to. */
function partsAt(schema: ReplySchema, keys: string[]): ReplySchema[] {
  const within = (schema.anyOf ?? []).flatMap((branch) => partsAt(branch, keys));
  const [key, ...rest] = keys;
  if (key === undefined) return [schema, ...within];
  const next = key === "*" ? schema.items : schema.properties?.[key];
  return [...(next ? partsAt(next, rest) : []), ...within];
}
