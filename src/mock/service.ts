import type { Reply } from "../openapi/scenarios.ts";
import { UserError } from "../openapi/user-error.ts";
import type { ProtectedCalls } from "./protected.ts";
import { type SentCall, tokenIn } from "./service/sent.ts";
import type { TokenVerdict } from "./service/tokens.ts";

/** What stands behind the operations: the documents' examples, or a login service with a state. */
export interface Service {
  /** Milliseconds since the epoch, by the service's clock. */
  now(): number;
  /** The reply to a valid login or refresh: `documented`, which the document answers it with, or one in its place. */
  answer(call: SentCall, documented: Reply): Reply;
  /**
   * The reply to a login or refresh where `next` or `Prefer` chose it, whatever was sent. With a state, a success has a new
   * token in place of the documented one, and calls may carry it.
   */
  chosen(call: SentCall, reply: Reply): Reply;
  /** What a token is worth that a call carries in the token's header. */
  check(api: string, header: string | undefined): TokenVerdict;
  /** Moves the clock on by milliseconds. */
  advance(milliseconds: number): void;
  /** Ends a token; with a refresh token all that came of its login. */
  revoke(token: string): void;
  /** Locks the accounts that have these credentials, or this text among them, passwords apart, until `reset`. */
  lock(account: string | Readonly<Record<string, unknown>>): void;
  /** Forgets what happened. */
  reset(): void;
}

/** Without a state: every reply is the documented one, and a token is good if a documented success has it. */
export function exampleService(calls: readonly ProtectedCalls[]): Service {
  return {
    now: () => Date.now(),
    answer: (_, documented) => documented,
    chosen: (_, reply) => reply,
    check(api, header) {
      const own = calls.find((each) => each.api === api);
      const token = own && tokenIn(own.header, header);
      return token !== undefined && own?.tokens.has(token) ? "good" : "unknown";
    },
    advance: refuse,
    revoke: refuse,
    lock: refuse,
    reset() {},
  };
}

function refuse(): never {
  throw new UserError("This mock has no state to change. Start it as a stateful one: `stateful: true`.");
}
