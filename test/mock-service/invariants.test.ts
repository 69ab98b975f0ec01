import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factor, seed } from "../support/fuzzing.ts";
import { broughtDocuments, loginDocuments } from "../support/login-documents.ts";
import { acts, Model, type Step } from "./model.ts";

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(...acts),
  one: fc.nat(50),
  other: fc.nat(50),
});
const folders = ["openapi", broughtDocuments, "test/upkeep/documents"];

describe.each([{ strict: false }, { strict: true }])(
  "whatever is done to the service, strict: $strict",
  ({ strict }) => {
    const random = generator(seed);
    const models = folders.flatMap(loginDocuments).map((api) => new Model(api, strict, random));

    test.each(models.map((model) => [model.name, model] as const))("%s", (_, model) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 20, maxLength: 50 }), (steps) => model.run(steps)),
        { seed, numRuns: 10 * factor },
      );
      expect(model.seen.grants).toBeGreaterThan(0);
      expect(model.seen.refusals).toBeGreaterThan(0);
    });

    test("tokens are renewed, and spent ones sent again", () => {
      const renewing = models.filter(({ seen }) => seen.renewals > 0);
      expect(renewing.length).toBeGreaterThan(2);
      expect(models.some(({ seen }) => seen.thefts > 0)).toBe(true);
    });
  },
);

/** A generator of numbers by a seed (mulberry32). */
function generator(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
