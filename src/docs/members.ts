import { resolve } from "../openapi/document.ts";
import type { Fact, Member, SchemaPart } from "./model.ts";
import type { Mark } from "./notes.ts";
import type { PageContext } from "./page-context.ts";

/** A schema of JSON Schema, as far as its structure goes; all other keywords are facts. */
interface Schema {
  [keyword: string]: unknown;
  description?: string;
  required?: string[];
  properties?: Record<string, unknown>;
  patternProperties?: Record<string, unknown>;
  additionalProperties?: unknown;
  items?: unknown;
  prefixItems?: unknown[];
  allOf?: unknown[];
  anyOf?: unknown[];
  oneOf?: unknown[];
  not?: unknown;
}

/** Where a walk through schemas has got to. */
interface Spot {
  /** Dotted, from the schema that the walk began with. */
  name: string;
  /** The begin of the id of each row. */
  prefix: string;
  required?: boolean;
  /** The schemas on the way here, so that one that leads back to itself ends. */
  passed: readonly unknown[];
}

/** The keywords that members are made of, the prose, and what the notes say. */
const structure = new Set([
  ...["$ref", "description", "properties", "patternProperties", "items", "prefixItems", "allOf", "anyOf", "oneOf"],
  ...["x-provenance", "x-provenance-reason", "x-observed", "x-verify", "x-verify-reason"],
]);

/** The schema that a `$ref` names, if it names a component. */
function componentName(node: unknown): string | undefined {
  const { $ref = "" } = Object(node) as { $ref?: string };
  return /^#\/components\/\w+\/([^/]+)$/.exec($ref)?.[1];
}

/** What the keywords of a node say beside its structure and the ones that are said elsewhere. */
export function factsOf(node: Record<string, unknown>, elsewhere: readonly string[] = []): Fact[] {
  return Object.entries(node).flatMap(([keyword, value]): Fact[] => {
    if (structure.has(keyword) || elsewhere.includes(keyword)) return [];
    if (keyword === "not") return notFacts(value);
    // A schema for further members has a row of its own.
    if (keyword === "additionalProperties" && typeof value === "object") return [];
    return [{ keyword, value }];
  });
}

function notFacts(not: unknown): Fact[] {
  const { const: constant, enum: listed, ...others } = Object(not) as Schema;
  const isOther = Object.keys(others).some((keyword) => keyword !== "type");
  if (isOther || (constant === undefined && listed === undefined)) return [{ keyword: "not", value: not }];
  return [{ keyword: "not const", value: listed ?? constant }];
}

/** `required` is said of each member; what is left are names that have no member here. */
function ownFacts(schema: Schema): Fact[] {
  const { required = [], properties = {} } = schema;
  const unknown = required.filter((key) => !Object.hasOwn(properties, key));
  const facts = factsOf(schema, ["required"]);
  return unknown.length > 0 ? [...facts, { keyword: "required", value: unknown }] : facts;
}

/** The schemas of some replies or of a request, each of which is a part of the page once. */
export class SchemaParts {
  readonly all: SchemaPart[] = [];
  readonly #known = new Map<unknown, SchemaPart>();
  readonly #context: PageContext;
  readonly #prefix: string;

  constructor(context: PageContext, prefix: string) {
    this.#context = context;
    this.#prefix = prefix;
  }

  /** Adds a schema, and those that it is one of. `fallback` names it where it is no component. */
  add(node: unknown, fallback: string): SchemaPart {
    const { document, ids, notes, words } = this.#context;
    const schema = resolve<Schema>(document, node as Schema);
    const known = this.#known.get(schema);
    if (known) return known;
    const name = componentName(node) ?? fallback;
    const id = ids.take(`${this.#prefix}.${name}`);
    const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    const isChoice = branches.length > 0 && !schema.properties && !schema.allOf;
    const part: SchemaPart = {
      id,
      name,
      facts: ownFacts(schema),
      description: schema.description ?? (Object.keys(schema).length === 0 ? words.anything : ""),
      marks: notes.mark(schema, name),
      alternatives: [],
      members: [],
    };
    this.#known.set(schema, part);
    this.all.push(part);
    if (isChoice) {
      for (const [index, branch] of branches.entries()) {
        const alternative = this.add(branch, `${name}-${index + 1}`);
        part.alternatives.push({ name: alternative.name, id: alternative.id });
      }
    } else part.members.push(...membersWithin(this.#context, schema, { name: "", prefix: id, passed: [] }));
    return part;
  }
}

/** The row of one value, and the rows of what it consists of. */
export function membersOf(context: PageContext, node: unknown, spot: Spot): Member[] {
  const { document, ids } = context;
  const schema = resolve<Schema>(document, node as Schema);
  const row: Member = {
    id: ids.take(`${spot.prefix}.${spot.name}`),
    name: spot.name,
    ...(spot.required !== undefined && { required: spot.required }),
    facts: ownFacts(schema),
    description: schema.description ?? "",
    marks: marksOf(context, node, schema, `${spot.prefix}.${spot.name}`),
  };
  if (spot.passed.includes(schema) || isTold(context, node, schema)) {
    const again: Fact = { keyword: "recursive", value: componentName(node) ?? spot.name };
    return [{ ...row, facts: [again, ...row.facts] }];
  }
  return [row, ...membersWithin(context, schema, spot)];
}

/** On a page of so many rows, what a component consists of is said where it comes first, and not again within others. */
const manyRows = 2_000;

function isTold({ ids, told }: PageContext, node: unknown, schema: Schema): boolean {
  return ids.count > manyRows && componentName(node) !== undefined && told.has(schema);
}

/** A reference may have a provenance of its own beside that of what it refers to. */
function marksOf({ notes }: PageContext, node: unknown, schema: Schema, place: string): Mark[] {
  const own = componentName(node) === undefined ? [] : notes.mark(node, place);
  return [...own, ...notes.mark(schema, place)];
}

function membersWithin(context: PageContext, schema: Schema, spot: Spot): Member[] {
  context.told.add(schema);
  const passed = [...spot.passed, schema];
  const inner = (node: unknown, name: string, required?: boolean) =>
    membersOf(context, node, { ...withoutRequired(spot), name, passed, ...(required !== undefined && { required }) });
  const { properties = {}, patternProperties = {}, additionalProperties, items, prefixItems = [] } = schema;
  const { required = [], allOf = [], anyOf = [], oneOf = [] } = schema;
  const joined = (key: string) => (spot.name === "" ? key : `${spot.name}.${key}`);
  return [
    ...Object.entries(properties).flatMap(([key, node]) => inner(node, joined(key), required.includes(key))),
    ...Object.entries(patternProperties).flatMap(([key, node]) => inner(node, joined(`/${key}/`))),
    ...(isSchema(additionalProperties) ? inner(additionalProperties, joined("*")) : []),
    ...prefixItems.flatMap((node, index) => inner(node, `${spot.name}[${index}]`)),
    ...(isSchema(items) ? inner(items, `${spot.name}[]`) : []),
    ...allOf.flatMap((node) => inner(node, branchName(spot.name, node, "&"))),
    ...[...anyOf, ...oneOf].flatMap((node, index) => inner(node, branchName(spot.name, node, `${index + 1}`))),
  ];
}

function withoutRequired({ prefix, passed, name }: Spot): Spot {
  return { prefix, passed, name };
}

function isSchema(node: unknown): boolean {
  return typeof node === "object" && node !== null;
}

/** A branch is told by the component that it is, or by its number. */
function branchName(name: string, node: unknown, fallback: string): string {
  return `${name}(${componentName(node) ?? fallback})`;
}
