import fc from "fast-check";
import { expect, test } from "vitest";
import { apis } from "../support/apis.ts";
import { days, seconds } from "../support/clock.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { refreshLoginApi } from "./apis.ts";
import { type Step, serviceModes, storeModes, World } from "./world.ts";

const length = { minLength: 5, maxLength: 80, size: "max" } as const;
const which = fc.nat(20);
const forward = fc.constantFrom(1, seconds, 91 * seconds, 91 * seconds, 500 * seconds, days);
const back = fc.constantFrom(-1, -20 * seconds, -days);
const others = fc.constantFrom("another process logs in", "another process extends");

/** What is asked for is mostly answered, so that a run gets somewhere; an end is rare, since nothing follows it. */
const stepOf = (by: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 24, arbitrary: fc.record({ do: fc.constantFrom("token", "fetch"), abortable: fc.boolean() }) },
    { weight: 20, arbitrary: fc.record({ do: fc.constant("answer"), which }) },
    { weight: 15, arbitrary: fc.record({ do: fc.constant("settle") }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("abort"), which }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant("move"), by }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("revoke", "reset") }) },
    { weight: 5, arbitrary: fc.record({ do: others }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("service"), mode: fc.constantFrom(...serviceModes) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("service"), mode: fc.constant("good") }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("store"), mode: fc.constantFrom(...storeModes) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("end") }) },
  ) as fc.Arbitrary<Step>;

/**
 * Instants are all that orders the tokens of several processes. So where the clock goes back by more than processes
 * differ by, and the store has lost what was newer, nothing tells old from new; either of the two alone is told.
 */
const runOf = fc.oneof(
  fc.record({ hasStore: fc.constant(true), steps: fc.array(stepOf(forward), length) }),
  fc.record({
    hasStore: fc.constant(false),
    steps: fc.array(stepOf(fc.oneof(forward, back)), length),
  }),
);

// The one that can do most has the most to go wrong.
const cases = apis.map((api) => ({ api, name: api.name, runs: factor * (api === refreshLoginApi ? 2000 : 1000) }));

test.each(cases)(
  "$name, $runs times, in any order of calls, answers, aborts, rejections, expiry, reset, end and faults of the store: never two logins at once, never a token after end(), never a spent refresh token, never an older token over a newer one, never a rejected one, every promise settles",
  async ({ api, runs }) => {
    await fc.assert(
      fc.asyncProperty(runOf, async ({ hasStore, steps }) => {
        const world = new World(api, hasStore);
        for (const step of steps) await world.take(step);
        await world.finish();
        expect(world.broken).toEqual([]);
      }),
      { numRuns: runs, seed },
    );
  },
  factor * 60_000,
);
