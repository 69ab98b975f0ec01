/** The parts of an OpenAPI 3.1 document that this project reads. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version?: string; summary?: string; description?: string };
  servers?: Server[];
  security?: Record<string, string[]>[];
  paths: Record<string, PathItem>;
  components?: Record<string, Record<string, unknown>>;
}

export interface Server {
  url: string;
  description?: string;
  variables?: Record<string, unknown>;
}

/** A path's operations, by method in lower case, and what they share. It may itself be a `$ref` to another. */
export interface PathItem extends Partial<Record<Method, Operation>> {
  $ref?: string;
  servers?: Server[];
  parameters?: (Parameter | Reference)[];
}

export const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;
export type Method = (typeof methods)[number];

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  servers?: Server[];
  parameters?: (Parameter | Reference)[];
  requestBody?: RequestBody | Reference;
  responses: Record<string, Response | Reference>;
}

export interface RequestBody {
  description?: string;
  required?: boolean;
  content: Record<string, MediaType>;
}

export interface Response {
  description: string;
  headers?: Record<string, Header | Reference>;
  content?: Record<string, MediaType>;
  /** The scenario that a reply without content belongs to, since it has no example that could name it. */
  "x-scenario"?: string;
  "x-outcome"?: string;
}

export interface Header extends MediaType {
  description?: string;
  explode?: boolean;
}

export interface Parameter extends MediaType {
  name: string;
  in: "path" | "header" | "query" | "cookie";
  description?: string;
  required?: boolean;
  style?: string;
  explode?: boolean;
  content?: Record<string, MediaType>;
}

export interface MediaType {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, Example | Reference>;
}

export interface Example {
  summary?: string;
  value: unknown;
  "x-outcome"?: string;
  "x-invalid"?: string;
}

/** Refers to another place of the same document. Its summary and description, if it has them, stand for the other's. */
export interface Reference {
  $ref: string;
  summary?: string;
  description?: string;
}

/** A document and the name of its API: that of its file, without the ending. */
export interface ApiDocument {
  name: string;
  document: OpenApiDocument;
}

/** The keys that lead to a place, from the document's root. */
export type Place = (string | number)[];

/** A part of a document, and where it stands. */
export interface Placed<Node> {
  at: Place;
  node: Node;
}

/** What is wrong with a document, and where. */
export interface Problem {
  at: Place;
  message: string;
  /** What may be written there, in YAML, where a sentence does not show it. */
  example?: string;
}

/** Says that something is wrong at a place, and what may be written there. */
export type Report = (at: Place, message: string, example?: string) => void;

/** Something that a document must keep to: finds every place where it does not. */
export type Rule = (document: OpenApiDocument) => Iterable<Problem>;

/** A `$ref` that leads to nothing: what it names does not exist, or only refers back to it. */
export class BrokenReference extends Error {
  override name = "BrokenReference";
}

/** The node itself, or what it refers to, over any number of references. Throws `BrokenReference`. */
export function resolve<Node>(document: OpenApiDocument, node: Node | Reference): Node {
  return locate(document, node, []).node;
}

/**
 * The node that stands at `at`, or what it refers to and where that stands. Throws `BrokenReference`. The document stays
 * as it is, also where a reference has a description of its own.
 */
export function locate<Node>(document: OpenApiDocument, node: Node | Reference, at: Place): Placed<Node> {
  const passed: Reference[] = [];
  let found: Placed<unknown> = { at, node };
  while (isReference(found.node)) {
    const reference = found.node;
    if (passed.some(({ $ref }) => $ref === reference.$ref))
      throw new BrokenReference(`The reference ${reference.$ref} leads back to itself.`);
    passed.push(reference);
    found = follow(document, reference);
  }
  // Of several references in a row, the first stands nearest to the reader.
  const summary = passed.find((reference) => reference.summary !== undefined)?.summary;
  const description = passed.find((reference) => reference.description !== undefined)?.description;
  if (summary === undefined && description === undefined) return found as Placed<Node>;
  const ownText = { ...(summary !== undefined && { summary }), ...(description !== undefined && { description }) };
  return { at: found.at, node: { ...(found.node as Node), ...ownText } };
}

export function isReference(node: unknown): node is Reference {
  return typeof node === "object" && node !== null && "$ref" in node && typeof node.$ref === "string";
}

function follow(document: OpenApiDocument, { $ref }: Reference): Placed<unknown> {
  const at = placeOf($ref);
  if (!at)
    throw new BrokenReference(`${$ref} is no place of this document, which is self-contained: write #/components/….`);
  let node: unknown = document;
  for (const key of at) {
    if (!hasKey(node, key)) throw new BrokenReference(`The reference ${$ref} leads nowhere: there is no ${key}.`);
    node = node[key];
  }
  return { at, node };
}

/** The place that a reference within the document names; `undefined` if it names none. */
function placeOf(reference: string): Place | undefined {
  if (reference === "#") return [];
  if (!reference.startsWith("#/")) return undefined;
  const keys = reference.slice("#/".length).split("/");
  try {
    return keys.map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  } catch {
    // A percent sign that encodes nothing.
    return undefined;
  }
}

/** A place as a JSON Pointer (RFC 6901). */
export function pointer(at: Place): string {
  return at.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function hasKey(node: unknown, key: string | number): node is Record<string | number, unknown> {
  if (typeof node !== "object" || node === null) return false;
  if (Array.isArray(node)) return /^\d+$/.test(String(key)) && Number(key) < node.length;
  return Object.hasOwn(node, key);
}

/** Keywords whose value is data, not part of the document's structure. */
const data = new Set(["value", "const", "enum", "default", "example", "x-verify"]);

/** Keys whose value's own keys are names that the document gives: none of them is a keyword. */
const namers = new Set([
  ...["schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links"],
  ...[
    "callbacks",
    "pathItems",
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "variables",
    "encoding",
  ],
]);

/** Every object of the document's structure. What examples, constants and defaults hold is not part of it. */
export function nodesOf(root: unknown, at: Place = []): Placed<Record<string, unknown>>[] {
  const found: Placed<Record<string, unknown>>[] = [];
  const visit = (node: object, place: Place, holdsNames: boolean) => {
    if (!Array.isArray(node)) found.push({ at: place, node: node as Record<string, unknown> });
    for (const [name, child] of Object.entries(node)) {
      if (typeof child !== "object" || child === null) continue;
      const key = Array.isArray(node) ? Number(name) : name;
      // A schema's `examples` are a list of data; elsewhere they are objects with a name.
      const isData = !Array.isArray(node) && (data.has(name) || (name === "examples" && Array.isArray(child)));
      if (holdsNames || !isData) visit(child, [...place, key], namers.has(name) && !holdsNames);
    }
  };
  if (typeof root === "object" && root !== null) visit(root, at, isNamer(at));
  return found;
}

/**
 * Whether the keys of the object at a place are names that the document gives, such as those of `properties`. A property
 * may itself be called `properties`, so that the last key alone does not tell.
 */
export function isNamer(at: Place): boolean {
  return namers.has(String(at.at(-1))) && !isNamer(at.slice(0, -1));
}

export interface BrokenReferenceProblem extends Problem {
  /** Whether it leads to another file, or into the network. */
  isElsewhere: boolean;
}

/** Every reference of a document that leads nowhere, or out of it. */
export function* brokenReferences(document: OpenApiDocument): Generator<BrokenReferenceProblem> {
  for (const { at, node } of nodesOf(document)) {
    try {
      if (isReference(node)) locate(document, node, at);
    } catch (error) {
      if (!(error instanceof BrokenReference)) throw error;
      const isElsewhere = isReference(node) && !node.$ref.startsWith("#");
      yield { at: [...at, "$ref"], message: error.message, isElsewhere };
    }
  }
}

/** A deep copy in which no part stands twice, as aliases of YAML make it: each can be changed by itself. */
export function copyOf(document: OpenApiDocument): OpenApiDocument {
  return JSON.parse(JSON.stringify(document)) as OpenApiDocument;
}
