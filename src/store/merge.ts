import {
  asOf,
  type HeldToken,
  isGood,
  isRefused,
  isUnderWay,
  isWaiting,
  type LoginRecord,
  type Quiet,
  type Wait,
} from "./record.ts";

/** To within what instants that were stored are known, in milliseconds: what a store may take, some times over. */
const storedWithin = 10_000;

/** What a process and a store made of one record, each without the other. */
export interface Parted {
  /** This process's. */
  own: LoginRecord;
  /** The store's. */
  theirs: LoginRecord;
  /** What both began with. */
  base: LoginRecord;
}

/** What becomes of the two when a store that was away answers again. */
export function merged({ own, theirs, base }: Parted, now: number): LoginRecord {
  const mine = asOf(own, now);
  const stored = asOf(theirs, now);
  const token = tokenOf(mine.token, stored.token, base.token, now);
  const quiet = laterQuiet(mine.quiet, stored.quiet);
  // Where one side changed nothing, what the other did counts: also that it lifted a wait.
  const isOwnNew = !isSameWait(mine.wait, base.wait, 0);
  const isTheirsNew = !isSameWait(stored.wait, base.wait, storedWithin);
  const waits = [
    { wait: isOwnNew ? mine.wait : undefined, older: [mine.token, base.token] },
    { wait: isOwnNew && !isTheirsNew ? undefined : stored.wait, older: [stored.token, base.token] },
  ];
  const wait = waitOf(waits, token, now);
  return { ...(token && { token }), ...(quiet && { quiet }), ...(wait && { wait }) };
}

/** The good one stays, the newer of two, and the store's where that cannot be told. */
function tokenOf(
  own: HeldToken | undefined,
  theirs: HeldToken | undefined,
  base: HeldToken | undefined,
  now: number,
): HeldToken | undefined {
  if (!own || !theirs) return own ?? theirs;
  if (isSameToken(own, theirs)) {
    const isExtended = own.id !== theirs.id && own.from > theirs.from;
    const token = isExtended ? own : theirs;
    return own.rejected || theirs.rejected ? { ...token, rejected: true } : token;
  }
  // What replaced the token that both began with is newer, whatever a clock that jumped makes of their instants.
  if (isSameToken(theirs, base)) return own;
  if (isSameToken(own, base)) return theirs;
  // How old the store's is, is known to within what that took to answer.
  if (isGood(own, now) !== isGood(theirs, now)) return isGood(own, now) ? own : theirs;
  return own.from > theirs.from ? own : theirs;
}

/** By its value: another may have extended it before it was rejected here. */
function isSameToken(a: HeldToken, b: HeldToken | undefined): boolean {
  return a.value === b?.value;
}

function laterQuiet(own: Quiet | undefined, theirs: Quiet | undefined): Quiet | undefined {
  if (!own || !theirs) return own ?? theirs;
  return own.until > theirs.until ? own : theirs;
}

/** A side's wait, and the tokens that were there before it, whatever a clock that jumped makes of their instants. */
interface Waiting {
  wait: Wait | undefined;
  older: (HeldToken | undefined)[];
}

/** The later stays; a refusal that is on does always, unless a token is newer; and nobody sends before both are over. */
function waitOf(sides: Waiting[], token: HeldToken | undefined, now: number): Wait | undefined {
  const waits = sides
    .flatMap(({ wait, older }) => {
      if (!wait) return [];
      const isNewer = token !== undefined && token.from > wait.from && !older.some((each) => isSameToken(token, each));
      return isRefused(wait) && isNewer && !isUnderWay(wait.attempt, now) ? [] : [wait];
    })
    .sort((a, b) => byWeight(a, b, now));
  const attempts = waits.flatMap(({ attempt }) => (isUnderWay(attempt, now) ? [attempt] : []));
  const attempt = attempts.sort((a, b) => b.until - a.until)[0];
  const [wait] = waits;
  if (!wait) return undefined;
  const until = Math.max(...[...waits, ...attempts].map((each) => each.until));
  return attempt ? { ...wait, until, attempt } : { ...wait, until };
}

function byWeight(a: Wait, b: Wait, now: number): number {
  const isRefusal = (wait: Wait) => isRefused(wait) && isWaiting(wait, now);
  const isCertain = Number(isRefusal(b)) - Number(isRefusal(a));
  if (isCertain !== 0) return isCertain;
  return a.until === b.until ? b.from - a.from : b.until - a.until;
}

/** Where a clock jumped, an attempt's id still tells. */
function isSameWait(a: Wait | undefined, b: Wait | undefined, within: number): boolean {
  if (!a || !b) return a === b;
  if (a.attempt?.id !== b.attempt?.id) return false;
  const isSameTime = a.attempt !== undefined || Math.abs(a.from - b.from) <= within;
  return isSameTime && a.row === b.row && a.failures === b.failures;
}
