import { describe, expect, test } from "vitest";
import { merged } from "../../src/store/merge.ts";
import type { HeldToken, LoginRecord, Quiet, Wait } from "../../src/store/record.ts";

const now = Date.UTC(2030, 0, 1);
const minute = 60_000;

function token(id: string, from: number, more: Partial<HeldToken> = {}): HeldToken {
  return { id, value: `value of ${id}`, from: now + from, ...more };
}

const first = token("first", -10 * minute);
const mine = token("mine", -5 * minute);
const theirs = token("theirs", -4 * minute);
const atOnce = token("at once", -5 * minute);
const rejected = true as const;

/** `stored` is what the store has, `base` what both began with. */
interface Case {
  what: string;
  own?: HeldToken;
  stored?: HeldToken;
  base?: HeldToken;
  stays: HeldToken | undefined;
}

const cases: readonly Case[] = [
  { what: "only one's own", own: mine, stays: mine },
  { what: "only theirs", stored: theirs, stays: theirs },
  { what: "the newer, theirs", own: mine, stored: theirs, base: first, stays: theirs },
  { what: "the newer, one's own", own: theirs, stored: mine, base: first, stays: theirs },
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
  { what: "theirs, of two that came at once", own: mine, stored: atOnce, stays: atOnce },
  {
    what: "theirs, which replaced what is held here, where a clock jumped back meanwhile",
    own: { ...first, from: now },
    stored: theirs,
    base: first,
    stays: theirs,
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
    what: "the same, as it was extended here",
    own: { ...mine, value: first.value },
    stored: first,
    base: first,
    stays: { ...mine, value: first.value },
  },
  {
    what: "the same, extended here and rejected for another",
    own: { ...mine, value: first.value },
    stored: { ...first, rejected },
    base: first,
    stays: { ...mine, value: first.value, rejected },
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
  test.each(cases)("$what", ({ own, stored, base, stays }) => {
    expect(merged({ own: holding(own), theirs: holding(stored), base: holding(base) }, now).token).toEqual(stays);
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

const hour: Wait = { ...refusal, row: "refused", from: now, until: now + 60 * minute };
const over = shifted(hour, -70 * minute);
const limited: Wait = { ...busy, until: now + 90 * minute };
const again: Wait = { ...refusal, from: now - minute };
const late: Wait = { ...busy, until: now + 2 * minute };
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
    ["the one that is still on, beside a refusal that is over", over, busy, undefined, busy],
    ["a refusal, for as long as the longer of the two", hour, limited, undefined, { ...hour, until: limited.until }],
    ["an attempt, though the wait around it is the same", busy, sending(busy), busy, sending(busy)],
    ["none, where this process's attempt is over, wherever a clock has moved it", undefined, moved, claim, undefined],
    ["one's own, of another row", { ...busy, row: "unsent" }, busy, busy, { ...busy, row: "unsent" }],
    ["one's own, after another failure", { ...busy, failures: 3 }, busy, busy, { ...busy, failures: 3 }],
    ["one's own, which began later", shifted(busy, 20_000), busy, busy, shifted(busy, 20_000)],
    [
      "one's own refusal, soon after one that another lifted",
      shifted(refusal, 5_000),
      undefined,
      refusal,
      shifted(refusal, 5_000),
    ],
    ["one's own, of another attempt", sending(busy, "b"), sending(busy), sending(busy), sending(busy, "b")],
    [
      "none, where this process lifted it, as late as it may seem to have begun",
      undefined,
      shifted(busy, 9_000),
      busy,
      undefined,
    ],
    ["the later of two new ones, one's own", late, busy, undefined, late],
    ["the later of two new ones, theirs", busy, late, undefined, late],
    ["the later of two attempts, one's own", sending(busy, "b", 40), sending(busy), undefined, sending(busy, "b", 40)],
    ["the later of two attempts, theirs", sending(busy), sending(busy, "b", 40), undefined, sending(busy, "b", 40)],
    ["a refusal, beside another's attempt", refusal, sending(busy), undefined, sending(refusal)],
    ["the later of two refusals, one's own", again, refusal, undefined, again],
    ["the later of two refusals, theirs", refusal, again, undefined, again],
    ["a later wait, with the attempt", late, sending(busy), undefined, sending(late)],
    [
      "a wait as long as an attempt",
      { ...busy, until: now + 1 },
      { ...sending(busy), until: now },
      undefined,
      { ...sending(busy), until: now + 30_000 },
    ],
    ["a refusal that came within another's attempt", { ...claim, ...refused }, claim, claim, { ...claim, ...refused }],
  ])("%s", (_, own, stored, base, stays) => {
    const record = merged({ own: waiting(own), theirs: waiting(stored), base: waiting(base) }, now);
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
    ["stays beside another's older token", undefined, undefined, token("older", -30 * minute), refusal],
    ["stays beside another's token that came with it", undefined, undefined, token("with it", -20 * minute), refusal],
  ])("%s", (_, own, base, stored, stays) => {
    const parted = { own: { ...holding(own), wait: refusal }, theirs: holding(stored), base: holding(base) };
    expect(merged({ ...parted }, now).wait).toEqual(stays);
  });
});

test("a refusal stays beside a newer token while somebody sends", () => {
  const parted = { own: waiting(sending(refusal)), theirs: holding(theirs), base: {} };
  expect(merged(parted, now).wait).toEqual(sending(refusal));
});

test("the longer quiet stays", () => {
  const [short, long] = [10, 20].map((seconds) => ({ of: "first", until: now + seconds * 1000, gap: 30_000 }));
  const quiet = (own: Quiet | undefined, stored: Quiet | undefined) =>
    merged(
      {
        own: { ...(own && { quiet: own }) },
        theirs: { ...(stored && { quiet: stored }) },
        base: {},
      },
      now,
    );
  for (const [own, stored, stays] of [
    [short, long, long],
    [long, short, long],
    [long, undefined, long],
    [undefined, short, short],
  ]) {
    expect(quiet(own, stored)).toEqual({ quiet: stays });
  }
  expect(quiet(undefined, undefined)).toEqual({});
});

test("a refusal of others stays beside the token that both began with, wherever a clock that jumped has put it", () => {
  const held = { token: { ...first, from: now } };
  const parted = { own: held, theirs: { wait: refusal }, base: held };
  expect(merged(parted, now).wait).toEqual(refusal);
  expect(merged({ ...parted, base: {} }, now).wait).toBeUndefined();
});

function sending(wait: Wait, id = "a", seconds = 30): Wait {
  return { ...wait, attempt: { id, until: now + seconds * 1000, unanswered: 0 } };
}

function shifted({ from, until, ...wait }: Wait, by: number): Wait {
  return { ...wait, from: from + by, until: until + by };
}

function waiting(wait: Wait | undefined): LoginRecord {
  return wait ? { wait } : {};
}

function holding(held: HeldToken | undefined): LoginRecord {
  return held ? { token: held } : {};
}
