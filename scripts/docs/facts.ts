import {
  type ApiDocument,
  nodesOf,
  type OpenApiDocument,
  type RequestBody,
  resolve,
} from "../../src/openapi/document.ts";
import { type LoginFacts, loginFactsOf } from "../../src/openapi/login-facts.ts";
import { type DocumentedOperation, type Reply, readOperations } from "../../src/openapi/scenarios.ts";

/** What the docs say of one API, read from its document. */
export interface ApiFacts {
  name: string;
  title: string;
  summary: string;
  description: string;
  /** The base URL, or undefined where every installation has its own. */
  host: string | undefined;
  login: LoginFacts;
  /** How a token goes with every other call: header lines. */
  tokenUse: string[];
  operations: OperationFacts[];
  notSaid: Provenance[];
}

export interface OperationFacts {
  operation: DocumentedOperation;
  inputs: Input[];
  replies: { reply: Reply; replyOnly: boolean }[];
}

/** Something that a request carries. */
export interface Input {
  name: string;
  place: "path" | "header" | "query" | "cookie" | "body";
  description: string;
  required: boolean;
  /** The only value that it can have. */
  constant?: unknown;
}

/** What the source page does not say, and where it is from. */
export interface Provenance {
  kind: string;
  reason: string;
  places: string[];
}

interface Schema {
  description?: string;
  const?: unknown;
  required?: string[];
  properties?: Record<string, Schema | { $ref: string }>;
}

export function factsOf({ name, document }: ApiDocument): ApiFacts {
  const { title, summary = "", description = "" } = document.info;
  const [server] = document.servers ?? [];
  return {
    name,
    title,
    summary,
    description,
    host: server?.variables ? undefined : server?.url,
    login: loginFactsOf(document),
    tokenUse: securitySchemes(document).map(headerLine),
    operations: readOperations([{ name, document }]).map((operation) => ({
      operation,
      inputs: inputsOf(document, operation),
      replies: operation.replies.map((reply) => ({
        reply,
        replyOnly: !operation.requests.some((request) => request.name === reply.name),
      })),
    })),
    notSaid: provenancesOf(document),
  };
}

function inputsOf(document: OpenApiDocument, { operation, parameters: carried }: DocumentedOperation): Input[] {
  const parameters = carried.map(({ name, in: place, required = false, description = "" }) => {
    return { name, place, required, description };
  });
  const body = operation.requestBody && resolve<RequestBody>(document, operation.requestBody);
  const bodies = Object.values(body?.content ?? {});
  return [...parameters, ...bodies.flatMap(({ schema }) => bodyInputs(document, schema as Schema, []))];
}

/** The leaves of a body's schema. */
function bodyInputs(document: OpenApiDocument, reference: Schema | { $ref: string }, at: string[]): Input[] {
  const { properties = {}, required = [] } = resolve<Schema>(document, reference);
  return Object.entries(properties).flatMap(([key, property]) => {
    const schema = resolve<Schema>(document, property);
    if (schema.properties) return bodyInputs(document, schema, [...at, key]);
    const { description = "", const: constant } = schema;
    const input = {
      name: [...at, key].join("."),
      place: "body" as const,
      description,
      required: required.includes(key),
    };
    return constant === undefined ? input : { ...input, constant };
  });
}

interface SecurityScheme {
  type: string;
  scheme?: string;
  in?: string;
  name?: string;
}

function securitySchemes({ components }: OpenApiDocument): SecurityScheme[] {
  return Object.values(components?.securitySchemes ?? {}) as SecurityScheme[];
}

function headerLine({ type, scheme = "", name }: SecurityScheme): string {
  if (type === "apiKey") return `${name}: <token>`;
  // The registered scheme is written in lower case in OpenAPI, and capitalised by everybody on the wire.
  return `Authorization: ${scheme === "bearer" ? "Bearer" : scheme} <token>`;
}

function provenancesOf(document: OpenApiDocument): Provenance[] {
  const groups = new Map<string, Provenance>();
  for (const { at, node } of nodesOf(document)) {
    // The entries of a list are nodes of their own.
    const { "x-provenance": kind, "x-provenance-reason": reason } = node;
    if (typeof kind !== "string" || typeof reason !== "string") continue;
    const group = groups.get(kind + reason) ?? { kind, reason, places: [] };
    groups.set(kind + reason, group);
    group.places.push(placeName(at.map(String)));
  }
  return [...groups.values()];
}

/** The name that a reader knows a place of a document by; an entry of a list is named as what the list is about. */
function placeName(keys: string[]): string {
  const [root, first = "", second = "", ...rest] = keys.at(-2) === "x-provenance" ? keys.slice(0, -2) : keys;
  if (root === "info") return "description";
  if (root === "externalDocs") return "documentation";
  if (root === "servers") return rest.length > 0 ? `server ${second.replace(/s$/, "")} ${rest.join(".")}` : "server";
  if (root === "components" && first === "schemas")
    return [second, ...rest.filter((key) => key !== "properties")].join(".");
  if (root === "components" && first === "securitySchemes") return "how the token is sent";
  if (root === "components") return `${first.replace(/s$/, "")} ${[second, ...rest].join(".")}`;
  const operation = `${second.toUpperCase()} ${first}`.trim();
  const example = rest.at(-2) === "examples" ? rest.at(-1) : undefined;
  if (example) return `reply ${example}`;
  if (rest[0] === "responses") return `${operation}, response ${rest[1]}`;
  if (rest[0] === "requestBody") return `${operation}, body`;
  return operation;
}
