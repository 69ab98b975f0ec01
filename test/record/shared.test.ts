import { expect, test, vi } from "vitest";
import { after, type HeldToken, type LoginRecord, type Wait } from "../../src/store/record.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { readRecord, writeRecord } from "../../src/store/text.ts";
import { deferred } from "../support/deferred.ts";
import { memoryRecords } from "../support/memory-records.ts";

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

test("a store that takes nothing is left alone after two seconds, and is not hammered meanwhile", async () => {
  vi.useFakeTimers();
  let reads = 0;
  const records: RecordStore = {
    async read() {
      reads++;
      // Lest a loop without a pause never ends.
      if (reads > 1_000) throw new Error("The store is hammered.");
      return { version: 1, age: 0 };
    },
    swap: async () => false,
  };
  const tell = vi.fn();
  const place = sharedPlace(records, "login", { clock: () => Date.now(), tell });
  const claiming = place.change({ type: "claimed", attempt: "own", timeout: 1_000, refreshes: false });
  await vi.advanceTimersByTimeAsync(1_800);
  expect(tell).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect((await claiming)?.after.wait?.attempt?.id).toBe("own");
  expect(tell.mock.calls).toEqual([[{ type: "store", outcome: "away" }]]);
  expect(reads).toBeLessThan(25);
  vi.useRealTimers();
});

test("a swap that does not say whether it landed is settled by reading", async () => {
  const inner = memoryRecords();
  const records: RecordStore = {
    read: inner.read,
    async swap(...swapped) {
      await inner.swap(...swapped);
      return undefined as never;
    },
  };
  const tell = vi.fn();
  const place = sharedPlace(records, "login", { clock: Date.now, tell });
  const claimed = await place.change({ type: "claimed", attempt: "own", timeout: 1_000, refreshes: false });
  expect(claimed?.after.wait?.attempt?.id).toBe("own");
  expect(tell).not.toHaveBeenCalled();
});

test.each([
  ["the store is read", false],
  ["it is kept where that fails", true],
])("a write whose answer comes late does not bring back what a later one changed: %s", async (_, isDown) => {
  const inner = memoryRecords(() => start);
  const held = token("held", start);
  const kept = { token: held, quiet: { of: "another", until: start - 1, gap: 30_000 } };
  await inner.swap("login", undefined, writeRecord({ by: "1", record: kept }, start), 60 * minute);
  const late = deferred();
  let isAway = false;
  let isFirst = true;
  const records: RecordStore = {
    async read(name) {
      if (isAway) throw new Error("The store is down.");
      return inner.read(name);
    },
    async swap(...swapped) {
      const isLate = isFirst;
      isFirst = false;
      const landed = await inner.swap(...swapped);
      if (isLate) await late.promise;
      return landed;
    },
  };
  const place = sharedPlace(records, "login", { clock: () => start, tell() {} });
  const resetting = place.change({ type: "reset" });
  await new Promise((resolve) => setImmediate(resolve));
  expect((await place.change({ type: "rejected", token: "held" }))?.after.token?.rejected).toBe(true);
  isAway = isDown;
  late.resolve();
  await resetting;
  expect(place.look().token).toMatchObject({ id: "held", rejected: true });
});

test("whoever comes back late, in another absence, does not lift a refusal learned since", async () => {
  let now = start;
  let isDown = false;
  let holding: ReturnType<typeof deferred> | undefined;
  const written: unknown[] = [];
  const inner = memoryRecords(() => now);
  const records: RecordStore = {
    async read(name) {
      const held = holding;
      holding = undefined;
      await held?.promise;
      if (isDown) throw new Error("The store is down.");
      return inner.read(name);
    },
    swap(...swapped) {
      written.push(readRecord(swapped[2], { earliest: now, latest: now }).record.wait?.row);
      return inner.swap(...swapped);
    },
  };
  const place = sharedPlace(records, "login", { clock: () => now, tell() {} });
  const refusal: Wait = { from: now, until: Infinity, row: "credentials", failures: 1, why: { code: "refused" } };
  isDown = true;
  await place.refresh(0);
  now += minute;
  isDown = false;
  const held = deferred();
  holding = held;
  const late = place.refresh(0);
  await inner.swap("login", undefined, writeRecord({ by: "1", record: { wait: refusal } }, now), 60 * minute);
  await place.refresh(0);
  expect(place.look().wait?.row).toBe("credentials");
  isDown = true;
  await place.refresh(0);
  isDown = false;
  held.resolve();
  await late;
  expect(new Set(written)).toEqual(new Set(["credentials"]));
});

test("a token that was rejected here is not good again because another, who was away, brings it back", async () => {
  const inner = memoryRecords(() => start);
  const write = async (held: HeldToken) => {
    const { version } = await inner.read("login");
    await inner.swap("login", version, writeRecord({ by: held.id, record: { token: held } }, start), 60 * minute);
  };
  const place = sharedPlace(inner, "login", { clock: () => start, tell() {} });
  await write(token("held", start));
  await place.change({ type: "rejected", token: "held" });
  await write(token("held", start));
  await place.refresh(0);
  expect(place.look().token?.rejected).toBe(true);
  await write({ ...token("granted again", start), value: "value of held" });
  await place.refresh(0);
  expect(place.look().token?.rejected).toBeUndefined();
  // What others saw rejected counts as well.
  await write({ ...token("theirs", start), rejected: true });
  await place.refresh(0);
  await write(token("theirs", start));
  await place.refresh(0);
  expect(place.look().token?.rejected).toBe(true);
});

test("a refusal of one's own is not lifted by an older token that a clock's jump makes look newer", async () => {
  vi.useFakeTimers({ now: start, toFake: ["Date", "performance"] });
  let ahead = 0;
  let isDown = true;
  const inner = memoryRecords(Date.now);
  await inner.swap(
    "login",
    undefined,
    writeRecord({ by: "1", record: { token: token("old", start) } }, start),
    minute * 60,
  );
  const records: RecordStore = {
    async read(name) {
      if (isDown) throw new Error("The store is down.");
      return inner.read(name);
    },
    swap: inner.swap,
  };
  const place = sharedPlace(records, "login", { clock: () => Date.now() + ahead, tell() {} });
  vi.advanceTimersByTime(minute);
  await place.change({ type: "claimed", attempt: "own", timeout: 1_000, refreshes: false });
  await place.change({ type: "failed", attempt: "own", row: "credentials", why: { code: "refused" }, jitter: 0 });
  ahead = 8 * 60 * minute;
  vi.advanceTimersByTime(minute);
  isDown = false;
  await place.refresh(0);
  vi.useRealTimers();
  expect(place.look()).toMatchObject({ token: { id: "old" }, wait: { row: "credentials" } });
});

test.each([
  ["back: what is known keeps its age", -8 * 60 * minute, -8 * 60 * minute],
  ["ahead, or the machine slept: a wait keeps its age, and a token does not", 8 * 60 * minute, 0],
])("the clock is set %s", async (_, by, byOfToken) => {
  vi.useFakeTimers({ now: start, toFake: ["Date", "performance"] });
  let ahead = 0;
  const place = sharedPlace(memoryRecords(Date.now), "login", { clock: () => Date.now() + ahead, tell() {} });
  const granted = token("own", start);
  await place.change({ type: "granted", attempt: "own", token: granted });
  await place.change({ type: "rejected", token: "own" });
  await place.change({ type: "claimed", attempt: "own", timeout: 60 * minute, refreshes: false });
  vi.advanceTimersByTime(minute);
  ahead = by;
  const { token: held, wait, quiet } = place.look();
  vi.useRealTimers();
  expect(held).toMatchObject({ from: start + byOfToken, end: start + 60 * minute + byOfToken });
  expect(wait).toMatchObject({ from: start + by, attempt: { until: start + by + 60 * minute + 5_000 } });
  expect(quiet).toBeUndefined();
});

test("a store is not left alone once more when a clock that was set back comes by again", async () => {
  vi.useFakeTimers({ now: start, toFake: ["Date", "performance"] });
  let ahead = 0;
  let reads = 0;
  const records: RecordStore = {
    async read() {
      reads++;
      throw new Error("The store is down.");
    },
    swap: async () => false,
  };
  const place = sharedPlace(records, "login", { clock: () => Date.now() + ahead, tell() {} });
  await place.refresh(0);
  ahead = -10 * minute;
  place.look();
  vi.advanceTimersByTime(10 * minute + 5_000);
  await place.refresh(0);
  vi.useRealTimers();
  expect(reads).toBe(2);
});

test("a write that did not land is not taken for one because another's claim is still there", async () => {
  const inner = memoryRecords(() => start);
  const write = async (by: string) => {
    const wait = after({}, { type: "claimed", attempt: "theirs", timeout: 1_000, refreshes: false }, start)
      .wait as Wait;
    const text = writeRecord({ by, record: { token: token("held", start), wait } }, start);
    await inner.swap("login", (await inner.read("login")).version, text, 60 * minute);
  };
  await write("1");
  let isFirst = true;
  const records: RecordStore = {
    read: inner.read,
    async swap(...swapped) {
      if (!isFirst) return inner.swap(...swapped);
      isFirst = false;
      await write("2");
      throw new Error("No answer came.");
    },
  };
  const place = sharedPlace(records, "login", { clock: () => start, tell() {} });
  expect(await place.change({ type: "rejected", token: "held" })).toBeDefined();
  const { text } = await inner.read("login");
  expect(readRecord(text, { earliest: start, latest: start }).record.token?.rejected).toBe(true);
});

test("what is read while a clock jumps is read anew: nobody's token is dated by it", async () => {
  let now = start;
  let jump = 20 * 60 * minute;
  const inner = memoryRecords(() => start);
  const records: RecordStore = {
    async read(name) {
      const found = await inner.read(name);
      now += jump;
      jump = 0;
      return found;
    },
    swap: inner.swap,
  };
  await inner.swap(
    "login",
    undefined,
    writeRecord({ by: "1", record: { token: token("held", start) } }, start),
    minute,
  );
  const place = sharedPlace(records, "login", { clock: () => now, tell() {} });
  await place.change({ type: "rejected", token: "held" });
  expect(place.look().token).toMatchObject({ from: now, end: now + 60 * minute, rejected: true });
  const { text } = await inner.read("login");
  expect(readRecord(text, { earliest: start, latest: start }).record.token?.end).toBe(start + 60 * minute);
});

test("a store that was slow to take a token does not make it last longer for whom it was granted, unless a clock jumped", async () => {
  let now = start;
  let jumped = 0;
  const inner = memoryRecords(() => now);
  const records: RecordStore = {
    read: inner.read,
    async swap(...swapped) {
      now += 1_500;
      return inner.swap(...swapped);
    },
  };
  const place = sharedPlace(records, "login", { clock: () => now + jumped, tell() {} });
  const granted = token("held", start);
  await place.change({ type: "granted", attempt: "own", token: granted });
  await place.refresh(0);
  expect(place.look().token).toEqual(granted);
  const other = sharedPlace(records, "login", { clock: () => now, tell() {} });
  await other.refresh(0);
  expect(other.look().token).toMatchObject({ from: start + 1_500, end: granted.end && granted.end + 1_500 });
  jumped = 60 * minute;
  await place.refresh(0);
  expect(place.look().token?.from).toBe(start + 60 * minute + 1_500);
});

type Fickle = ReturnType<typeof fickleStore>;

/** A place in a store that can be down, and whose answers may not come, or later, although what is written lands. */
function fickleStore() {
  let now = start;
  const inner = memoryRecords(() => now);
  const store = {
    isDown: false,
    losesAnswers: false,
    answers: Promise.resolve(),
    async stored() {
      const { text } = await inner.read("login");
      return readRecord(text, { earliest: now, latest: now }).record;
    },
    async write(record: LoginRecord) {
      const { version } = await inner.read("login");
      await inner.swap("login", version, writeRecord({ by: "another", record }, now), 60 * minute);
    },
  };
  const records: RecordStore = {
    async read(name) {
      if (store.isDown) throw new Error("The store is down.");
      return inner.read(name);
    },
    async swap(...swapped) {
      if (store.isDown) throw new Error("The store is down.");
      const { answers } = store;
      store.answers = Promise.resolve();
      const landed = await inner.swap(...swapped);
      await answers;
      if (!store.losesAnswers) return landed;
      store.isDown = true;
      throw new Error("No answer came.");
    },
  };
  const place = sharedPlace(records, "login", { clock: () => now, tell() {} });
  const pass = () => {
    now += minute;
  };
  return { place, store, pass };
}

const refused = { type: "failed", attempt: "own", row: "credentials", why: { code: "refused" }, jitter: 0 } as const;

/** Its refusal has landed in a store that is away, and whoever asked does not know that it has. */
const landings = {
  "without an answer": async ({ place, store }: Fickle) => {
    store.losesAnswers = true;
    await place.change(refused);
  },
  "without an answer as the store was found again": async ({ place, store, pass }: Fickle) => {
    store.isDown = true;
    await place.change(refused);
    store.isDown = false;
    store.losesAnswers = true;
    pass();
    await place.refresh(0);
  },
  "with an answer that came later": async ({ place, store }: Fickle) => {
    const answers = deferred();
    store.answers = answers.promise;
    const landed = place.change(refused);
    await new Promise((resolve) => setImmediate(resolve));
    store.isDown = true;
    await place.refresh(0);
    return async () => {
      answers.resolve();
      await landed;
    };
  },
};

test.each(Object.entries(landings))("a refusal that landed %s does not come back after a reset()", async (_, land) => {
  const fickle = fickleStore();
  const { place, store, pass } = fickle;
  await place.change({ type: "claimed", attempt: "own", timeout: 1_000, refreshes: false });
  const settle = await land(fickle);
  expect((await store.stored()).wait?.row).toBe("credentials");
  await place.change({ type: "reset" });
  store.isDown = false;
  store.losesAnswers = false;
  pass();
  await place.refresh(0);
  await settle?.();
  expect(place.look().wait).toBeUndefined();
});

test("another's refusal that was brought together with what is known here, without an answer, stays", async () => {
  const { place, store, pass } = fickleStore();
  await place.refresh(0);
  store.isDown = true;
  await place.refresh(0);
  await store.write({ wait: { from: start, until: Infinity, row: "credentials", failures: 1, why: refused.why } });
  store.isDown = false;
  store.losesAnswers = true;
  pass();
  await place.refresh(0);
  store.isDown = false;
  store.losesAnswers = false;
  pass();
  await place.refresh(0);
  expect(place.look().wait?.row).toBe("credentials");
});

test("a token that is read while it is still being written lasts no longer for whom it was granted", async () => {
  let now = start;
  const inner = memoryRecords(() => now);
  const landed = deferred();
  const answered = deferred();
  const records: RecordStore = {
    read: inner.read,
    async swap(...swapped) {
      now += 1_500;
      const isLanded = await inner.swap(...swapped);
      landed.resolve();
      await answered.promise;
      return isLanded;
    },
  };
  const place = sharedPlace(records, "login", { clock: () => now, tell() {} });
  const granted = token("held", start);
  const granting = place.change({ type: "granted", attempt: "own", token: granted });
  await landed.promise;
  await place.refresh(0);
  expect(place.look().token).toEqual(granted);
  answered.resolve();
  await granting;
  expect(place.look().token).toEqual(granted);
});

function token(id: string, from: number): HeldToken {
  return { id, value: `value of ${id}`, from, end: from + 60 * minute };
}

test("a token that a clock set back made later than now is as old as its writing, and newer than no later refusal", () => {
  const hour = 60 * minute;
  const written = writeRecord({ by: "1", record: { token: token("mine", start + 10 * hour) } }, start);
  const read = (age: number) => readRecord(written, { earliest: start - age, latest: start - age }).record.token?.from;
  expect([read(0), read(hour)]).toEqual([start, start - hour]);
});

test("a text that is the word for what has no end stays a text", () => {
  const held: HeldToken = { ...token("mine", start), value: "ever", refresh: { value: "ever" } };
  const why = {
    code: "refused",
    outcome: { ok: false, reason: "unknown", code: "ever", message: "ever", reply: undefined },
  };
  const wait = { from: start, until: Infinity, row: "credentials", failures: 1, why } as Wait;
  const text = writeRecord({ by: "ever", record: { token: held, wait } }, start);
  expect(readRecord(text, { earliest: start, latest: start })).toEqual({ by: "ever", record: { token: held, wait } });
});
