import { type LoginFacts, loginFacts } from "../../src/docs/login-facts.ts";
import { keysOf } from "../../src/login/place.ts";
import {
  type ApiDocument,
  nodesOf,
  type OpenApiDocument,
  type RequestBody,
  resolve,
} from "../../src/openapi/document.ts";
import { type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import { isForm } from "../../src/openapi/media-type.ts";
import { type DocumentedOperation, type Reply, readOperations } from "../../src/openapi/scenarios.ts";
import { UserError } from "../command.ts";

/** What the docs say of one API, read from its document. */
export interface ApiFacts {
  name: string;
  title: string;
  summary: string;
  description: string;
  /** The base URL, or undefined where every installation has its own. */
  host: string | undefined;
  /** What a login is called with, by the names that x-login gives. */
  credentials: string[];
  /** What a login sends, credentials and constants, and where. */
  sent: SentFact[];
  login: LoginFacts;
  operations: OperationFacts[];
  /** The one of them that logs in. */
  loginOperation: OperationFacts;
  notSaid: Provenance[];
}

export interface OperationFacts {
  operation: DocumentedOperation;
  inputs: Input[];
  replies: { reply: Reply; replyOnly: boolean }[];
}

/** Something that a login sends, by its name on the wire. */
export interface SentFact {
  place: Input["place"] | "basic";
  name: string;
  constant?: unknown;
}

/** Something that a request carries. */
export interface Input {
  name: string;
  place: "path" | "header" | "query" | "cookie" | "body" | "form";
  description: string;
  required: boolean;
  /** The only value that it can have. */
  constant?: unknown;
}

/** What the source page does not say, and where it is from. */
export interface Provenance {
  kind: string;
  reason: string;
  /** The day on which the service itself answered so. */
  observed?: string;
  places: string[];
}

interface Schema {
  description?: string;
  const?: unknown;
  required?: string[];
  properties?: Record<string, Schema | { $ref: string }>;
  anyOf?: (Schema | { $ref: string })[];
  oneOf?: (Schema | { $ref: string })[];
}

/** Reads the facts from a document. Throws a `UserError` if its login is not whole. */
export function factsOf(api: ApiDocument): ApiFacts {
  const { name, document } = api;
  const { title, summary = "", description = "" } = document.info;
  const login = loginOf(api);
  const operations = readOperations([api]).map((operation) => ({
    operation,
    inputs: inputsOf(document, operation),
    replies: operation.replies.map((reply) => ({
      reply,
      replyOnly: !operation.requests.some((request) => request.name === reply.name),
    })),
  }));
  const loginOperation = operations.find(
    ({ operation: { method, path } }) => method === login.operation.method && path === login.operation.path,
  );
  if (!loginOperation) throw new Error(`${name}: its login is none of its operations`);
  return {
    name,
    title,
    summary,
    description,
    host: login.host,
    credentials: login.credentials.map((credential) => credential.name),
    sent: sentBy(login),
    login: loginFacts(login),
    operations,
    loginOperation,
    notSaid: provenancesOf(document),
  };
}

function loginOf({ name, document }: ApiDocument): DocumentedLogin {
  const { login, problems } = readLogin(document);
  if (login && problems.length === 0) return login;
  const messages = problems.map(({ message }) => `${name}: ${message}`);
  throw new UserError(`${messages.join("\n")}\nFor file and line, run: npm run lint`);
}

function sentBy({ credentials, constants, mediaType = "" }: DocumentedLogin): SentFact[] {
  const all = [...credentials.map(({ place }) => ({ place })), ...constants];
  return all.flatMap((each): SentFact[] => {
    const { place, ...constant } = each;
    if (place.in === "security") return [];
    const value = "value" in constant ? { constant: constant.value } : {};
    if (place.in !== "body") return [{ place: place.in, name: place.name, ...value }];
    return [{ place: isForm(mediaType) ? "form" : "body", name: keysOf(place.pointer).join("."), ...value }];
  });
}

function inputsOf(document: OpenApiDocument, { operation, parameters: carried }: DocumentedOperation): Input[] {
  const parameters = carried.map(({ name, in: place, required = false, description = "" }) => {
    return { name, place, required, description };
  });
  const body = operation.requestBody && resolve<RequestBody>(document, operation.requestBody);
  const inputs = Object.entries(body?.content ?? {}).flatMap(([mediaType, { schema }]) =>
    bodyInputs(document, schema as Schema, isForm(mediaType) ? "form" : "body", []),
  );
  return [...parameters, ...merged(inputs)];
}

/** The leaves of a body's schema, and of each schema that it may be one of. */
function bodyInputs(
  document: OpenApiDocument,
  reference: Schema | { $ref: string },
  place: "body" | "form",
  at: string[],
): Input[] {
  const { properties = {}, required = [], anyOf = [], oneOf = [] } = resolve<Schema>(document, reference);
  const own = Object.entries(properties).flatMap(([key, property]): Input[] => {
    const schema = resolve<Schema>(document, property);
    if (schema.properties) return bodyInputs(document, schema, place, [...at, key]);
    const { description = "", const: constant } = schema;
    const input = { name: [...at, key].join("."), place, description, required: required.includes(key) };
    return [constant === undefined ? input : { ...input, constant }];
  });
  return [...own, ...[...anyOf, ...oneOf].flatMap((branch) => bodyInputs(document, branch, place, at))];
}

/** What several schemas have by the same name and constant is one input, which is required if it is in all of these. */
function merged(inputs: Input[]): Input[] {
  const byName = new Map<string, Input>();
  for (const input of inputs) {
    const key = JSON.stringify([input.place, input.name, input.constant]);
    const known = byName.get(key);
    byName.set(key, known ? { ...known, required: known.required && input.required } : input);
  }
  return [...byName.values()];
}

function provenancesOf(document: OpenApiDocument): Provenance[] {
  const groups = new Map<string, Provenance>();
  for (const { at, node } of nodesOf(document)) {
    // The entries of a list are nodes of their own.
    const { "x-provenance": kind, "x-provenance-reason": reason, "x-observed": observed } = node;
    if (typeof kind !== "string" || typeof reason !== "string") continue;
    const key = JSON.stringify([kind, reason, observed]);
    const group = groups.get(key) ?? { kind, reason, ...(typeof observed === "string" && { observed }), places: [] };
    groups.set(key, group);
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
  if (keys.includes("x-rejection")) return "how a token is rejected";
  if (root === "components" && first === "securitySchemes") return "how the token is sent";
  if (root === "components") return `${first.replace(/s$/, "")} ${[second, ...rest].join(".")}`;
  const operation = `${second.toUpperCase()} ${first}`.trim();
  if (rest[0] === "x-login" || rest[0] === "x-refresh")
    return [`${operation},`, ...rest.filter((key) => key !== "provenance")].join(" ");
  const example = rest.at(-2) === "examples" ? rest.at(-1) : undefined;
  if (example) return `reply ${example}`;
  if (rest[0] === "responses") return `${operation}, response ${rest[1]}`;
  if (rest[0] === "requestBody") return `${operation}, body`;
  return operation;
}
