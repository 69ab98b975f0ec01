import type { Connection } from "./connection.ts";
import { LoginError } from "./errors.ts";

declare const api: unique symbol;

/** A client of one API, whatever it can call. */
export interface ApiClient<Api extends string> {
  readonly [api]: Api;
}

/** How each client sends a login, out of reach of whoever holds the client. */
const senders = new WeakMap<object, [api: string, call: Connection["call"]]>();

export function register(client: object, api: string, call: Connection["call"]): void {
  senders.set(client, [api, call]);
}

/** How a client sends a login. Throws `invalid_argument` if `createClient` of `api` did not make it. */
export function senderOf(client: ApiClient<string>, api: string): Connection["call"] {
  const [owner, call] = senders.get(client) ?? [];
  if (owner !== api || !call) throw new LoginError("invalid_argument", "client");
  return call;
}
