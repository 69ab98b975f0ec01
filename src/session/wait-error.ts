import { LoginError } from "../errors.ts";
import type { Refusal } from "../login/outcome.ts";
import type { Wait } from "../store/record.ts";

/** What every call is told in a wait. */
export function errorOf(wait: Wait): LoginError {
  return new WaitError(wait);
}

/** When a wait is over; absent where time does not lift it. */
export function retryAtOf({ until }: Wait): Date | undefined {
  // A store may know it to a fraction of a millisecond, which a Date has not.
  return until === Infinity ? undefined : new Date(Math.ceil(until));
}

class WaitError extends LoginError {
  /** In private fields, since whatever prints an error prints its properties. */
  readonly #outcome: Refusal | undefined;
  readonly #retryAt: Date | undefined;

  constructor(wait: Wait) {
    const { code, detail, outcome, cause } = wait.why;
    const lift = outcome?.reason === "invalid_credentials" ? "; reset() or other credentials lift it" : "";
    super(code, `${detail ?? ""}${lift}`, cause === undefined ? undefined : { cause });
    this.#outcome = outcome;
    this.#retryAt = retryAtOf(wait);
  }

  override get outcome(): Refusal | undefined {
    return this.#outcome;
  }

  override get retryAt(): Date | undefined {
    return this.#retryAt;
  }
}
