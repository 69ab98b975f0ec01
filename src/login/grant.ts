import { isSendable } from "../http/guards.ts";
import type { End, ReplyContract } from "./contract.ts";
import { isObject } from "./fits.ts";
import { type AnyReply, at, headerOf, textAt } from "./place.ts";

/** What a success grants: a token, and perhaps one that renews it. A refresh that extends the token held grants none. */
export interface Grant extends Ending {
  value?: string;
  refresh?: { value: string } & Ending;
}

/** When a token ends, as far as the reply says: by the earliest end that it names; `endOf` says when that is. */
export interface Ending {
  /** Milliseconds from the reply. */
  lifetime?: number;
  /** Instants that nothing relates to the reply, which has no `Date`: milliseconds since the epoch. Those count that are later than now. */
  instants?: readonly number[];
}

/** What a success grants: nothing at all, if its token cannot be sent in a header. */
export function grantOf(contract: ReplyContract, reply: AnyReply): Grant | undefined {
  const token = textAt(contract.token, reply);
  if (token !== undefined && !isSendable(token)) return undefined;
  const refreshToken = contract.refreshToken && textAt(contract.refreshToken, reply);
  return {
    ...(token !== undefined && { value: token }),
    ...endingOf(contract.ends, token, reply),
    ...(refreshToken !== undefined && {
      refresh: { value: refreshToken, ...endingOf(contract.refreshEnds, refreshToken, reply) },
    }),
  };
}

/** The earliest of the ends that a contract names and a reply has. */
function endingOf(ends: readonly End[] = [], token: string | undefined, reply: AnyReply): Ending {
  const date = dateOf(reply);
  const found = ends.map((end) => endingBy(end, token, reply, date));
  const lifetimes = found.flatMap(({ lifetime }) => lifetime ?? []);
  const instants = found.flatMap((each) => each.instants ?? []);
  return {
    ...(lifetimes.length > 0 && { lifetime: Math.min(...lifetimes) }),
    ...(instants.length > 0 && { instants }),
  };
}

/** What one end comes to: nothing, where the reply does not say it. */
function endingBy(end: End, token: string | undefined, reply: AnyReply, date: number | undefined): Ending {
  if ("jwt" in end) return endingByClaims(claimsOf(token), date);
  if ("at" in end) return untilInstant(instantOf(at(end.at, reply), end.unit), date);
  const length = typeof end.in === "number" ? end.in : numberOf(at(end.in, reply));
  return length === undefined ? {} : { lifetime: length * unitOf(end.unit) };
}

/**
 * What a JWT says of its life: `exp` less `iat`, and `exp` less the reply's `Date`, both by the server's own clock. Only
 * where it has neither is `exp` an instant to hold against the reader's clock.
 */
function endingByClaims({ exp, iat }: Claims, date: number | undefined): Ending {
  if (exp === undefined) return {};
  const fromReply = untilInstant(exp * 1000, date);
  if (iat === undefined || iat >= exp) return fromReply;
  const fromIssue = (exp - iat) * 1000;
  return { lifetime: Math.min(fromIssue, fromReply.lifetime ?? fromIssue) };
}

/** An instant as a lifetime, where the reply has a `Date`; one that is not later than the reply says nothing. */
function untilInstant(instant: number | undefined, date: number | undefined): Ending {
  if (instant === undefined) return {};
  if (date === undefined) return { instants: [instant] };
  return instant > date ? { lifetime: instant - date } : {};
}

/** The reply's own `Date`, in the one form that RFC 9110 lets a service send: `Date.parse` takes `1` for a year. */
function dateOf({ headers }: AnyReply): number | undefined {
  const text = headerOf(headers, "Date") ?? "";
  const date = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

interface Claims {
  exp?: number | undefined;
  iat?: number | undefined;
}

function claimsOf(token = ""): Claims {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return isObject(claims) ? { exp: finite(claims.exp), iat: finite(claims.iat) } : {};
  } catch {
    return {};
  }
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** An instant in milliseconds since the epoch; `undefined` for any other text, a date without an offset among it. */
function instantOf(value: unknown, unit: "s" | "ms" | undefined): number | undefined {
  if (unit) {
    const number = numberOf(value);
    return number === undefined ? undefined : number * unitOf(unit);
  }
  if (typeof value !== "string" || !dateTime.test(value)) return undefined;
  const day = value.slice(0, "2026-01-01".length);
  // Date takes 30 February for 2 March.
  const isDay = new Date(day).toJSON()?.startsWith(day);
  const instant = isDay ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** A number, or a text that is one. */
function numberOf(value: unknown): number | undefined {
  const isNumeric = typeof value === "string" && /^\d+(\.\d+)?$/.test(value);
  return finite(isNumeric ? Number(value) : value);
}

function finite(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}

function unitOf(unit: "s" | "ms" | undefined): number {
  return unit === "ms" ? 1 : 1000;
}
