import type { DocumentedOperation, Reply } from "../openapi/scenarios.ts";
import { type ProtectedCalls, sentToken } from "./protected.ts";

/** What stands behind the operations: the documents' examples, or a login service with a state. */
export interface Service {
  /** Milliseconds since the epoch, by the service's clock. */
  now(): number;
  /** The reply to a valid request: `documented`, which the document answers it with, or one in its place. */
  answer(
    operation: Pick<DocumentedOperation, "api" | "method" | "path">,
    request: ReceivedRequest,
    documented: Reply,
  ): Reply;
  /** What a token is worth that a call carries in the token's header. */
  check(api: string, header: string | undefined): "good" | "ended" | "revoked" | "unknown";
  /** Forgets what happened. */
  reset(): void;
}

/** A request that came in, as a service reads it. */
export interface ReceivedRequest {
  /** Percent-encoded, without the query. */
  path: string;
  query: Readonly<Record<string, string | string[]>>;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON or a form. */
  body: unknown;
}

/** Without a state: every reply is the documented one, and a token is good if a documented success has it. */
export function exampleService(calls: readonly ProtectedCalls[]): Service {
  return {
    now: () => Date.now(),
    answer: (_, __, documented) => documented,
    check(api, header) {
      const own = calls.find((each) => each.api === api);
      const token = own && sentToken(own, header);
      return token !== undefined && own?.tokens.has(token) ? "good" : "unknown";
    },
    reset() {},
  };
}
