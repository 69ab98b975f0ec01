import { basic, buildRequest, form, type OutgoingRequest, type Primitive } from "../http/call.ts";
import type { Connection } from "../http/options.ts";
import { keysOf } from "../login/place.ts";
import { type RequestPlace, requestPlace } from "../openapi/expressions.ts";
import type { DocumentedCall, DocumentedLogin } from "../openapi/login.ts";
import { isForm } from "../openapi/media-type.ts";
import type { Probe, Substitute } from "../openapi/verification.ts";

/**
 * The reader's own credentials, by the names that x-login gives them; `refreshToken` and `token` are those of an earlier
 * reply.
 */
export type OwnCredentials = Readonly<Record<string, Primitive | undefined>>;

/** Stands for a value that no account has. Printable, and longer than what chance could make. */
export const invented = "no-such-login-apis-verify-1";

/** The request of a probe: an operation's, with the reader's own credentials but for what the probe says. */
export function operationRequest(
  connection: Connection,
  probe: Probe,
  documented: DocumentedCall,
  login: DocumentedLogin,
  own: OwnCredentials,
): OutgoingRequest {
  const { header } = login;
  const { operation, credentials, constants, mediaType } = documented;
  const call = new Draft();
  for (const { place, value } of constants) call.put(place, value);
  for (const { name, place, types } of credentials) {
    const value = substituted(probe.credentials?.[name], own[name], types);
    if (value === undefined) continue;
    if (place.in === "security") call.headers[header.name] = headerText(header, String(value));
    else call.put(place, value);
  }
  const { token } = own;
  const goesAlong = probe.authorized || (login.refresh === documented && login.refresh.authorization === "token");
  if (goesAlong && token !== undefined) call.headers[header.name] = headerText(header, String(token));
  for (const [expression, value] of Object.entries(probe.with ?? {})) {
    const place = requestPlace(expression);
    if (place) call.put(place, value);
  }
  const { username, password } = call.basic;
  if (username !== undefined || password !== undefined)
    call.headers.Authorization = basic(username ?? "", password ?? "");
  const built = buildRequest(connection, {
    method: (probe.method ?? operation.method).toUpperCase(),
    path: operation.path,
    params: { path: call.path, query: call.query, header: call.headers },
    ...(mediaType !== undefined && probe.method !== "get" && { body: call.body ?? {} }),
    ...(isForm(mediaType ?? "") && { contentType: form }),
  });
  return probe.body === undefined ? built : { ...built, body: probe.body };
}

/** A reading call of the reader's own choice, with a token on it. */
export function readingRequest(
  connection: Connection,
  { header }: DocumentedLogin,
  path: string,
  token: string | undefined,
): OutgoingRequest {
  const headers = token === undefined ? {} : { [header.name]: headerText(header, token) };
  return buildRequest(connection, { method: "GET", path, params: { header: headers } });
}

function headerText({ scheme }: DocumentedLogin["header"], token: string): string {
  return scheme === undefined ? token : `${scheme} ${token}`;
}

function substituted(
  substitute: Substitute | undefined,
  own: Primitive | undefined,
  types: readonly string[],
): Primitive | undefined {
  if (substitute === "absent") return undefined;
  if (substitute === "empty") return "";
  if (substitute !== "invented") return own;
  if (!types.includes("string")) return 987_654_321;
  // A service may refuse an e-mail address for its form alone.
  return String(own).includes("@") ? `${invented}@example.invalid` : invented;
}

/** A call while its values are put in, each where its expression says. */
class Draft {
  path: Record<string, Primitive> = {};
  query: Record<string, Primitive> = {};
  headers: Record<string, Primitive> = {};
  basic: { username?: string; password?: string } = {};
  body: Record<string, unknown> | undefined;

  put(place: RequestPlace, value: unknown): void {
    if (place.in === "body") this.body = withMember(this.body, keysOf(place.pointer), value);
    if (place.in === "path") this.path[place.name] = value as Primitive;
    if (place.in === "query") this.query[place.name] = value as Primitive;
    if (place.in === "header") this.headers[place.name] = value as Primitive;
    if (place.in === "basic") this.basic[place.name] = String(value);
  }
}

/** A copy of an object or list with a member more; what is not there on the way is made, a list where the key is an index. */
function withMember(holder: unknown, [key = "", ...rest]: string[], value: unknown): Record<string, unknown> {
  const isIndex = /^\d+$/.test(key);
  const copy = (isIndex ? [...((holder as unknown[]) ?? [])] : { ...(holder as object) }) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? value : withMember(copy[key], rest, value);
  return copy;
}
