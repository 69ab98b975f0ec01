import { expect, test } from "vitest";
import type { HeldToken } from "../../src/session/record.ts";
import { memoryRecords } from "../../src/store/memory.ts";
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
  const change = async (token: HeldToken) => place.swap(await place.read(), { token });

  await write(token("first", now));
  await place.read();
  isDown = true;
  now += minute;
  await change(token("mine", now));
  now += minute;
  await write(token("theirs", now));
  isDown = false;
  // The merge is on its way to the store when this process learns that its own token is rejected.
  onSwap = async () => {
    const held = place.look().token as HeldToken;
    await place.swap({ record: {}, version: { own: place.look() } }, { token: { ...held, rejected: true } });
  };
  const { record } = await place.read();

  expect(record.token?.id).toBe("theirs");
  expect(record.token?.rejected).toBeUndefined();
});

function token(id: string, from: number): HeldToken {
  return { id, value: `value of ${id}`, from, end: from + 60 * minute };
}
