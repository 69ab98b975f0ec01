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
  /** Forgets what was ordered and what came. */
  reset(): void;
}

export function handleOf(core: MockCore): MockHandle {
  return {
    fetch: mockFetch(core),
    next: core.next,
    get requests() {
      return core.requests;
    },
    reset: core.reset,
  };
}
