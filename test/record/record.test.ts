import { describe, expect, test } from "vitest";
import {
  asOf,
  after as changed,
  type HeldToken,
  isGood,
  isRefused,
  isUnderWay,
  isWaiting,
  type LoginRecord,
  mustWait,
  type RecordEvent,
  type Row,
  renewalOf,
  shouldRenew,
  type Wait,
} from "../../src/store/record.ts";

const now = Date.UTC(2030, 0, 1);
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const timeout = 30 * second;

const token: HeldToken = { id: "one", value: "T", from: now - minute, end: now + hour, refresh: { value: "R" } };
const due: HeldToken = { ...token, from: now - hour, end: now + minute };
const other: HeldToken = { id: "two", value: "U", from: now, end: now + hour };
const quiet = { of: "zero", until: now + 20 * second, gap: 30 * second };
const why = { code: "timeout" } as const;

function waiting(row: Row, length: number, more: Partial<Wait> = {}): Wait {
  return { from: now - second, until: now - second + length, row, failures: 1, why, ...more };
}

function underWay(more: Partial<Wait> = {}): Wait {
  const attempt = { id: "a", until: now + 30 * second, unanswered: 0 };
  return { from: now - 5 * second, until: now + 30 * second, row: "unanswered", failures: 0, why, attempt, ...more };
}

const claimed: RecordEvent = { type: "claimed", attempt: "a", timeout, refreshes: false };

function failed(row: Row, more: Partial<Extract<RecordEvent, { type: "failed" }>> = {}): RecordEvent {
  return { type: "failed", attempt: "a", row, why, jitter: 0.5, ...more };
}

const granted: Extract<RecordEvent, { type: "granted" }> = { type: "granted", attempt: "a", token: other };

function lengthOf({ wait }: LoginRecord): number | undefined {
  return wait && wait.until - wait.from;
}

describe("claimed", () => {
  test("writes a wait of the timeout and 5 s more, with the attempt", () => {
    const { wait } = changed({ token: due, quiet }, claimed, now);
    expect(wait).toEqual({
      from: now,
      until: now + 35 * second,
      row: "unanswered",
      failures: 0,
      why,
      attempt: { id: "a", until: now + 35 * second, unanswered: 0 },
    });
  });

  test.each([
    [0, 70],
    [1, 140],
    [3, 560],
    [4, 900],
    [9, 900],
  ])("is twice as long after a claim that nobody answered, up to 15 minutes: %i", (unanswered, seconds) => {
    const wait = underWay({
      from: now - 40 * second,
      until: now - second,
      attempt: { id: "dead", until: now - second, unanswered },
    });
    const record = changed({ wait }, claimed, now);
    expect(lengthOf(record)).toBe(seconds * second);
    expect(record.wait?.attempt).toMatchObject({ until: now + 35 * second, unanswered: unanswered + 1 });
  });

  test("is never shorter than what is sent may take", () => {
    expect(lengthOf(changed({}, { ...claimed, timeout: hour }, now))).toBe(hour + 5 * second);
  });

  test("keeps the row and its failures", () => {
    const wait = waiting("refused", second, { failures: 3, why: { code: "refused" } });
    expect(changed({ wait }, claimed, now).wait).toMatchObject({
      row: "refused",
      failures: 3,
      why: { code: "refused" },
    });
  });

  test("takes the refresh token out that is about to be sent, and only then", () => {
    const refreshing: RecordEvent = { ...claimed, refreshes: true };
    expect(changed({ token: due }, refreshing, now).token).not.toHaveProperty("refresh");
    expect(changed({ token: due }, claimed, now).token).toEqual(due);
    const ending = (end: number): HeldToken => ({ ...due, refresh: { value: "R", end } });
    expect(changed({ token: ending(now + 1) }, refreshing, now).token).not.toHaveProperty("refresh");
    expect(changed({ token: ending(now) }, refreshing, now).token).toEqual(ending(now));
    const { refresh: _, ...without } = due;
    expect(changed({ token: without }, refreshing, now).token).toBe(without);
    expect(changed({}, refreshing, now)).not.toHaveProperty("token");
  });

  test.each<[string, LoginRecord, boolean]>([
    ["a token is fresh", { token }, false],
    ["a wait is on", { wait: waiting("unsent", minute) }, false],
    ["somebody is sending", { token: due, wait: underWay() }, false],
    ["the token is due", { token: due }, true],
    ["the token is rejected", { token: { ...token, rejected: true } }, true],
    ["the wait is over", { wait: waiting("unsent", second) }, true],
    ["nothing is known", {}, true],
  ])("counts only where there is need, and no wait: %s", (_, record, counts) => {
    expect(changed(record, claimed, now) !== record).toBe(counts);
  });
});

describe("granted", () => {
  test("late, it lifts a refusal that is older than the token, and none that came since", () => {
    const refused = { ...waiting("credentials", Number.POSITIVE_INFINITY), from: now + second };
    expect(changed({ wait: refused }, granted, now + 2 * second)).toEqual({ token: other, wait: refused });
    expect(changed({ wait: { ...refused, from: now - second } }, granted, now)).toEqual({ token: other });
  });

  test("the token, and `quiet` as it was", () => {
    expect(changed({ token, quiet, wait: underWay() }, granted, now)).toEqual({ token: other, quiet });
  });

  test("what would only extend a rejected token leaves it rejected, and lifts the wait", () => {
    const rejected: HeldToken = { ...token, rejected: true };
    const event: RecordEvent = { ...granted, extends: "one" };
    expect(changed({ token: rejected, wait: underWay() }, event, now)).toEqual({ token: rejected });
    expect(changed({ token, wait: underWay() }, event, now)).toEqual({ token: other });
  });

  test("what extends a token that has been replaced since changes nothing but the wait", () => {
    const event: RecordEvent = { ...granted, token: { ...token, id: "three", from: now + second }, extends: "one" };
    expect(changed({ token: other, wait: underWay() }, event, now)).toEqual({ token: other });
    expect(changed({ wait: underWay() }, event, now)).toMatchObject({ token: { id: "three" } });
  });

  test("a newer one stays, if it is good: a process that was on its own has brought it", () => {
    const newer: HeldToken = { ...other, id: "three" };
    const older = { ...granted, token: { ...other, from: now - second } };
    expect(changed({ token: newer, wait: underWay() }, older, now)).toEqual({ token: newer });
    const rejected: HeldToken = { ...newer, rejected: true };
    expect(changed({ token: rejected, wait: underWay() }, older, now)).toEqual({ token: older.token });
  });

  test("of an attempt that is over: counts if it is newer, and leaves another's attempt", () => {
    const wait = underWay({ attempt: { id: "another", until: now + second, unanswered: 0 } });
    expect(changed({ token, wait }, granted, now)).toEqual({ token: other, wait });
    expect(
      changed({ token: { ...other, id: "three", from: now + 0 }, wait: waiting("refused", hour) }, granted, now),
    ).toEqual({
      token: other,
    });
    const newer = { token: { ...other, id: "three" }, wait };
    expect(changed(newer, { ...granted, token: { ...other, from: now - second } }, now)).toBe(newer);
    const same = { token: other, wait };
    expect(changed(same, granted, now)).toBe(same);
  });
});

describe("failed", () => {
  test.each<[Row, number[]]>([
    ["credentials", [Infinity, Infinity]],
    ["refused", [1 * hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, 24 * hour, 24 * hour]],
    ["unanswered", [30, 60, 120, 240, 480, 900, 900].map((each) => each * second)],
    ["unsent", [1, 2, 4, 8, 16, 30, 30].map((each) => each * second)],
  ])("row %s: %j ms", (row, lengths) => {
    const measured = lengths.map((_, failures) =>
      lengthOf(changed({ wait: underWay({ row, failures }) }, failed(row), now)),
    );
    expect(measured).toEqual(lengths);
  });

  test.each<[Row, Row]>([
    ["unsent", "unanswered"],
    ["unanswered", "refused"],
    ["refused", "unsent"],
  ])("another row starts anew: %s after %s", (row, before) => {
    expect(changed({ wait: underWay({ row: before, failures: 7 }) }, failed(row), now).wait).toMatchObject({
      row,
      failures: 1,
    });
  });

  test.each([
    [0, 24_000],
    [0.12345678, 25_481],
    [1, 36_000],
  ])("unanswered: 20 %% more or less (%f)", (jitter, length) => {
    expect(lengthOf(changed({ wait: underWay() }, failed("unanswered", { jitter }), now))).toBe(length);
  });

  const limited = {
    code: "refused",
    outcome: { ok: false, reason: "rate_limited", code: "", message: "", reply: undefined },
  } as const;
  test.each<[string, number, object, number]>([
    ["shorter than the row", 10 * second, {}, 30 * second],
    ["longer than the row", 10 * minute, {}, 10 * minute],
    ["an hour at most", 5 * hour, {}, hour],
    ["5 hours with 429", 5 * hour, { why: limited }, 5 * hour],
    ["a day at most with 429", 50 * hour, { why: limited }, day],
  ])("unanswered: Retry-After, %s", (_, retryAfter, more, expected) => {
    expect(lengthOf(changed({ wait: underWay() }, failed("unanswered", { retryAfter, ...more }), now))).toBe(expected);
  });

  test.each<Row>(["refused", "unsent"])("Retry-After is not heeded in row %s", (row) => {
    const record = { wait: underWay() };
    expect(changed(record, failed(row, { retryAfter: 20 * hour }), now)).toEqual(changed(record, failed(row), now));
  });

  test.each<[Row, number]>([
    ["refused", now + 2 * second],
    ["unanswered", now + 2 * second],
    ["unsent", now + second],
    ["credentials", Infinity],
  ])("no longer than what is left of a token that is good: %s", (row, until) => {
    const held = { ...token, end: now + 2 * second };
    expect(changed({ token: held, wait: underWay() }, failed(row), now).wait?.until).toBe(until);
  });

  test.each<[string, HeldToken]>([
    ["rejected", { ...token, end: now + second, rejected: true }],
    ["over", { ...token, end: now - second }],
    ["without an end", { id: "one", value: "T", from: now }],
  ])("a token that is %s shortens nothing", (_, held) => {
    expect(lengthOf(changed({ token: held, wait: underWay() }, failed("unanswered"), now))).toBe(30 * second);
  });

  test("never sent: the refresh token is put back, unless there is another, or another token", () => {
    const { refresh: _, ...without } = token;
    const event = failed("unsent", { unspent: token });
    const another = { ...without, id: "another" };
    expect(changed({ token: another, wait: underWay() }, event, now).token).toBe(another);
    expect(changed({ token: without, wait: underWay() }, event, now).token).toEqual(token);
    const with2 = { ...without, refresh: { value: "S" } };
    expect(changed({ token: with2, wait: underWay() }, event, now).token).toEqual(with2);
    expect(changed({ token: without, wait: underWay() }, failed("unsent"), now).token).toBe(without);
    expect(changed({ wait: underWay() }, event, now)).not.toHaveProperty("token");
  });

  test("after reset() a refusal leaves no wait, and anything else does", () => {
    const record = changed({ token, wait: underWay() }, { type: "reset" }, now);
    expect(record.wait?.attempt?.isReset).toBe(true);
    expect(changed(record, failed("credentials"), now)).toEqual({ token });
    expect(changed(record, failed("refused"), now)).toEqual({ token });
    expect(changed(record, failed("unanswered"), now).wait?.row).toBe("unanswered");
    expect(changed(record, failed("unsent"), now).wait?.row).toBe("unsent");
  });

  test.each<Row>(["refused", "unanswered", "unsent"])("of an attempt that is over changes nothing: %s", (row) => {
    const record = { wait: underWay({ attempt: { id: "another", until: now + second, unanswered: 0 } }) };
    expect(changed(record, failed(row), now)).toBe(record);
  });

  test.each<Row>(["refused", "unanswered", "unsent"])("does not take back that the password is wrong: %s", (row) => {
    const forEver = waiting("credentials", Infinity);
    const { attempt } = underWay();
    const record = { wait: { ...forEver, ...(attempt && { attempt }) } };
    expect(changed(record, failed(row), now)).toEqual({ wait: forEver });
  });

  test("of an attempt that is over: a refused password counts, unless a token is good or it is known", () => {
    const forEver = { from: now, until: Infinity, row: "credentials", failures: 1, why };
    expect(changed({}, failed("credentials"), now)).toEqual({ wait: forEver });
    const attempt = { id: "another", until: now + second, unanswered: 0 };
    expect(changed({ wait: underWay({ attempt }) }, failed("credentials"), now)).toEqual({
      wait: { ...forEver, attempt },
    });
    const good = { token };
    expect(changed(good, failed("credentials"), now)).toBe(good);
    const known = { wait: waiting("credentials", Infinity) };
    expect(changed(known, failed("credentials"), now)).toBe(known);
    const over = { wait: waiting("credentials", minute) };
    expect(changed(over, failed("credentials"), now)).toEqual({ wait: forEver });
  });

  test("that the password is wrong is counted anew where it was known", () => {
    const wait = underWay({ until: Infinity, row: "credentials", failures: 1, why: { code: "refused" } });
    expect(changed({ wait }, failed("credentials"), now)).toEqual({
      wait: { from: now, until: Infinity, row: "credentials", failures: 2, why },
    });
  });
});

describe("rejected", () => {
  const event: RecordEvent = { type: "rejected", token: "one" };
  const marked = { ...token, rejected: true };

  test("the token is rejected, and 30 s of quiet begin", () => {
    expect(changed({ token }, event, now)).toEqual({
      token: marked,
      quiet: { of: "one", until: now + 30 * second, gap: 30 * second },
    });
  });

  test.each<[string, LoginRecord]>([
    ["no token", {}],
    ["another token", { token: other }],
    ["one that is rejected already", { token: { ...token, rejected: true } }],
    ["within quiet", { token, quiet }],
  ])("changes nothing: %s", (_, record) => {
    expect(changed(record, event, now)).toBe(record);
    expect(changed(record, { ...event, byHand: true }, now)).toBe(record);
  });

  test.each([
    [10, 30],
    [30, 60],
    [60, 120],
    [480, 900],
    [900, 900],
  ])("after a quiet of %i s one of %i s", (gap, next) => {
    const record = { token, quiet: { of: "zero", until: now - second, gap: gap * second } };
    expect(changed(record, event, now).quiet?.gap).toBe(next * second);
    expect(changed(record, { ...event, byHand: true }, now).quiet?.gap).toBe(30 * second);
  });
});

describe("helped", () => {
  const event: RecordEvent = { type: "helped", rejected: "zero", token: "one" };

  test("quiet becomes 10 s long, and the next is 30 s again", () => {
    const record = changed({ token, quiet: { ...quiet, until: now + 230 * second, gap: 240 * second } }, event, now);
    expect(record.quiet).toEqual({ of: "zero", until: now, gap: 10 * second });
    expect(changed(record, { type: "rejected", token: "one" }, now).quiet?.gap).toBe(30 * second);
  });

  test.each<[string, LoginRecord]>([
    ["another token is held", { token: other, quiet }],
    ["the token is rejected", { token: { ...token, rejected: true }, quiet }],
    ["another's rejection began this quiet", { token, quiet: { ...quiet, of: "another" } }],
    ["it helped already", { token, quiet: { ...quiet, gap: 10 * second, until: now + second } }],
    ["there is no quiet", { token }],
    ["there is no token", { quiet }],
  ])("changes nothing: %s", (_, record) => {
    expect(changed(record, event, now)).toBe(record);
  });
});

describe("reset", () => {
  test("keeps the token, and forgets all else", () => {
    expect(changed({ token, quiet, wait: waiting("credentials", Infinity) }, { type: "reset" }, now)).toEqual({
      token,
    });
    expect(changed({ quiet, wait: waiting("unsent", minute) }, { type: "reset" }, now)).toEqual({});
    const rejected = { ...token, rejected: true } as const;
    expect(changed({ token: rejected, quiet }, { type: "reset" }, now)).toEqual({ token: rejected });
  });

  test.each([{}, { token }])("changes nothing where there is nothing to forget: %o", (record) => {
    expect(changed(record, { type: "reset" }, now)).toBe(record);
  });

  test("a claim that is on its way stays, marked; one that is over does not", () => {
    const wait = underWay({ failures: 3, until: now + 15 * minute });
    expect(changed({ wait, quiet }, { type: "reset" }, now)).toEqual({
      wait: {
        from: wait.from,
        until: now + 30 * second,
        row: "unanswered",
        failures: 0,
        why,
        attempt: { ...wait.attempt, isReset: true },
      },
    });
    const dead = underWay({ until: now + minute, attempt: { id: "a", until: now, unanswered: 1 } });
    expect(changed({ wait: dead }, { type: "reset" }, now)).toEqual({});
  });
});

describe("asOf", () => {
  test("gives the same record where nothing changes", () => {
    const record = { token, quiet, wait: waiting("refused", hour) };
    expect(asOf(record, now)).toBe(record);
  });

  test("a wait is forgotten when it has been over for as long as it lasted", () => {
    const wait: Wait = { from: now - 60 * second, until: now - 30 * second, row: "unsent", failures: 4, why };
    expect(asOf({ wait }, now - 1)).toEqual({ wait });
    expect(asOf({ wait }, now)).toEqual({});
  });

  test("quiet is, too", () => {
    const over = { of: "one", until: now - 30 * second, gap: 30 * second };
    expect(asOf({ quiet: over }, now - 1)).toEqual({ quiet: over });
    expect(asOf({ quiet: over }, now)).toEqual({});
  });

  test("a wait for ever is not forgotten", () => {
    const record = { wait: waiting("credentials", Infinity) };
    expect(asOf(record, now + 400 * day)).toBe(record);
    expect(asOf(record, Infinity)).toBe(record);
  });

  test("what begins this very instant stays as it is", () => {
    const record = {
      token: { ...token, from: now },
      quiet: { of: "zero", until: now + 30 * second, gap: 30 * second },
      wait: waiting("refused", hour, { from: now }),
    };
    expect(asOf(record, now)).toBe(record);
  });

  test("what a clock that was set back has put into the future begins now", () => {
    const past = now - day;
    const record = asOf({ token, quiet, wait: underWay() }, past);
    expect(record.token).toEqual({ ...token, from: past, end: past + hour + minute });
    expect(record.quiet).toEqual({ ...quiet, until: past + 30 * second });
    expect(record.wait).toEqual({
      ...underWay(),
      from: past,
      until: past + 35 * second,
      attempt: { id: "a", until: past + 35 * second, unanswered: 0 },
    });
    const { end: _, ...endless } = token;
    expect(asOf({ token: endless }, past)).toEqual({ token: { ...endless, from: past } });
    expect(asOf({ wait: waiting("credentials", Infinity) }, past).wait).toMatchObject({ from: past, until: Infinity });
  });

  test("every event is of the record as it counts then", () => {
    const wait: Wait = { from: now - hour, until: now - 50 * minute, row: "unsent", failures: 4, why };
    expect(changed({ wait }, claimed, now).wait).toMatchObject({ row: "unanswered", failures: 0 });
  });
});

describe("the predicates", () => {
  test("isGood: to its end, unless it is rejected", () => {
    expect(isGood(undefined, now)).toBe(false);
    expect(isGood({ ...token, rejected: true }, now)).toBe(false);
    expect([hour - 1, hour, hour + 1].map((since) => isGood(token, now + since))).toEqual([true, false, false]);
    const { end: _, ...endless } = token;
    expect(isGood(endless, now + 400 * day)).toBe(true);
  });

  test.each([
    [1, 0.2, 0.05],
    [60, 12, 3],
    [600, 120, 10],
    [86_400, 300, 10],
  ])("of a life of %f s the last %f s are for renewing, and the last %f s for waiting", (life, renewal, wait) => {
    const held = { id: "one", value: "T", from: now, end: now + life * second };
    expect(renewalOf(held)).toBeCloseTo(held.end - renewal * second, 5);
    expect(shouldRenew(held, held.end - renewal * second - 1)).toBe(false);
    expect(shouldRenew(held, held.end - renewal * second)).toBe(true);
    expect(mustWait(held, held.end - wait * second - 1)).toBe(false);
    expect(mustWait(held, held.end - wait * second)).toBe(true);
  });

  test("a token without an end is not renewed", () => {
    const { end: _, ...endless } = token;
    expect([renewalOf(endless), shouldRenew(endless, Infinity), mustWait(endless, Infinity)]).toEqual([
      undefined,
      false,
      false,
    ]);
  });

  test("isWaiting and isUnderWay: to their end", () => {
    const wait = underWay({ until: now + minute });
    expect([isWaiting(undefined, now), isWaiting(wait, wait.until - 1), isWaiting(wait, wait.until)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([
      isUnderWay(undefined, now),
      isUnderWay(wait.attempt, now + 29_999),
      isUnderWay(wait.attempt, now + 30_000),
    ]).toEqual([false, true, false]);
  });

  test("isRefused", () => {
    const rows: Row[] = ["credentials", "refused", "unanswered", "unsent"];
    expect(rows.filter((row) => isRefused(waiting(row, hour)))).toEqual(["credentials", "refused"]);
  });
});
