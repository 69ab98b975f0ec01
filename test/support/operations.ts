import { readDocuments } from "../../scripts/documents.ts";
import type { ReplyContract, ReplyExpression } from "../../src/login/contract.ts";
import { keysOf, memberAt } from "../../src/login/place.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import type { RequestPlace } from "../../src/openapi/expressions.ts";
import { type DocumentedCall, type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import {
  type DocumentedOperation,
  type Reply,
  readOperations,
  type ScenarioRequest,
} from "../../src/openapi/scenarios.ts";
import type { Calling, Method, RawInit } from "./calling.ts";

/** An operation that logs in or renews, with what its document says of its replies. */
export interface Operation extends Calling {
  documented: DocumentedOperation;
  contract: ReplyContract;
  login: DocumentedLogin;
}

/** A reply as a test's own service gives it. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** What a login grants; lifetimes are in seconds. */
export interface Grants {
  lifetime?: number;
  refreshToken?: string;
  refreshLifetime?: number;
}

/** Every login and refresh of the documents. */
export const operations: Operation[] = (await readDocuments()).flatMap(operationsOf);

function operationsOf(api: ApiDocument): Operation[] {
  const { login } = readLogin(api.document);
  if (!login) throw new Error(`The document of ${api.name} has no x-login.`);
  const all = readOperations([api]);
  const { refresh } = login;
  return [operationOf(all, login, login, "login"), ...(refresh ? [operationOf(all, login, refresh, "refresh")] : [])];
}

function operationOf(
  all: DocumentedOperation[],
  login: DocumentedLogin,
  { operation, credentials, contract }: DocumentedCall,
  kind: Operation["kind"],
): Operation {
  const documented = all.find(({ method, path }) => method === operation.method && path === operation.path);
  const request = documented?.requests.find(({ name }) => name === "success");
  const secret = credentials.find(kind === "login" ? (each) => each.secret : named("refreshToken"));
  if (!documented || !request || !secret) throw new Error(`${operation.path} has no scenario success with a secret.`);
  const own = credentials.filter((each) => kind === "login" || each !== secret);
  const { api, method, path } = documented;
  return {
    name: `${api} ${documented.operation.operationId}`,
    api,
    kind,
    method: method.toUpperCase() as Method,
    path,
    credentials: Object.fromEntries(own.map(({ name, place }) => [name, sentAt(request, place)])),
    secret: secret.name,
    init: initOf(request),
    secretAt: keysTo(secret.place),
    header: login.header,
    documented,
    contract,
    login,
  };
}

function named(wanted: string): (each: { name: string }) => boolean {
  return (each) => each.name === wanted;
}

/** What a scenario's request has at a place. */
function sentAt({ parameters, body }: ScenarioRequest, place: RequestPlace): unknown {
  if (place.in === "body") return memberAt(body?.example.value, place.pointer);
  if (place.in === "security" || place.in === "basic") return undefined;
  const found = parameters.find(({ parameter }) => parameter.in === place.in && parameter.name === place.name);
  return found?.example.value;
}

function initOf({ parameters, body }: ScenarioRequest): RawInit {
  const of = (place: string) =>
    Object.fromEntries(
      parameters
        .filter(({ parameter }) => parameter.in === place)
        .map((each) => [each.parameter.name, each.example.value]),
    );
  const params = { path: of("path"), query: of("query"), header: of("header") };
  return { params, ...(body && { body: body.example.value }) };
}

function keysTo(place: RequestPlace): string[] {
  if (place.in === "body") return ["body", ...keysOf(place.pointer)];
  if (place.in === "security" || place.in === "basic") return ["params", "header", "Authorization"];
  return ["params", place.in, place.name];
}

/** The operation's documented reply of a scenario, the first one that comes to `success` unless told otherwise. */
export function replyOf(
  { documented }: Operation,
  isWanted: (reply: Reply) => boolean = hasOutcome("success"),
): Answer {
  const reply = documented.replies.find(isWanted);
  if (!reply) throw new Error(`${documented.path} documents no such reply.`);
  const { status, headers, example } = reply;
  return { status, headers, body: example.value };
}

export function hasOutcome(outcome: string): (reply: Reply) => boolean {
  return ({ example }) => example["x-outcome"] === outcome;
}

/**
 * The documented success with this token in place of its own, and with these grants: the rest of what it grants is left
 * out, so far as it can be. A member that says when the token ends otherwise, as an instant does, stays as it is.
 */
export function success(operation: Operation, token: string, grants: Grants = {}): Answer {
  const { contract } = operation;
  const { lifetime, refreshToken, refreshLifetime } = grants;
  const endsAt = (ends: ReplyContract["ends"] = []) =>
    ends.flatMap((end) => ("in" in end && typeof end.in === "string" ? [end.in] : []));
  const changes: [ReplyExpression | undefined, unknown][] = [
    [contract.token, token],
    [contract.refreshToken, refreshToken],
    ...endsAt(contract.ends).map((at) => [at, lifetime] as [ReplyExpression, unknown]),
    ...endsAt(contract.refreshEnds).map((at) => [at, refreshLifetime] as [ReplyExpression, unknown]),
  ];
  const start = replyOf(operation);
  return changes.reduce((reply, [at, value]) => (at ? changed(reply, at, value) : reply), start);
}

/** A reply with something else at a place; without it, if that is undefined. */
export function changed(reply: Answer, at: ReplyExpression, value: unknown): Answer {
  const [, header] = at.split("$response.header.");
  if (header !== undefined) return { ...reply, headers: { ...reply.headers, [header]: String(value) } };
  const [, pointer = ""] = at.split("#");
  return { ...reply, body: withMember(reply.body, keysOf(pointer), value) };
}

function withMember(whole: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const member = withMember(memberAt(whole, `/${key}`), rest, value);
  const copy = (Array.isArray(whole) ? [...whole] : { ...Object(whole) }) as Record<string, unknown>;
  if (member === undefined) delete copy[key];
  else copy[key] = member;
  return copy;
}

/** The first documented refusal that has a message, with `text` for its message; undefined, where none has one. */
export function refusalSaying(operation: Operation, text: string): Answer | undefined {
  const { documented, contract } = operation;
  for (const { status, example } of documented.replies) {
    if (example["x-outcome"] === "success") continue;
    const at = contract.message?.find((place) => memberAt(example.value, place.split("#")[1] ?? "") !== undefined);
    if (at) return changed({ status, body: example.value }, at, text);
  }
  return undefined;
}

/** An operation by its name, such as `billing login`. */
export function operationNamed(name: string): Operation {
  const found = operations.find(named(name));
  if (!found) throw new Error(`No document has ${name}.`);
  return found;
}
