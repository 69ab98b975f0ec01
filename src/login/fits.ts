import type { ReplySchema, SchemaType } from "./contract.ts";

/** Whether a value is as a schema describes it; as in JSON Schema, a keyword says nothing of values of another type. */
export function fits(schema: ReplySchema, value: unknown): boolean {
  if (schema.type !== undefined && !isOfOne(schema.type, value)) return false;
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum && !schema.enum.some((each) => each === value)) return false;
  if (schema.not && fits(schema.not, value)) return false;
  if (schema.anyOf && !schema.anyOf.some((each) => fits(each, value))) return false;
  if (typeof value === "string") return schema.pattern === undefined || regularExpression(schema.pattern).test(value);
  if (typeof value === "number") return isWithin(schema, value);
  if (Array.isArray(value)) return value.every((item) => fits(schema.items ?? {}, item));
  return !isObject(value) || hasMembers(schema, value);
}

/** Every reply asks for the same few, and making one costs more than asking it. */
const expressions = new Map<string, RegExp>();

function regularExpression(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  const made = new RegExp(pattern, "u");
  expressions.set(pattern, made);
  return made;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOfOne(types: SchemaType | readonly SchemaType[], value: unknown): boolean {
  return typeof types === "string" ? isOfType(types, value) : types.some((type) => isOfType(type, value));
}

function isOfType(type: SchemaType, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return isObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  // JSON's 1e999 is read as Infinity.
  if (type === "number") return Number.isFinite(value);
  return typeof value === type;
}

function isWithin({ minimum = -Infinity, maximum = Infinity }: ReplySchema, value: number): boolean {
  return value >= minimum && value <= maximum;
}

function hasMembers(schema: ReplySchema, value: Record<string, unknown>): boolean {
  const { required = [], properties = {}, additionalProperties } = schema;
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, member]) => {
    if (Object.hasOwn(properties, name)) return fits(properties[name] as ReplySchema, member);
    return additionalProperties !== false;
  });
}
