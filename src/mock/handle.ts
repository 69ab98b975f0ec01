import type { MockCore } from "./core.ts";
import type { NextOptions } from "./next.ts";
import type { RecordedRequest } from "./record.ts";
import { type MockFetch, mockFetch } from "./wire/fetch.ts";

/** A mock as a test holds it. */
export interface MockHandle {
  /** Answers as `fetch` would, without a port, whatever the origin of the URL is: the documents' paths count. */
  fetch: MockFetch;
  /**
   * Orders the next answer of an API, or of one operation (`api/operation`): that of a scenario, whatever is sent.
   * `protected` is the operation that stands for every other call. Throws an error that lists the choices, if there is no such.
   */
  next(target: string, scenario: string, options?: NextOptions): void;
  /** The newest 1,000 requests that came, the oldest of them first, with every secret as `***`. */
  readonly requests: RecordedRequest[];
  /** Forgets what was ordered and what came; of a stateful mock also tokens, wrong passwords and locks, and its clock. */
  reset(): void;
  /** Milliseconds since the epoch, by the mock's clock: what a session takes for its `clock`. */
  now(): number;
  /** Moves the clock of a stateful mock on by milliseconds. */
  advance(milliseconds: number): void;
  /**
   * Ends a token that a stateful mock gave out; with a refresh token all that came of its login. Throws an error, if it
   * gave out no such token.
   */
  revoke(token: string): void;
  /**
   * Locks the accounts of a stateful mock that have these credentials, such as `{ user: "user-1" }`, or this text among
   * them, passwords apart, until `reset`. Throws an error that lists the accounts, if there is none.
   */
  lock(account: string | Readonly<Record<string, unknown>>): void;
}

export function handleOf(core: MockCore): MockHandle {
  return {
    fetch: mockFetch(core),
    next: core.next,
    get requests() {
      return core.requests;
    },
    reset: core.reset,
    now: () => core.service.now(),
    advance: (milliseconds) => core.service.advance(milliseconds),
    revoke: (token) => core.service.revoke(token),
    lock: (account) => core.service.lock(account),
  };
}
