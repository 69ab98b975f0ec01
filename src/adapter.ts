import { type ApiClient, type Call, callOperation } from "./client.ts";
import { LoginError } from "./errors.ts";
import type { Grant, Judgement, LoginOutcome, Reply, Token } from "./outcome.ts";

/** What makes one API's login look like the others': credentials to a request, a reply to a judgement. */
export interface Adapter<Api extends string, Credentials, LoginReply> {
  api: Api;
  /** The members that the credentials must have; each is a text, or else a number where it is so marked. */
  credentials: { [Name in keyof Credentials]-?: readonly ("string" | "number")[] };
  /** The header that carries the token to every other call. */
  header(token: string): Token["header"];
  request(credentials: Credentials): Call;
  judge(reply: Reply): Judgement<LoginReply>;
  /** Whether a reply to any other call of the API says that the token is no longer good. Leaves the reply readable. */
  isRejected(reply: Response): boolean | Promise<boolean>;
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
    const own = credentialsIn(credentials, adapter);
    const reply = await callOperation(client, adapter.api, adapter.request(own), signal);
    return outcomeOf(adapter, adapter.judge(reply), Object.values(own));
  };
}

/** The credentials among the members of an object. Throws `invalid_argument` if one is missing or of another type. */
export function credentialsIn<Credentials extends object>(
  object: Credentials,
  { credentials }: Adapter<string, Credentials, unknown>,
): Credentials {
  const own: Partial<Credentials> = {};
  for (const name of Object.keys(credentials) as (keyof Credentials & string)[]) {
    const value = object?.[name];
    const types: readonly string[] = credentials[name];
    if (!types.includes(typeof value))
      throw new LoginError("invalid_argument", `The credential ${name} is no ${types.join(" and no ")}.`);
    own[name] = value;
  }
  return own as Credentials;
}

/** Turns a judgement on a reply that arrived just now into what the caller is told. */
export function outcomeOf<LoginReply>(
  { header }: Pick<Adapter<string, never, LoginReply>, "header">,
  judgement: Judgement<LoginReply>,
  sent: (string | number)[],
): LoginOutcome<LoginReply> {
  if (judgement.ok) return { ok: true, token: tokenOf(judgement.grant, header, Date.now()), reply: judgement.reply };
  const { code, message } = judgement;
  return { ...judgement, code: withoutSecrets(code, sent), message: withoutSecrets(message, sent) };
}

/** The token that a grant comes to, whose lifetimes count from instants in milliseconds since the epoch. */
export function tokenOf(
  { value, lifetime, expiresAt, refresh }: Grant,
  header: (token: string) => Token["header"],
  from: number,
  refreshFrom: number = from,
): Token {
  const token: Token = { value, header: header(value) };
  const end = lifetime === undefined ? expiresAt : new Date(from + lifetime);
  if (end) token.expiresAt = end;
  if (refresh) {
    token.refresh = { value: refresh.value };
    if (refresh.lifetime !== undefined) token.refresh.expiresAt = new Date(refreshFrom + refresh.lifetime);
  }
  return token;
}

/** Replaces before it cuts, so that no part of a secret is left at the end; longest first, so that none is left in another. */
function withoutSecrets(text: string, secrets: (string | number)[]): string {
  return secrets
    .map(String)
    .filter((secret) => secret !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text)
    .slice(0, 500);
}
