import { describe, expect, test } from "vitest";
import { merged } from "../../src/store/merge.ts";
import type { HeldToken, LoginRecord, Wait } from "../../src/store/record.ts";

const now = Date.UTC(2030, 0, 1);
const minute = 60_000;

function token(id: string, from: number, more: Partial<HeldToken> = {}): HeldToken {
  return { id, value: `value of ${id}`, from: now + from, ...more };
}

const first = token("first", -10 * minute);
const mine = token("mine", -5 * minute);
const theirs = token("theirs", -4 * minute);
const rejected = true as const;

/** `stored` is what the store has, `base` what both began with. */
interface Case {
  what: string;
  own?: HeldToken;
  stored?: HeldToken;
  base?: HeldToken;
  clockJumped?: boolean;
  stays: HeldToken | undefined;
}

const cases: readonly Case[] = [
  { what: "only one's own", own: mine, stays: mine },
  { what: "only theirs", stored: theirs, stays: theirs },
  { what: "the newer, theirs", own: mine, stored: theirs, base: first, stays: theirs },
  { what: "the newer, one's own", own: theirs, stored: mine, base: first, stays: theirs },
  {
    what: "theirs, which may be the newer, where this process's clock jumped meanwhile",
    own: theirs,
    stored: mine,
    base: first,
    clockJumped: true,
    stays: mine,
  },
  {
    what: "the good one, one's own, though the rejected one looks newer",
    own: mine,
    stored: { ...theirs, rejected },
    base: first,
    stays: mine,
  },
  {
    what: "the good one, theirs, where this process saw its own newer one rejected",
    own: { ...theirs, rejected },
    stored: mine,
    base: first,
    stays: mine,
  },
  {
    what: "the same, rejected here",
    own: { ...first, rejected },
    stored: first,
    base: first,
    stays: { ...first, rejected },
  },
  {
    what: "the same, extended by another and rejected here",
    own: { ...first, rejected },
    stored: { ...theirs, value: first.value },
    base: first,
    stays: { ...theirs, value: first.value, rejected },
  },
  {
    what: "one's own, which replaced what the store still has, where a clock jumped ahead meanwhile",
    own: mine,
    stored: { ...first, from: now },
    base: first,
    stays: mine,
  },
  {
    what: "one's own, which replaced a rejected token that another has extended",
    own: { ...mine, rejected },
    stored: { ...theirs, value: first.value },
    base: first,
    stays: { ...mine, rejected },
  },
  {
    what: "theirs, which replaced what is still held here, where a clock jumped back meanwhile",
    own: { ...first, from: now, rejected },
    stored: theirs,
    base: first,
    stays: theirs,
  },
];

describe("of two tokens there stays", () => {
  test.each(cases)("$what", ({ own, stored, base, clockJumped = false, stays }) => {
    expect(merged({ own: holding(own), theirs: holding(stored), base: holding(base), clockJumped }, now).token).toEqual(
      stays,
    );
  });
});

const refusal: Wait = {
  from: now - 20 * minute,
  until: Infinity,
  row: "credentials",
  failures: 1,
  why: { code: "refused" },
};
const busy: Wait = {
  from: now - minute,
  until: now + minute,
  row: "unanswered",
  failures: 2,
  why: { code: "timeout" },
};

const claim = sending(busy);
const moved: Wait = { ...claim, from: claim.from - 31_000, until: claim.until - 31_000 };
const refused = { row: "credentials", until: Infinity, failures: 1 } as const;

describe("of two waits there stays", () => {
  test.each<[what: string, own: Wait | undefined, stored: Wait | undefined, base: Wait | undefined, Wait | undefined]>([
    ["what nobody changed", refusal, refusal, refusal, refusal],
    ["none, where this process lifted it", undefined, refusal, refusal, undefined],
    ["none, where another lifted it", refusal, undefined, refusal, undefined],
    ["a new one, one's own", busy, undefined, undefined, busy],
    ["a new one, theirs", undefined, busy, undefined, busy],
    ["theirs, which took the place of what is still held here", refusal, busy, refusal, busy],
    ["the refusal, of two new ones", busy, refusal, undefined, refusal],
    ["an attempt, though the wait around it is the same", busy, sending(busy), busy, sending(busy)],
    ["none, where this process's attempt is over, wherever a clock has moved it", undefined, moved, claim, undefined],
    ["a refusal that came within another's attempt", { ...claim, ...refused }, claim, claim, { ...claim, ...refused }],
  ])("%s", (_, own, stored, base, stays) => {
    const record = merged({ own: waiting(own), theirs: waiting(stored), base: waiting(base), clockJumped: false }, now);
    expect(record.wait).toEqual(stays);
  });
});

describe("a refusal while a store was away", () => {
  const held = { ...first, rejected };
  test.each<
    [what: string, own: HeldToken | undefined, base: HeldToken | undefined, stored: HeldToken, Wait | undefined]
  >([
    ["stays beside the token held then, wherever a clock that jumped has put it", held, undefined, held, refusal],
    ["stays beside the token that both began with, lost since", undefined, held, held, refusal],
    ["is lifted by another's newer token", held, held, theirs, undefined],
  ])("%s", (_, own, base, stored, stays) => {
    const parted = { own: { ...holding(own), wait: refusal }, theirs: holding(stored), base: holding(base) };
    expect(merged({ ...parted, clockJumped: false }, now).wait).toEqual(stays);
    expect(merged({ ...parted, clockJumped: true }, now).wait).toEqual(refusal);
  });
});

test("a refusal of others stays beside the token that both began with, wherever a clock that jumped has put it", () => {
  const held = { token: { ...first, from: now } };
  const parted = { own: held, theirs: { wait: refusal }, base: held, clockJumped: false };
  expect(merged(parted, now).wait).toEqual(refusal);
  expect(merged({ ...parted, base: {} }, now).wait).toBeUndefined();
});

function sending(wait: Wait): Wait {
  return { ...wait, attempt: { id: "a", until: now + 30_000, unanswered: 0 } };
}

function waiting(wait: Wait | undefined): LoginRecord {
  return wait ? { wait } : {};
}

function holding(held: HeldToken | undefined): LoginRecord {
  return held ? { token: held } : {};
}
