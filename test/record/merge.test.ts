import { describe, expect, test } from "vitest";
import type { HeldToken, LoginRecord } from "../../src/session/record.ts";
import { merged } from "../../src/store/merge.ts";

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
  stays: HeldToken | undefined;
}

const cases: readonly Case[] = [
  { what: "only one's own", own: mine, stays: mine },
  { what: "only theirs", stored: theirs, stays: theirs },
  { what: "the newer, theirs", own: mine, stored: theirs, base: first, stays: theirs },
  { what: "the newer, one's own", own: theirs, stored: mine, base: first, stays: theirs },
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
  test.each(cases)("$what", ({ own, stored, base, stays }) => {
    expect(merged(holding(own), holding(stored), holding(base), now).token).toEqual(stays);
  });
});

function holding(held: HeldToken | undefined): LoginRecord {
  return held ? { token: held } : {};
}
