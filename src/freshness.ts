/** How long before its end a token is renewed: 10 % of its lifetime, at most 30 seconds. */
export const marginOf = (lifetime: number): number => Math.min(30_000, lifetime / 10);

/**
 * Whether what lasts from `from` for a lifetime, in milliseconds, is good at `now` and will be for its margin; without a
 * lifetime it is good until it is rejected. A clock that was set back makes the age negative: beyond what clocks of
 * several machines differ by, the end is not known any more, and counts as reached.
 */
export function isFresh(from: number, lifetime: number | undefined, now: number): boolean {
  if (lifetime === undefined) return true;
  const age = now - from;
  const margin = marginOf(lifetime);
  return age > -margin && age < lifetime - margin;
}

/** A time in which something is not tried again: 30 seconds, and twice as long each time, up to 15 minutes. */
export class Pause {
  #from = 0;
  #length = 0;

  /** Starts it, and gives its length in milliseconds. */
  start(now: number): number {
    this.#from = now;
    this.#length = Math.min(Math.max(this.#length * 2, 30_000), 15 * 60_000);
    return this.#length;
  }

  holds(now: number): boolean {
    return now >= this.#from && now < this.#from + this.#length;
  }

  /** Ends it; the next one is 30 seconds again. */
  end(): void {
    this.#length = 0;
  }
}
