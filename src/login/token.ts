import type { Api } from "./contract.ts";
import type { Ending, Grant } from "./grant.ts";
import type { Token } from "./outcome.ts";

/** The last instant that a `Date` can be, in milliseconds since the epoch. */
const lastInstant = 8.64e15;

/** The header that carries a token to every other call. */
export function tokenHeader({ name, scheme }: Api<object>["header"], token: string): Token["header"] {
  return { name, value: scheme === undefined ? token : `${scheme} ${token}` };
}

/**
 * When what a reply grants ends, of a reply that arrived at `now`; both in milliseconds since the epoch. `undefined` where
 * the reply does not say it.
 */
export function endOf({ lifetime = Infinity, instants = [] }: Ending, now: number): number | undefined {
  const end = Math.min(now + lifetime, ...instants.filter((instant) => instant > now));
  return end <= lastInstant ? end : undefined;
}

/** The token that a grant comes to, of a reply that arrived at `now`, in milliseconds since the epoch. */
export function tokenOf(header: Api<object>["header"], grant: Grant & { value: string }, now: number): Token {
  const { value, refresh } = grant;
  return {
    value,
    header: tokenHeader(header, value),
    ...expiry(grant, now),
    ...(refresh && { refresh: { value: refresh.value, ...expiry(refresh, now) } }),
  };
}

function expiry(ending: Ending, now: number): { expiresAt?: Date } {
  const end = endOf(ending, now);
  return end === undefined ? {} : { expiresAt: new Date(end) };
}
