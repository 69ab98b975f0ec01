import { describe, expect, test } from "vitest";
import type { End } from "../../src/login/contract.ts";
import { grantOf } from "../../src/login/grant.ts";
import { endOf, tokenHeader, tokenOf } from "../../src/login/token.ts";

/** The reply's own clock, and the reader's, which is ten minutes ahead: no end may mix the two. */
const date = "Thu, 01 Jan 2026 00:00:00 GMT";
const sent = Date.parse(date);
const now = sent + 600_000;
const seconds = sent / 1000;

const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

/** Seconds from `now` to the end of a token, or `undefined`. */
function secondsOf(ends: End[], body: Record<string, unknown>, headers?: Record<string, string>): number | undefined {
  const contract = { success: [], refusal: [], token: "$response.body#/token", ends } as const;
  const grant = grantOf(contract, { status: 200, headers, body: { token: "token", ...body } });
  // One that is no number would hide the others.
  for (const time of [grant?.lifetime ?? 0, ...(grant?.instants ?? [])]) expect(time).toSatisfy(Number.isFinite);
  const end = grant && endOf(grant, now);
  return end === undefined ? undefined : (end - now) / 1000;
}

interface Case {
  ends: End[];
  /** What is at `/end`, and further members. */
  end?: unknown;
  body?: Record<string, unknown>;
  /** Seconds, of a reply with a `Date`, and of one without. */
  dated: number | undefined;
  undated: number | undefined;
}

const inside: End = { in: "$response.body#/end" };
const milliseconds: End = { in: "$response.body#/end", unit: "ms" };
const at: End = { at: "$response.body#/end" };
const atSeconds: End = { at: "$response.body#/end", unit: "s" };
const atMilliseconds: End = { at: "$response.body#/end", unit: "ms" };
const other: End = { at: "$response.body#/other" };
const claims: End = { jwt: true };
const never = { dated: undefined, undated: undefined };
const both = (length: number) => ({ dated: length, undated: length });

const cases: Record<string, Case> = {
  "nothing says it": { ends: [], ...never },

  "in so many seconds": { ends: [{ in: 1800 }], ...both(1800) },
  "in so many milliseconds": { ends: [{ in: 1800, unit: "ms" }], ...both(1.8) },
  "in as many seconds as the reply says": { ends: [inside], end: 60, ...both(60) },
  "in a fraction of a second": { ends: [inside], end: 0.5, ...both(0.5) },
  "in milliseconds": { ends: [milliseconds], end: 60_000, ...both(60) },
  "a numeric string": { ends: [inside], end: "60", ...both(60) },
  "a numeric string of milliseconds": { ends: [milliseconds], end: "1500.25", ...both(1.50025) },
  "a text that begins like a number": { ends: [inside], end: "60abc", ...never },
  "a text with a blank": { ends: [inside], end: " 60", ...never },
  "an exponent": { ends: [inside], end: "1e3", ...never },
  "an empty text": { ends: [inside], end: "", ...never },
  "no number": { ends: [inside], end: [60], ...never },
  "more than a number can be": { ends: [inside], end: Number.POSITIVE_INFINITY, ...never },
  "later than a date can be": { ends: [inside], end: 1e300, ...never },
  "a lifetime that is missing": { ends: [inside], ...never },
  "a lifetime that is over": { ends: [inside], end: 0, ...both(0) },

  "an instant": { ends: [at], end: "2026-01-01T01:00:00Z", dated: 3600, undated: 3000 },
  "an instant with an offset": { ends: [at], end: "2026-01-01T10:00:00+09:00", dated: 3600, undated: 3000 },
  "an instant with a fraction": { ends: [at], end: "2026-01-01T01:00:00.250-00:00", dated: 3600.25, undated: 3000.25 },
  "an instant between the clocks": { ends: [at], end: "2026-01-01T00:05:00Z", dated: 300, undated: undefined },
  "the reply's own instant": { ends: [at], end: "2026-01-01T00:00:00Z", ...never },
  "the reader's own instant": { ends: [at], end: "2026-01-01T00:10:00Z", dated: 600, undated: undefined },
  "a past instant": { ends: [at], end: "2025-12-31T23:00:00Z", ...never },
  "an instant without an offset": { ends: [at], end: "2026-02-01T00:00:00", ...never },
  "an instant with a blank in it": { ends: [at], end: "2026-02-01 00:00:00Z", ...never },
  "a day": { ends: [at], end: "2026-02-01", ...never },
  "a month that is none": { ends: [at], end: "2026-13-01T00:00:00Z", ...never },
  "30 February": { ends: [at], end: "2026-02-30T00:00:00Z", ...never },
  "29 February of a leap year": { ends: [at], end: "2028-02-29T00:00:00Z", dated: 68_169_600, undated: 68_169_000 },
  "29 February of no leap year": { ends: [at], end: "2027-02-29T00:00:00Z", ...never },
  "a time that is none": { ends: [at], end: "2026-02-01T25:00:00Z", ...never },
  "a text for people": { ends: [at], end: "on Monday", ...never },
  "a list of an instant": { ends: [at], end: ["2026-02-01T00:00:00.000Z"], ...never },
  "a number where an instant is a text": { ends: [at], end: seconds + 60, ...never },

  "seconds since the epoch": { ends: [atSeconds], end: seconds + 900, dated: 900, undated: 300 },
  "seconds since the epoch, as a text": { ends: [atSeconds], end: `${seconds + 900}`, dated: 900, undated: 300 },
  "milliseconds since the epoch": { ends: [atMilliseconds], end: sent + 900_000, dated: 900, undated: 300 },
  "the last instant of all": {
    ends: [atMilliseconds],
    end: 8.64e15,
    dated: undefined,
    undated: (8.64e15 - now) / 1000,
  },
  "past seconds": { ends: [atSeconds], end: seconds - 1, ...never },
  "an instant text where seconds are expected": { ends: [atSeconds], end: "2026-02-01T00:00:00Z", ...never },
  "an instant beyond all dates": { ends: [atMilliseconds, { in: 60 }], end: 1e300, ...both(60) },

  "the earliest of several": {
    ends: [{ in: 1800 }, at, inside],
    end: "2026-01-01T00:20:00Z",
    dated: 1200,
    undated: 600,
  },
  "the earliest that is there": { ends: [at, { in: 1800 }], end: "some day", ...both(1800) },
  "the earliest instant that counts, beside a past one": {
    ends: [at, other],
    end: "2025-12-01T00:00:00Z",
    body: { other: "2026-01-01T00:20:00Z" },
    dated: 1200,
    undated: 600,
  },
};

describe("a token ends", () => {
  test.each(Object.entries(cases))("%s", (_, { ends, end, body, dated, undated }) => {
    const members = { ...(end !== undefined && { end }), ...body };
    expect(secondsOf(ends, members, { date })).toBe(dated);
    expect(secondsOf(ends, members)).toBe(undated);
  });

  test("a Date header that is none is none", () => {
    const texts = [
      "",
      "1",
      "0",
      "yesterday",
      "2025-06-01T00:00:00Z",
      date.replace(" GMT", ""),
      `x${date}`,
      `${date}+9`,
    ];
    for (const text of texts) expect(secondsOf([at], { end: "2026-01-01T01:00:00Z" }, { Date: text }), text).toBe(3000);
  });
});

const issued = (length: number, before: number) => jwt({ iat: seconds - before, exp: seconds - before + length });

const tokens: Record<string, { token: unknown; dated: number | undefined; undated: number | undefined }> = {
  "issued with the reply": { token: issued(3600, 0), ...both(3600) },
  "from a cache: it ends when it ends": { token: issued(3600, 3000), dated: 600, undated: 3600 },
  "issued by a clock that is behind the reply's": { token: issued(3600, 9000), ...both(3600) },
  "issued by a clock that is ahead of the reply's": { token: issued(3600, -600), ...both(3600) },
  "with exp alone": { token: jwt({ exp: seconds + 900 }), dated: 900, undated: 300 },
  "with a past exp alone": { token: jwt({ exp: seconds - 900 }), ...never },
  "with an exp before its iat": { token: jwt({ exp: seconds + 900, iat: seconds + 999 }), dated: 900, undated: 300 },
  "with an exp at its iat": { token: jwt({ exp: seconds + 900, iat: seconds + 900 }), dated: 900, undated: 300 },
  "with iat alone": { token: jwt({ iat: seconds }), ...never },
  "with claims of fractions": { token: jwt({ iat: 0.5, exp: 2 }), dated: 1.5, undated: 1.5 },
  "with an iat that is a text": { token: jwt({ iat: "0", exp: seconds + 900 }), dated: 900, undated: 300 },
  "with claims that are texts": { token: jwt({ iat: `${seconds}`, exp: `${seconds + 60}` }), ...never },
  "with claims that are no object": { token: jwt([1]), ...never },
  "with claims that are null": { token: jwt(null), ...never },
  "with claims that are no JSON": { token: "e30.bm8.c2ln", ...never },
  "with claims that are no base64": { token: "e30.!!!.c2ln", ...never },
  "with the alphabet of base64url": { token: jwt({ sub: "ÿ?>~ÿ?>", exp: seconds + 900 }), dated: 900, undated: 300 },
  "that is none": { token: "opaque", ...never },
  "of dots": { token: "...", ...never },
};

describe("a JWT ends", () => {
  test.each(Object.entries(tokens))("%s", (_, { token, dated, undated }) => {
    expect(secondsOf([claims], { token }, { date })).toBe(dated);
    expect(secondsOf([claims], { token })).toBe(undated);
  });
});

describe("a grant", () => {
  const contract = {
    success: [],
    refusal: [],
    token: "$response.body#/token",
    refreshToken: "$response.body#/refresh",
    ends: [{ in: 60 }],
    refreshEnds: [{ jwt: true }, { in: "$response.body#/refreshIn" }],
  } as const;
  const refresh = issued(3600, 0);

  test("has the refresh token with its own ends, a JWT's own claims among them", () => {
    const grant = grantOf(contract, { status: 200, body: { token: "token", refresh, refreshIn: 7200 } });
    expect(grant).toEqual({ value: "token", lifetime: 60_000, refresh: { value: refresh, lifetime: 3_600_000 } });
  });

  test("has no refresh token where the reply has none, or one that is no text", () => {
    for (const each of [undefined, "", null, 17])
      expect(grantOf(contract, { status: 200, body: { token: "token", refresh: each } })).toEqual({
        value: "token",
        lifetime: 60_000,
      });
  });

  test("comes to a token, ready to send, that ends from the moment that the reply arrived", () => {
    const grant = { value: "token", lifetime: 60_000, refresh: { value: "refresh", instants: [now - 1, now + 5] } };
    expect(tokenOf({ name: "X-Token" }, grant, now)).toEqual({
      value: "token",
      header: { name: "X-Token", value: "token" },
      expiresAt: new Date(now + 60_000),
      refresh: { value: "refresh", expiresAt: new Date(now + 5) },
    });
    expect(tokenOf({ name: "X-Token" }, { value: "token" }, now)).toEqual({
      value: "token",
      header: { name: "X-Token", value: "token" },
    });
    expect(tokenHeader({ name: "Authorization", scheme: "Bearer" }, "token").value).toBe("Bearer token");
  });
});
