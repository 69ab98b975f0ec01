import { expect, test } from "vitest";
import { memoryRecords } from "../../src/store/memory.ts";
import type { HeldToken } from "../../src/store/record.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { writeRecord } from "../../src/store/text.ts";

const start = Date.UTC(2030, 0, 1);
const minute = 60_000;

test("what changes while a store comes back does not bring an older token back", async () => {
  let now = start;
  let isDown = false;
  let onSwap = async () => {};
  const inner = memoryRecords(() => now);
  const records: RecordStore = {
    async read(name) {
      if (isDown) throw new Error("The store is down.");
      return inner.read(name);
    },
    async swap(...swapped) {
      if (isDown) throw new Error("The store is down.");
      const act = onSwap;
      onSwap = async () => {};
      await act();
      return inner.swap(...swapped);
    },
  };
  const place = sharedPlace(records, "login", { clock: () => now, tell() {} });
  const write = async (token: HeldToken) => {
    const { version } = await inner.read("login");
    await inner.swap("login", version, writeRecord({ by: token.id, record: { token } }, now), 60 * minute);
  };
  const grant = (token: HeldToken) => place.change({ type: "granted", attempt: "own", token });

  await write(token("first", now));
  await place.refresh(0);
  isDown = true;
  now += minute;
  await grant(token("mine", now));
  now += minute;
  await write(token("theirs", now));
  isDown = false;
  // The merge is on its way to the store when this process finds that away, and learns that its own token is rejected.
  onSwap = async () => {
    isDown = true;
    await place.refresh(0);
    expect(place.look().token?.id).toBe("mine");
    await place.change({ type: "rejected", token: "mine" });
    isDown = false;
  };
  await place.refresh(0);
  const record = place.look();

  expect(record.token?.id).toBe("theirs");
  expect(record.token?.rejected).toBeUndefined();
});

function token(id: string, from: number): HeldToken {
  return { id, value: `value of ${id}`, from, end: from + 60 * minute };
}
