import {
  asOf,
  type HeldToken,
  isRefused,
  isUnderWay,
  type LoginRecord,
  type Quiet,
  type Wait,
} from "../session/record.ts";

/**
 * What becomes of two records of one login when a store that was away answers again: `own` is this process's, `theirs`
 * the store's, `base` what both began with.
 */
export function merged(own: LoginRecord, theirs: LoginRecord, base: LoginRecord, now: number): LoginRecord {
  const mine = asOf(own, now);
  const stored = asOf(theirs, now);
  const token = tokenOf(mine.token, stored.token, base.token);
  const quiet = laterQuiet(mine.quiet, stored.quiet);
  const isLifted = isSameWait(stored.wait, base.wait) && !isSameWait(mine.wait, base.wait);
  const wait = waitOf(mine.wait, isLifted ? undefined : stored.wait, token, now);
  return { ...(token && { token }), ...(quiet && { quiet }), ...(wait && { wait }) };
}

/** The newer stays; one that this process saw rejected stays rejected. */
function tokenOf(
  own: HeldToken | undefined,
  theirs: HeldToken | undefined,
  base: HeldToken | undefined,
): HeldToken | undefined {
  if (!own || !theirs) return own ?? theirs;
  if (isSameToken(own, theirs)) return own.rejected ? { ...theirs, rejected: true } : theirs;
  // What replaced the token that both began with is newer, whatever a clock that jumped makes of their instants.
  if (isSameToken(theirs, base)) return own;
  if (isSameToken(own, base)) return theirs;
  return own.from > theirs.from ? own : theirs;
}

/** By its value as well: another may have extended it before it was rejected here. */
function isSameToken(a: HeldToken, b: HeldToken | undefined): boolean {
  return a.id === b?.id || a.value === b?.value;
}

function laterQuiet(own: Quiet | undefined, theirs: Quiet | undefined): Quiet | undefined {
  if (!own || !theirs) return own ?? theirs;
  return own.until > theirs.until ? own : theirs;
}

/** The later stays; a refusal does always, unless a token is newer than it; and nobody sends while somebody else does. */
function waitOf(
  own: Wait | undefined,
  theirs: Wait | undefined,
  token: HeldToken | undefined,
  now: number,
): Wait | undefined {
  const isOver = (wait: Wait) => isRefused(wait) && token !== undefined && token.from > wait.from;
  const both = [own, theirs].filter((wait) => wait !== undefined);
  const waits = both.filter((wait) => !isOver(wait) || isUnderWay(wait.attempt, now)).sort(byWeight);
  const attempts = waits.flatMap(({ attempt }) => (isUnderWay(attempt, now) ? [attempt] : []));
  const attempt = attempts.sort((a, b) => b.until - a.until)[0];
  const [wait] = waits;
  if (!wait || !attempt) return wait;
  return { ...wait, until: Math.max(wait.until, attempt.until), attempt };
}

function byWeight(a: Wait, b: Wait): number {
  const isCertain = Number(isRefused(b)) - Number(isRefused(a));
  if (isCertain !== 0) return isCertain;
  return a.until === b.until ? 0 : b.until - a.until;
}

/** Instants that were stored are known to within what a store may take. */
function isSameWait(a: Wait | undefined, b: Wait | undefined): boolean {
  if (!a || !b) return a === b;
  return a.row === b.row && a.failures === b.failures && Math.abs(a.from - b.from) < 10_000;
}
