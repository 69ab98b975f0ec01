import { UserError } from "../../openapi/user-error.ts";

/** A clock that can be moved on, and never runs backwards but by `reset`; milliseconds since the epoch. */
export class MovableClock {
  readonly #base: () => number;
  #moved = 0;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    // The machine's own clock may be set back.
    this.#latest = Math.max(this.#latest, this.#base() + this.#moved);
    return this.#latest;
  }

  advance(by: number): void {
    const isDuration = typeof by === "number" && Number.isFinite(by) && by >= 0;
    if (!isDuration) throw new UserError("A clock is moved on by a number of milliseconds, 0 or more.");
    if (this.now() + by > lastInstant) throw new UserError("No clock goes that far: it ends with the year 8999.");
    this.#moved += by;
  }

  reset(): void {
    this.#moved = 0;
    this.#latest = Number.NEGATIVE_INFINITY;
  }
}

/** What is given out then still ends in a year of four digits, as a date and time has it. */
const lastInstant = Date.UTC(9000, 0, 1) - 1;
