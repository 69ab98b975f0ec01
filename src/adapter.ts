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
  return async (client, credentials, options) => {
    const own = checkCredentials(adapter, credentials);
    const reply = await callOperation(client, adapter.api, adapter.request(own), options?.signal);
    return outcomeOf(adapter, adapter.judge(reply), Object.values(own));
  };
}

/** Reads each credential once, so that what was checked is what is sent, and what is replaced by `***`. */
function checkCredentials<Credentials extends object>(
  { credentials: expected }: Adapter<string, Credentials, unknown>,
  credentials: Credentials,
): Credentials {
  const own = Object.entries<readonly string[]>(expected).map(([name, types]) => {
    const value: unknown = credentials?.[name as keyof Credentials];
    if (!types.includes(typeof value) || (typeof value === "number" && !Number.isInteger(value)))
      throw new LoginError("invalid_argument", `The credential ${name} is no ${types.join(" and no ")}.`);
    return [name, value];
  });
  return Object.fromEntries(own);
}

/** Turns a judgement on a reply that arrived just now into what the caller is told. */
export function outcomeOf<LoginReply>(
  { header }: Pick<Adapter<string, never, LoginReply>, "header">,
  judgement: Judgement<LoginReply>,
  sent: (string | number)[],
): LoginOutcome<LoginReply> {
  if (judgement.ok) return { ok: true, token: tokenOf(judgement.grant, header), reply: judgement.reply };
  const { code, message } = judgement;
  return { ...judgement, code: withoutSecrets(code, sent), message: withoutSecrets(message, sent) };
}

export function tokenOf(
  { value, lifetime, expiresAt, refresh }: Grant,
  header: (token: string) => Token["header"],
): Token {
  return {
    value,
    header: header(value),
    ...expiry(lifetime, expiresAt),
    ...(refresh ? { refresh: { value: refresh.value, ...expiry(refresh.lifetime) } } : {}),
  };
}

function expiry(lifetime: number | undefined, instant?: Date): { expiresAt?: Date } {
  const expiresAt = lifetime === undefined ? instant : new Date(Date.now() + lifetime);
  return expiresAt ? { expiresAt } : {};
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
