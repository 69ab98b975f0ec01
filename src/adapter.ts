import type { Call } from "./connection.ts";
import { LoginError } from "./errors.ts";
import type { Grant, Judgement, LoginOutcome, Refusal, RefusalReason, Reply, Token } from "./outcome.ts";
import { type ApiClient, send } from "./registry.ts";
import { type Check, isString, isStringOrInteger } from "./reply.ts";

/** What makes one API's login look like the others': credentials to a request, a reply to a judgement. */
export interface Adapter<Api extends string, Credentials, LoginReply> extends Judging<LoginReply> {
  api: Api;
  credentials: { [Name in keyof Credentials]-?: Check };
  request(credentials: Credentials): Call;
  /** The header that carries a token to every other call. */
  header: TokenHeader;
}

export type TokenHeader = (token: string) => Token["header"];

/** What most APIs have in common: they take the credentials as JSON, and their token in the header of RFC 6750. */
export const plainLogin = (path: string): { request(credentials: object): Call; header: TokenHeader } => ({
  request: (body) => ["POST", path, { body }],
  header: (token) => ({ name: "Authorization", value: `Bearer ${token}` }),
});

/** What an adapter knows of one operation's replies. */
export interface Judging<LoginReply, Granted = Grant> {
  /** What a success grants; nothing if the body is not all that the document requires of one. */
  grant(body: unknown): Granted | false | undefined;
  /** What the body says of a refusal; nothing if it says none. */
  refusal(body: unknown, status: number): Refused | false | undefined;
  /** The type of a success, which no value carries. */
  reply?: LoginReply;
}
type Refused = readonly [code?: unknown, message?: unknown, reason?: RefusalReason | false | undefined];

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
  const isLimited = status === 429;
  const said = !isLimited && judging.refusal(body, status);
  const http = `HTTP ${status}`;
  if (!(said || status > 399)) throw new LoginError("unexpected_reply", http);
  const [code, message, reason] = said || [];
  return {
    ok: false,
    reason: reason || (isLimited ? "rate_limited" : status > 499 ? "server_error" : "unknown"),
    code: `${isStringOrInteger(code) ? code : status}`,
    message: isString(message) ? message : http,
    reply: body,
  };
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

export const loginOf =
  <Api extends string, Credentials extends object, LoginReply>(
    adapter: Adapter<Api, Credentials, LoginReply>,
  ): Login<Api, Credentials, LoginReply> =>
  async (client, credentials, { signal } = {}) => {
    const own = credentialsIn(credentials, adapter);
    const judgement = judge(adapter, await send(client, adapter.api, adapter.request(own), signal));
    return outcomeOf(judgement, adapter.header, own);
  };

/** What the caller is told of a reply that arrived just now. */
export const outcomeOf = <LoginReply>(
  judgement: Judgement<LoginReply>,
  header: TokenHeader,
  sent: object,
): LoginOutcome<LoginReply> =>
  judgement.ok
    ? { ok: true, token: tokenOf(judgement.grant, header, Date.now()), reply: judgement.reply }
    : withoutSecrets(judgement, sent);

/** The credentials among the members of an object. Throws `invalid_argument` if one is missing or of another type. */
export function credentialsIn<Credentials extends object>(
  object: Credentials,
  { credentials }: Adapter<string, Credentials, unknown>,
): Credentials {
  const own: Partial<Credentials> = {};
  for (const name in credentials) {
    own[name] = object?.[name];
    if (!credentials[name](own[name])) throw new LoginError("invalid_argument", name);
  }
  return own as Credentials;
}

/**
 * The token that a grant comes to; its lifetime and that of its refresh token count from instants in milliseconds since
 * the epoch.
 */
export function tokenOf(grant: Grant, header: TokenHeader, from: number, refreshFrom: number = from): Token {
  const token = dated(from, grant) as Token;
  token.header = header(grant.value);
  if (grant.refresh) token.refresh = dated(refreshFrom, grant.refresh);
  return token;
}

function dated(from: number, { value, lifetime, expiresAt }: Omit<Grant, "refresh">): Dated {
  const token: Dated = { value };
  if (lifetime) token.expiresAt = new Date(from + lifetime);
  if (expiresAt) token.expiresAt = expiresAt;
  return token;
}
type Dated = Pick<Token, "value" | "expiresAt">;

/**
 * Replaces what was sent in a refusal's texts. It does so before it cuts, so that no part of a secret is left at the
 * end, and the longest first, so that none is left within another.
 */
export function withoutSecrets(refusal: Refusal, sent: object): Refusal {
  const secrets = Object.values(sent)
    .map(String)
    .sort((a, b) => b.length - a.length);
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => (secret ? rest.replaceAll(secret, "***") : rest), text).slice(0, 500);
  return { ...refusal, code: clean(refusal.code), message: clean(refusal.message) };
}
