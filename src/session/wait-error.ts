import { LoginError } from "../errors.ts";
import type { Refusal } from "../login/outcome.ts";
import type { Wait, Why } from "../store/record.ts";

/** The last instant that a `Date` can be, in milliseconds since the epoch. */
const lastInstant = 8.64e15;

/** What every call is told in a wait. */
export function errorOf({ until, why }: Wait): LoginError {
  return new WaitError(until, why);
}

class WaitError extends LoginError {
  /** In private fields, since whatever prints an error prints its properties. */
  readonly #outcome: Refusal | undefined;
  readonly #retryAt: Date | undefined;

  constructor(until: number, { code, detail, outcome, cause }: Why) {
    const lift = outcome?.reason === "invalid_credentials" ? "; reset() or other credentials lift it" : "";
    super(code, `${detail ?? ""}${lift}`, cause === undefined ? undefined : { cause });
    this.#outcome = outcome;
    this.#retryAt = until <= lastInstant ? new Date(until) : undefined;
  }

  override get outcome(): Refusal | undefined {
    return this.#outcome;
  }

  override get retryAt(): Date | undefined {
    return this.#retryAt;
  }
}
