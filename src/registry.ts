import type { Call } from "./connection.ts";
import { LoginError } from "./errors.ts";
import type { Reply } from "./outcome.ts";

declare const api: unique symbol;

/** A client of one API, whatever it can call. */
export interface ApiClient<Api extends string> {
  readonly [api]: Api;
}

/** Sends a call once, within the transport's rules, if the client is one of that API. */
type Sender = (api: string, call: Call, signal: AbortSignal | undefined) => Promise<Reply> | false;

/** How each client sends a login, out of reach of whoever holds the client. */
export const senders: WeakMap<object, Sender> = /* @__PURE__ */ new WeakMap();

/** Sends a login by a client. Throws `invalid_argument` if `createClient` of `api` did not make it. */
export function send(client: ApiClient<string>, ...call: Parameters<Sender>): Promise<Reply> {
  const reply = senders.get(client)?.(...call);
  if (!reply) throw new LoginError("invalid_argument", "client");
  return reply;
}
