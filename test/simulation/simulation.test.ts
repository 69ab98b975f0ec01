import { expect, test } from "vitest";
import { invariants } from "./invariants.ts";
import { simulate } from "./world.ts";

/** Every run is the same: other seeds are for `npm run test:simulation`. */
const seeds = 40;
const steps = 500;

test(`${seeds * steps} steps break no invariant`, async () => {
  const broken: string[] = [];
  let sends = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await simulate({ seed, steps });
    sends += run.sends;
    for (const { invariant, what, step } of run.broken) {
      broken.push(`seed ${seed}, step ${step}: ${what} (${invariants[invariant]})`);
    }
  }
  expect(broken).toEqual([]);
  expect(sends).toBeGreaterThan(1_000);
});

test("a seed is the same world again", async () => {
  const lines: string[][] = [[], []];
  for (const each of lines) await simulate({ seed: 7, steps: 200, trace: (line) => each.push(line) });
  expect(lines[0]?.length).toBeGreaterThan(50);
  expect(lines[0]).toEqual(lines[1]);
});
