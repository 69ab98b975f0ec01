import { describe, expect, test } from "vitest";
import { ownPlace } from "../../src/store/place.ts";
import { type HeldToken, newId, type RecordEvent } from "../../src/store/record.ts";

const start = Date.UTC(2030, 0, 1);
const claimed: RecordEvent = { type: "claimed", attempt: "a", timeout: 1_000, refreshes: false };
const token: HeldToken = { id: "one", value: "T", from: start, end: start + 60_000 };

describe("a record of one's own", () => {
  test("is changed at once, and says what an event changed", async () => {
    const place = ownPlace(() => start);
    expect(place.look()).toEqual({});
    const changing = place.change(claimed);
    expect(place.look().wait?.attempt?.id).toBe("a");
    expect(await changing).toEqual({ before: {}, after: place.look() });
    expect(await place.change(claimed)).toBeUndefined();
    await place.change({ type: "granted", attempt: "a", token });
    expect(place.look()).toEqual({ token });
  });

  test("has nothing to read or to write", async () => {
    const place = ownPlace(() => start);
    expect([await place.refresh(0), place.writing()]).toEqual([false, undefined]);
  });

  test("is moved once by a clock that is set back, and not for as long as it stays so", async () => {
    let now = start;
    const place = ownPlace(() => now);
    await place.change({ type: "granted", attempt: "a", token });
    now -= 3_600_000;
    expect(place.look().token?.end).toBe(now + 60_000);
    now += 30_000;
    expect(place.look().token?.end).toBe(now + 30_000);
  });

  test("is empty once it has ended, and stays so", async () => {
    const place = ownPlace(() => start);
    await place.change({ type: "granted", attempt: "a", token });
    place.end();
    expect(place.look()).toEqual({});
    expect(await place.change(claimed)).toBeUndefined();
    expect(place.look()).toEqual({});
  });
});

test("an id is digits of numbers, and no second one is the same", () => {
  const ids = Array.from({ length: 1_000 }, newId);
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.filter((id) => !/^(?!0\.)[\d.e-]{8,}$/.test(id))).toEqual([]);
});
