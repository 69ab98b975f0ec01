import type { Call } from "./connection.ts";
import { LoginError } from "./errors.ts";
import type { Grant, Judgement, LoginOutcome, Refusal, RefusalReason, Reply, Token } from "./outcome.ts";
import { type ApiClient, senderOf } from "./registry.ts";
import { type Check, isString } from "./reply.ts";

/** What makes one API's login look like the others': credentials to a request, a reply to a judgement. */
export interface Adapter<Api extends string, Credentials, LoginReply> extends Judging<LoginReply> {
  api: Api;
  credentials: { [Name in keyof Credentials]-?: Check };
  request(credentials: Credentials): Call;
  /** The header that carries the token to every other call, and what stands in it before the token. */
  header: TokenHeader;
}

export type TokenHeader = readonly [name: string, prefix: string];

/** The header of most APIs (RFC 6750). */
export const bearer: TokenHeader = ["Authorization", "Bearer "];

/** What an adapter knows of one operation's replies. */
export interface Judging<LoginReply, Granted = Grant> {
  /** What a success grants; nothing if the body is not all that the document requires of one. */
  grant(body: unknown): Granted | undefined;
  /** What the body says of a refusal; nothing if it says none. */
  refusal(body: unknown, status: number): Refused | false | undefined;
  /** The type of a success, which no value carries. */
  reply?: LoginReply;
}
type Refused = readonly [code: string | number, message?: unknown, reason?: RefusalReason | undefined];

/**
 * Reads a reply into a judgement, without a network and without a clock. A body that says nothing that is documented is
 * judged by its HTTP status; throws `unexpected_reply` where that says nothing either.
 */
export function judge<LoginReply, Granted>(
  judging: Judging<LoginReply, Granted>,
  { status, body }: Reply,
): Judgement<LoginReply, Granted> {
  const grant = status === 200 && judging.grant(body);
  if (grant) return { ok: true, grant, reply: body as LoginReply };
  const said = status !== 429 && judging.refusal(body, status);
  const http = `HTTP ${status}`;
  if (!said && !(status > 399)) throw new LoginError("unexpected_reply", http);
  const byStatus = status === 429 ? "rate_limited" : status > 499 ? "server_error" : "unknown";
  const [code, message = http, reason = byStatus] = said || ([status] as const);
  return { ok: false, reason, code: `${code}`, message: isString(message) ? message : http, reply: body };
}

export interface CallOptions {
  /** Aborts the call, which then rejects with `aborted`. */
  signal?: AbortSignal | undefined;
}

/** `login` of an API, as its entry exports it. */
export type Login<Api extends string, Credentials, LoginReply> = (
  client: ApiClient<Api>,
  credentials: Credentials,
  options?: CallOptions,
) => Promise<LoginOutcome<LoginReply>>;

export function loginOf<Api extends string, Credentials extends object, LoginReply>(
  adapter: Adapter<Api, Credentials, LoginReply>,
): Login<Api, Credentials, LoginReply> {
  return async (client, credentials, { signal } = {}) => {
    const send = senderOf(client, adapter.api);
    const own = credentialsIn(credentials, adapter);
    const judgement = judge(adapter, await send(adapter.request(own), signal));
    return outcomeOf(judgement, adapter.header, own);
  };
}

/** What the caller is told of a reply that arrived just now. */
export function outcomeOf<LoginReply>(
  judgement: Judgement<LoginReply>,
  header: TokenHeader,
  sent: object,
): LoginOutcome<LoginReply> {
  return judgement.ok
    ? { ok: true, token: tokenOf(judgement.grant, header, Date.now()), reply: judgement.reply }
    : withoutSecrets(judgement, sent);
}

/** The credentials among the members of an object. Throws `invalid_argument` if one is missing or of another type. */
export function credentialsIn<Credentials extends object>(
  object: Credentials,
  { credentials }: Adapter<string, Credentials, unknown>,
): Credentials {
  const own: Partial<Credentials> = {};
  for (const name in credentials) {
    const value = object?.[name];
    if (!credentials[name](value)) throw new LoginError("invalid_argument", name);
    own[name] = value;
  }
  return own as Credentials;
}

export const headerOf = ([name, prefix]: TokenHeader, token: string): Token["header"] => ({
  name,
  value: prefix + token,
});

/**
 * The token that a grant comes to; its lifetime and that of its refresh token count from instants in milliseconds since
 * the epoch.
 */
export function tokenOf(
  { value, lifetime, expiresAt, refresh }: Grant,
  header: TokenHeader,
  from: number,
  refreshFrom: number = from,
): Token {
  const until = (start: number, duration: number | undefined, end = duration && new Date(start + duration)) =>
    end && { expiresAt: end };
  return {
    value,
    header: headerOf(header, value),
    ...until(from, lifetime, expiresAt),
    ...(refresh && { refresh: { value: refresh.value, ...until(refreshFrom, refresh.lifetime) } }),
  };
}

/**
 * Replaces what was sent in a refusal's texts. It does so before it cuts, so that no part of a secret is left at the
 * end, and the longest first, so that none is left within another.
 */
export function withoutSecrets(refusal: Refusal, sent: object): Refusal {
  const secrets = Object.values(sent)
    .map(String)
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text).slice(0, 500);
  return { ...refusal, code: clean(refusal.code), message: clean(refusal.message) };
}
