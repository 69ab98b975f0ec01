import { type OpenApiDocument, resolve } from "../../openapi/document.ts";

/** How a value is read from the text that was sent for it. */
export interface Shape {
  kind: "plain" | "list" | "object";
  /** Names of the members of an object, so far as they are known. */
  keys: string[];
}

interface ShapedSchema {
  type?: string | string[];
  properties?: Record<string, unknown>;
  items?: unknown;
  anyOf?: unknown[];
  oneOf?: unknown[];
}

/** What a schema, or one of its branches, describes; where it says nothing, what the examples are. */
export function shapeOf(document: OpenApiDocument, schema: unknown, examples: unknown[]): Shape {
  const schemas = branchesOf(document, schema);
  const types = schemas.flatMap(({ type }) => type ?? []);
  const properties = schemas.flatMap((each) => Object.keys(each.properties ?? {}));
  const objects = examples.filter(isRecord);
  const isObject = types.includes("object") || properties.length > 0 || objects.length > 0;
  const isList =
    types.includes("array") || schemas.some(({ items }) => items !== undefined) || examples.some(Array.isArray);
  if (isList) return { kind: "list", keys: [] };
  if (!isObject) return { kind: "plain", keys: [] };
  return { kind: "object", keys: [...new Set([...properties, ...objects.flatMap(Object.keys)])] };
}

function branchesOf(document: OpenApiDocument, schema: unknown, passed: unknown[] = []): ShapedSchema[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = resolve<ShapedSchema>(document, schema);
  // A branch may lead back to what it is a branch of.
  if (passed.includes(own)) return [];
  const branches = [...(own.anyOf ?? []), ...(own.oneOf ?? [])];
  return [own, ...branches.flatMap((branch) => branchesOf(document, branch, [...passed, own]))];
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
