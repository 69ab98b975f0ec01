/** The parts of an OpenAPI 3.1 document that the mock reads. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; summary?: string };
  servers?: { url: string; variables?: Record<string, unknown> }[];
  paths: Record<string, PathItem>;
  components?: Record<string, Record<string, unknown>>;
}

export type PathItem = Partial<Record<string, Operation>>;

export interface Operation {
  operationId: string;
  summary?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, Response>;
}

export interface Response {
  description: string;
  headers?: Record<string, MediaType>;
  content?: Record<string, MediaType>;
}

export interface Parameter {
  name: string;
  in: "path" | "header" | "query" | "cookie";
  required?: boolean;
  schema?: unknown;
  examples?: Record<string, Example>;
}

export interface MediaType {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, Example>;
}

export interface Example {
  summary?: string;
  value: unknown;
  "x-outcome"?: string;
  "x-invalid"?: string;
}

/** A document and the name of its API: that of its file, without the ending. */
export interface ApiDocument {
  name: string;
  document: OpenApiDocument;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Every operation of a document, in its order. */
export function operationsOf(document: OpenApiDocument): { method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation && methods.includes(method) ? [{ method, path, operation }] : [],
    ),
  );
}

/** Follows a `$ref` within the document, if `node` is one. */
export function resolve<Node>(document: OpenApiDocument, node: Node | { $ref: string }): Node {
  if (typeof node !== "object" || node === null || !("$ref" in node)) return node as Node;
  const target = node.$ref
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[unescapePointer(key)], document);
  return resolve(document, target as Node);
}

function unescapePointer(key: string): string {
  return decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
}
