import { isSendable } from "../http/guards.ts";
import type { End, ReplyContract } from "./contract.ts";
import { type AnyReply, at, headerOf, textAt } from "./place.ts";

/** What a success grants: a token, and perhaps one that renews it. A refresh that extends the token held grants none. */
export interface Grant extends Ending {
  /** The token. */
  value?: string;
  /** The token that renews it. */
  refresh?: RefreshGrant;
}

/** A refresh token that a success grants. */
export interface RefreshGrant extends Ending {
  /** The refresh token. */
  value: string;
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

/**
 * The earliest of the ends that a contract names and a reply has. What it does not say is NaN, and dropped. Instants count
 * from the reply's `Date`, so that the service's clock is held against itself; without one they stay instants.
 */
function endingOf(ends: readonly End[] = [], token: string | undefined, reply: AnyReply): Ending {
  const date = dateOf(reply);
  const hasDate = !Number.isNaN(date);
  const lifetimes: number[] = [];
  const instants: number[] = [];
  for (const end of ends) {
    if ("in" in end) lifetimes.push(lengthOf(end, reply));
    if ("at" in end) instants.push(instantOf(at(end.at, reply), end.unit));
    if ("jwt" in end) {
      const { exp, iat } = claimsOf(token);
      const isIssued = iat < exp;
      if (isIssued) lifetimes.push((exp - iat) * 1000);
      // By the reader's clock only where the service's says nothing.
      if (hasDate || !isIssued) instants.push(exp * 1000);
    }
  }
  if (hasDate) lifetimes.push(...instants.filter((instant) => instant > date).map((instant) => instant - date));
  const known = lifetimes.filter(Number.isFinite);
  const open = hasDate ? [] : instants.filter(Number.isFinite);
  return {
    ...(known.length > 0 && { lifetime: Math.min(...known) }),
    ...(open.length > 0 && { instants: open }),
  };
}

/** In milliseconds. */
function lengthOf({ in: length, unit }: Extract<End, { in: unknown }>, reply: AnyReply): number {
  return numberOf(typeof length === "number" ? length : at(length, reply)) * unitOf(unit);
}

/** The one form that RFC 9110 lets a service send a date in: `Date.parse` takes `1` for a year. */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The reply's own `Date`, in milliseconds since the epoch. */
function dateOf({ headers }: AnyReply): number {
  const text = headerOf(headers, "Date") ?? "";
  return httpDate.test(text) ? Date.parse(text) : Number.NaN;
}

/** What a JWT says of its life, in seconds since the epoch. */
function claimsOf(token = ""): { exp: number; iat: number } {
  try {
    const [, payload = ""] = token.split(".");
    const { exp, iat } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return { exp: typeof exp === "number" ? exp : Number.NaN, iat: typeof iat === "number" ? iat : Number.NaN };
  } catch {
    return { exp: Number.NaN, iat: Number.NaN };
  }
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** An instant in milliseconds since the epoch; NaN for any other text, a date without an offset among it. */
function instantOf(value: unknown, unit: "s" | "ms" | undefined): number {
  if (unit) return numberOf(value) * unitOf(unit);
  if (typeof value !== "string" || !dateTime.test(value)) return Number.NaN;
  const day = value.slice(0, "2026-01-01".length);
  // Date takes 30 February for 2 March.
  const isDay = new Date(day).toJSON()?.startsWith(day);
  return isDay ? Date.parse(value) : Number.NaN;
}

/** A number, or a text that is one. */
function numberOf(value: unknown): number {
  const isNumeric = typeof value === "string" && /^\d+(\.\d+)?$/.test(value);
  return isNumeric || typeof value === "number" ? Number(value) : Number.NaN;
}

function unitOf(unit: "s" | "ms" | undefined): number {
  return unit === "ms" ? 1 : 1000;
}
