import type { Client } from "../../src/http/client.ts";
import type { ClientOptions } from "../../src/http/options.ts";
import type { Grant } from "../../src/login/grant.ts";
import type { Judgement } from "../../src/login/judge.ts";
import type { LoginOptions } from "../../src/login/login.ts";
import type { LoginOutcome, Token } from "../../src/login/outcome.ts";
import type { AnyReply } from "../../src/login/place.ts";
import type { Session, SessionOptions } from "../../src/session/session.ts";

/** An operation that logs in or renews, called as its scenario `success` does: data alone, which can cross into a browser. */
export interface Calling {
  /** Of its API and the operation: `billing login`. */
  name: string;
  api: string;
  kind: "login" | "refresh";
  /** In capitals. */
  method: Method;
  path: string;
  /** By the names that the caller has for them; of a refresh those that it sends beside the refresh token. */
  credentials: Record<string, unknown>;
  /** The name of the password among them; of a refresh `refreshToken`. */
  secret: string;
  /** What the client's own method takes. */
  init: RawInit;
  /** Where the secret stands in `init`, key by key. */
  secretAt: string[];
  /** The header that carries the token. */
  header: { name: string; scheme?: string };
}

export interface RawInit {
  params: Record<"path" | "query" | "header", Record<string, unknown>>;
  body?: unknown;
}

export type Method = "GET" | "PUT" | "POST" | "PATCH";

export interface RawResult {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** A client without the types that keep a caller from mistakes. */
export type RawClient = Record<Method, (path: string, init?: object) => Promise<RawResult>> &
  Pick<Client<object>, "use" | "eject">;

type Located<Options> = Options & { baseUrl: string };

/** What every entry of the package exports, whichever API it is of. */
export interface Entry {
  login(credentials: object, options: Located<LoginOptions>): Promise<LoginOutcome<unknown>>;
  refresh(
    token: Token,
    ...rest: [object, Located<LoginOptions>] | [Located<LoginOptions>]
  ): Promise<LoginOutcome<unknown>>;
  createSession(credentials: object, options: Located<SessionOptions>): Session;
  createClient(options: Located<ClientOptions>): RawClient;
  isLoginSuccess(reply: unknown): boolean;
  judgeLogin(reply: AnyReply): Judgement<unknown>;
  judgeRefresh(reply: AnyReply): Judgement<unknown, Grant>;
}

export async function entryOf(api: string): Promise<Entry> {
  return await import(`../../generated/${api}/index.ts`);
}

/** The password that a call has unless it is told another, or the refresh token. */
export const goodPassword = "correct-password";

/** A token that can be renewed, as a login gives it. */
export function refreshable({ header }: Pick<Calling, "header">, refreshToken: string): Token {
  const value = "held-access-token";
  const sent = header.scheme === undefined ? value : `${header.scheme} ${value}`;
  return { value, header: { name: header.name, value: sent }, refresh: { value: refreshToken } };
}

/** Calls by `login` or `refresh`. */
export async function call(
  calling: Calling,
  options: Located<LoginOptions>,
  secret: string = goodPassword,
): Promise<LoginOutcome<unknown>> {
  const { login, refresh } = await entryOf(calling.api);
  if (calling.kind === "login") return login(withSecret(calling, secret), options);
  const needsCredentials = Object.keys(calling.credentials).length > 0;
  const rest = needsCredentials ? ([calling.credentials, options] as const) : ([options] as const);
  return refresh(refreshable(calling, secret), ...rest);
}

/** What a login's scenario `success` logs in with, but for the password. */
export function withSecret({ credentials, secret: name }: Calling, secret: string): Record<string, unknown> {
  return { ...credentials, [name]: secret };
}

/** Calls by the typed client's own method, with `init` on top of what the operation needs. */
export async function callRaw(
  calling: Calling,
  { signal, ...options }: Located<LoginOptions>,
  secret: string = goodPassword,
  init: object = {},
): Promise<RawResult> {
  const { createClient } = await entryOf(calling.api);
  return createClient(options)[calling.method](calling.path, { ...rawInit(calling, secret), signal, ...init });
}

/** What the client's own method takes, with another secret. */
export function rawInit({ init, secretAt }: Pick<Calling, "init" | "secretAt">, secret: string): RawInit {
  const copy = structuredClone(init);
  const keys = secretAt.slice(0, -1);
  const holder = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
  (holder as Record<string, unknown>)[secretAt.at(-1) ?? ""] = secret;
  return copy;
}
