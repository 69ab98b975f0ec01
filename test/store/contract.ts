import { describe, expect, test } from "vitest";
import type { RecordStore } from "../../src/store/records.ts";

const minute = 60_000;

/** What every pair of methods must do that sessions share a record by. `open` gives one over a store that has no such records yet. */
export function describeRecords(what: string, open: () => RecordStore | Promise<RecordStore>): void {
  describe(what, () => {
    let count = 0;
    const newName = () => `${++count}`.padStart(32, "0");

    test("has no text where nothing was written", async () => {
      const records = await open();
      const { text, age } = await records.read(newName());
      expect({ text, age }).toEqual({ text: undefined, age: 0 });
    });

    test("keeps what was swapped, and says how old it is", async () => {
      const records = await open();
      const name = newName();
      const long = `${"x".repeat(20_000)} äöü 日本`;
      expect(await records.swap(name, (await records.read(name)).version, "first", minute)).toBe(true);
      expect(await records.swap(name, (await records.read(name)).version, long, minute)).toBe(true);
      const began = performance.now();
      const read = await records.read(name);
      expect(read.text).toBe(long);
      expect(read.age).toBeLessThan(1000);
      await expect.poll(async () => (await records.read(name)).age, { interval: 5 }).toBeGreaterThan(20);
      const { age } = await records.read(name);
      expect(age - read.age).toBeLessThan(performance.now() - began + 20);
    });

    test("swaps nothing for a version that was replaced", async () => {
      const records = await open();
      const name = newName();
      const empty = await records.read(name);
      await records.swap(name, empty.version, "first", minute);
      const first = await records.read(name);
      await records.swap(name, first.version, "second", minute);
      for (const { version } of [empty, first]) {
        expect(await records.swap(name, version, "late", minute)).toBe(false);
      }
      expect((await records.read(name)).text).toBe("second");
      expect((await records.read(newName())).text).toBeUndefined();
    });

    test("of many swaps at once one lands", async () => {
      const records = await open();
      const name = newName();
      for (let round = 0; round < 5; round++) {
        const { version } = await records.read(name);
        const swaps = Array.from({ length: 8 }, (_, each) => records.swap(name, version, `${round} ${each}`, minute));
        const landed = (await Promise.all(swaps)).flatMap((isLanded, each) => (isLanded ? [`${round} ${each}`] : []));
        expect(landed).toEqual([(await records.read(name)).text]);
      }
    });

    test("what is over is no text, can be replaced, and what was read before replaces nothing then", async () => {
      const records = await open();
      const name = newName();
      await records.swap(name, (await records.read(name)).version, "short", 100);
      const before = await records.read(name);
      await expect.poll(async () => (await records.read(name)).text, { interval: 10 }).toBeUndefined();
      const { version } = await records.read(name);
      expect(await records.swap(name, version, "next", minute)).toBe(true);
      expect(await records.swap(name, before.version, "late", minute)).toBe(false);
      expect((await records.read(name)).text).toBe("next");
    });
  });
}
