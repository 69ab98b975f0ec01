import { join } from "node:path";
import { expect, test } from "vitest";
import { fileRecords } from "../../src/store/file-records.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sealed } from "../../src/store/sealed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { invariants } from "./invariants.ts";
import { simulate } from "./world.ts";

/** Every run is the same: other seeds are for `npm run test:simulation`. */
const seeds = 40;
const steps = 500;
/** Files take longer. */
const filedSeeds = 16;

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
  expect(sends).toBeGreaterThan(25 * seeds);
});

/** Real files, which are as old as the world's clock says. */
function recordsIn(folder: string, clock: () => number): RecordStore {
  const records = sealed(fileRecords(folder), async () => secret);
  // Every text has an id of its own.
  const written = new Map<string, { at: number; until: number }>();
  return {
    async read(name) {
      const { version, text } = await records.read(name);
      const times = text === undefined ? undefined : written.get(text);
      if (text === undefined || !times || clock() >= times.until) return { version, age: 0 };
      return { version, text, age: clock() - times.at };
    },
    swap(name, version, text, ttl) {
      written.set(text, { at: clock(), until: clock() + ttl });
      return records.swap(name, version, text, ttl);
    },
  };
}
const secret = new Uint8Array(32).fill(7);

test("and none over real files", async () => {
  await using temporary = await temporaryFolder();
  const broken: string[] = [];
  let sends = 0;
  for (let seed = 1; seed <= filedSeeds; seed++) {
    const records = (clock: () => number) => recordsIn(join(temporary.folder, `${seed}`), clock);
    const run = await simulate({ seed, steps: 250, records });
    sends += run.sends;
    for (const { invariant, what, step } of run.broken) {
      broken.push(`seed ${seed}, step ${step}: ${what} (${invariants[invariant]})`);
    }
  }
  expect(broken).toEqual([]);
  expect(sends).toBeGreaterThan(12 * filedSeeds);
});

test("a seed is the same world again", async () => {
  const lines: string[][] = [[], []];
  for (const each of lines) await simulate({ seed: 7, steps: 200, trace: (line) => each.push(line) });
  expect(lines[0]?.length).toBeGreaterThan(50);
  expect(lines[0]).toEqual(lines[1]);
});
