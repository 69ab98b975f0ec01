import type { LoginErrorCode } from "../errors.ts";
import type { Refusal } from "../login/outcome.ts";

/**
 * All that is known of one login, in memory and in a store. Instants are milliseconds since the epoch, by the clock of
 * the process that reads it. It is never altered: `after` gives another.
 */
export interface LoginRecord {
  token?: HeldToken;
  quiet?: Quiet;
  wait?: Wait;
}

export interface HeldToken {
  /** Its own, and not made of its value, which may come again. */
  id: string;
  value: string;
  refresh?: { value: string; end?: number };
  /** When it came. */
  from: number;
  /** When it ends; absent where nothing says so: it is used until it is rejected. */
  end?: number;
  /** The service said that it is no longer good. */
  rejected?: true;
}

/** A time in which no further token is replaced because it was rejected. */
export interface Quiet {
  /** The token whose rejection began it. */
  of: string;
  until: number;
  /** How long it is, in milliseconds. */
  gap: number;
}

/** A time in which nobody sends. */
export interface Wait {
  from: number;
  /** `Infinity` for ever. */
  until: number;
  row: Row;
  /** How many failures of its row came in a row. */
  failures: number;
  /** What every call is told meanwhile. */
  why: Why;
  /** Somebody is sending. It is written before the password is sent, so that a death leaves the wait. */
  attempt?: Attempt;
}

export interface Attempt {
  id: string;
  /** Nobody waits for it any longer than that. */
  until: number;
  /** How many claims before this one nobody answered. */
  unanswered: number;
  /** `reset()` was called meanwhile: its refusal leaves no wait. */
  isReset?: true;
}

/** What kept a login from bringing a token. */
export interface Why {
  code: LoginErrorCode;
  detail?: string;
  /** Of `refused`. */
  outcome?: Refusal;
  /** Of `credentials_unavailable`, which no record that is stored has: what the caller's own function failed with. */
  cause?: unknown;
}

/**
 * What failures are alike:
 * - `credentials`: refused as `invalid_credentials`;
 * - `refused`: refused for any other reason, `server_error` and `rate_limited` apart;
 * - `unanswered`: `server_error`, `rate_limited`, or sent and not understood or not answered;
 * - `unsent`: never sent.
 */
export type Row = "credentials" | "refused" | "unanswered" | "unsent";

export type RecordEvent =
  /**
   * Somebody is about to send, and needs at most `timeout` for it: with the refresh token, if the API has such and it is
   * there, else with the password. Changes nothing where a token is fresh, or a wait is on.
   */
  | { type: "claimed"; attempt: string; timeout: number; refreshes: boolean }
  /** `extends` names the token held where a refresh brought no other value. */
  | { type: "granted"; attempt: string; token: HeldToken; extends?: string }
  /** `retryAfter` in milliseconds, `jitter` from 0 to 1; `unspent` gets its refresh token back, which was never sent. */
  | {
      type: "failed";
      attempt: string;
      row: Row;
      why: Why;
      retryAfter?: number;
      jitter: number;
      unspent?: HeldToken;
    }
  /** A call was told that the token is no longer good; or `byHand`, another channel was. */
  | { type: "rejected"; token: string; byHand?: boolean }
  /** The request that was told of `rejected` was sent again with `token`, and accepted. */
  | { type: "helped"; rejected: string; token: string }
  | { type: "reset" };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long the first wait of a row is, and how long, doubling, it gets. */
const lengths: Record<Row, { first: number; longest: number }> = {
  credentials: { first: Infinity, longest: Infinity },
  refused: { first: hour, longest: day },
  unanswered: { first: 30 * second, longest: 15 * minute },
  unsent: { first: second, longest: 30 * second },
};

/** What a claim lasts beyond the deadline of what is sent. */
export const claimSlack: number = 5 * second;
const longestClaim = 15 * minute;

/** After a rejection whose replacement did not help, and after one that did. */
const firstGap = 30 * second;
const longestGap = 15 * minute;
const helpedGap = 10 * second;

/** What an event makes of a record at a time. Gives the same record where it changes nothing. */
export function after(before: LoginRecord, event: RecordEvent, now: number): LoginRecord {
  const record = asOf(before, now);
  if (event.type === "claimed") return mayClaim(record, now) ? claimed(record, event, now) : record;
  if (event.type === "granted") return granted(record, event, now);
  if (event.type === "failed") return failed(record, event, now);
  if (event.type === "rejected") return rejected(record, event, now);
  if (event.type === "helped") return helped(record, event);
  return reset(record, now);
}

type EventOf<Type extends RecordEvent["type"]> = Extract<RecordEvent, { type: Type }>;

/** Nobody sends where there is no need, or where a wait is on. */
function mayClaim({ token, wait }: LoginRecord, now: number): boolean {
  const isFresh = isGood(token, now) && !shouldRenew(token, now);
  return !isFresh && !isWaiting(wait, now);
}

function claimed(record: LoginRecord, event: EventOf<"claimed">, now: number): LoginRecord {
  const { row = "unanswered", failures = 0, why = { code: "timeout" }, attempt: last } = record.wait ?? {};
  const unanswered = last ? last.unanswered + 1 : 0;
  const shortest = event.timeout + claimSlack;
  const length = Math.max(shortest, Math.min(longestClaim, shortest * 2 ** unanswered));
  const attempt = { id: event.attempt, until: now + shortest, unanswered };
  const wait: Wait = { from: now, until: now + length, row, failures, why, attempt };
  if (!event.refreshes || !mayRefresh(record.token, now)) return { ...record, wait };
  return { ...withoutRefreshToken(record), wait };
}

function granted(record: LoginRecord, event: EventOf<"granted">, now: number): LoginRecord {
  const { token: held, wait, ...rest } = record;
  const isOwn = wait?.attempt?.id === event.attempt;
  const isOlder = held !== undefined && held.from > event.token.from;
  const isKnown = held?.id === event.token.id;
  // A token that is rejected, or has been replaced since, is not brought back by what only extends it.
  const extendsAnother = event.extends !== undefined && held !== undefined && held.id !== event.extends;
  const extendsRejected = held?.rejected && held.id === event.extends;
  const bringsNothing = extendsAnother || extendsRejected;
  if (!isOwn && (isOlder || isKnown || bringsNothing)) return record;
  // The attempt was over: another is sending by now, or was refused.
  const isRefusedSince = wait !== undefined && isRefused(wait) && wait.from > event.token.from;
  const staysWaiting = !isOwn && wait && (isRefusedSince || isUnderWay(wait.attempt, now));
  // A process that was on its own meanwhile may have brought a newer one.
  const isOutdone = isOlder && isGood(held, now);
  if (held && (bringsNothing || isOutdone)) return { ...rest, token: held };
  return { ...rest, ...(staysWaiting && { wait }), token: event.token };
}

function failed(record: LoginRecord, event: EventOf<"failed">, now: number): LoginRecord {
  const { token: held, wait: last, ...rest } = record;
  const { row, why, unspent } = event;
  const isOwn = last?.attempt?.id === event.attempt;
  if (!isOwn) return row === "credentials" ? refusedLate(record, why, now) : record;

  // Beside another token, it would be that which the service is thought to extend.
  const refresh = unspent?.id === held?.id ? unspent?.refresh : undefined;
  const token = held && refresh && !held.refresh ? { ...held, refresh } : held;
  const kept = { ...rest, ...(token && { token }) };
  const isRefusal = row === "credentials" || row === "refused";
  if (last.attempt?.isReset && isRefusal) return kept;

  // Another found out meanwhile that the credentials are wrong: no failure takes that back.
  const isKnownToBeWrong = last.until === Infinity && row !== "credentials";
  if (isKnownToBeWrong) {
    const { attempt: _, ...wait } = last;
    return { ...kept, wait };
  }

  const failures = last.row === row ? last.failures + 1 : 1;
  const until = Math.min(now + lengthOf(event, failures), row === "credentials" ? Infinity : endOfGood(held, now));
  return { ...kept, wait: { from: now, until, row, failures, why } };
}

/** An attempt was over, and is answered after all: that the credentials are wrong counts, if no token came since. */
function refusedLate(record: LoginRecord, why: Why, now: number): LoginRecord {
  const { token, wait } = record;
  const isKnown = wait?.row === "credentials" && wait.until === Infinity;
  if (isKnown || isGood(token, now)) return record;
  const attempt = isUnderWay(wait?.attempt, now) ? wait?.attempt : undefined;
  const forEver: Wait = { from: now, until: Infinity, row: "credentials", failures: 1, why };
  return { ...record, wait: attempt ? { ...forEver, attempt } : forEver };
}

function lengthOf({ row, why, retryAfter = 0, jitter }: EventOf<"failed">, failures: number): number {
  const { first, longest } = lengths[row];
  const length = Math.min(longest, first * 2 ** (failures - 1));
  if (row !== "unanswered") return length;
  const isLimited = why.outcome?.reason === "rate_limited";
  // Whole milliseconds, as in the `retryAt` that callers are told.
  return Math.max(Math.round(length * (0.8 + 0.4 * jitter)), Math.min(retryAfter, isLimited ? day : hour));
}

function endOfGood(token: HeldToken | undefined, now: number): number {
  return isGood(token, now) ? (token.end ?? Infinity) : Infinity;
}

function rejected(record: LoginRecord, event: EventOf<"rejected">, now: number): LoginRecord {
  const { token, quiet } = record;
  if (token?.id !== event.token || token.rejected) return record;
  if (quiet && now < quiet.until) return record;
  const gap = quiet && !event.byHand ? Math.min(longestGap, Math.max(firstGap, quiet.gap * 2)) : firstGap;
  return { ...record, token: { ...token, rejected: true }, quiet: { of: token.id, until: now + gap, gap } };
}

function helped(record: LoginRecord, event: EventOf<"helped">): LoginRecord {
  const { token, quiet } = record;
  if (token?.id !== event.token || token.rejected) return record;
  if (quiet?.of !== event.rejected || quiet.gap === helpedGap) return record;
  return { ...record, quiet: { ...quiet, until: quiet.until - quiet.gap + helpedGap, gap: helpedGap } };
}

function reset(record: LoginRecord, now: number): LoginRecord {
  const { token, quiet, wait } = record;
  if (!quiet && !wait) return record;
  const kept = token ? { token } : {};
  if (!wait?.attempt || !isUnderWay(wait.attempt, now)) return kept;
  const attempt: Attempt = { ...wait.attempt, isReset: true };
  return {
    ...kept,
    wait: { from: wait.from, until: attempt.until, row: "unanswered", failures: 0, why: { code: "timeout" }, attempt },
  };
}

/**
 * The record as it counts at a time: without what has been over for as long as it lasted, and with nothing that begins
 * later than now, which a clock has made that was set back since. Gives the same record where nothing changes.
 */
export function asOf(record: LoginRecord, now: number): LoginRecord {
  const token = record.token && tokenAsOf(record.token, now);
  const quiet = record.quiet && quietAsOf(record.quiet, now);
  const wait = record.wait && waitAsOf(record.wait, now);
  if (token === record.token && quiet === record.quiet && wait === record.wait) return record;
  return { ...(token && { token }), ...(quiet && { quiet }), ...(wait && { wait }) };
}

function tokenAsOf(token: HeldToken, now: number): HeldToken {
  if (token.from <= now) return token;
  return { ...token, from: now, ...(token.end !== undefined && { end: now + token.end - token.from }) };
}

function quietAsOf(quiet: Quiet, now: number): Quiet | undefined {
  if (now >= quiet.until + quiet.gap) return undefined;
  return quiet.until - quiet.gap <= now ? quiet : { ...quiet, until: now + quiet.gap };
}

function waitAsOf(wait: Wait, now: number): Wait | undefined {
  const { from, until, attempt } = wait;
  if (until < Infinity && now >= until + (until - from)) return undefined;
  if (from <= now) return wait;
  const moved = { ...wait, from: now, until: now + (until - from) };
  return attempt ? { ...moved, attempt: { ...attempt, until: now + (attempt.until - from) } } : moved;
}

/** Whether a token may be handed out. */
export function isGood(token: HeldToken | undefined, now: number): token is HeldToken {
  if (!token || token.rejected) return false;
  return token.end === undefined || now < token.end;
}

/** Whether a token can be renewed without the password. */
function mayRefresh(token: HeldToken | undefined, now: number): boolean {
  if (!token?.refresh) return false;
  return token.refresh.end === undefined || now < token.refresh.end;
}

export function withoutRefreshToken(record: LoginRecord): LoginRecord {
  if (!record.token?.refresh) return record;
  const { refresh: _, ...token } = record.token;
  return { ...record, token };
}

/** An id tells attempts, tokens and writes apart; it guards nothing. */
export function newId(): string {
  return `${Math.random()}${Math.random()}`.replaceAll("0.", "");
}

/** When a call begins to renew a token that nobody waits for: a fifth of its life before its end, at most 5 minutes. */
export function renewalOf({ from, end }: HeldToken): number | undefined {
  return end === undefined ? undefined : end - Math.min(5 * minute, (end - from) / 5);
}

export function shouldRenew(token: HeldToken, now: number): boolean {
  const renewal = renewalOf(token);
  return renewal !== undefined && now >= renewal;
}

/** Whether calls wait for the renewal: in the last twentieth of its life, at most 10 seconds. */
export function mustWait({ from, end }: HeldToken, now: number): boolean {
  return end !== undefined && now >= end - Math.min(10 * second, (end - from) / 20);
}

/** Whether nobody sends now. */
export function isWaiting(wait: Wait | undefined, now: number): wait is Wait {
  return wait !== undefined && now < wait.until;
}

/** Whether somebody is sending now, whose answer is worth waiting for. */
export function isUnderWay(attempt: Attempt | undefined, now: number): attempt is Attempt {
  return attempt !== undefined && now < attempt.until;
}

/** Whether a wait is lifted by nothing but time, `reset()` or other credentials. */
export function isRefused(wait: Wait): boolean {
  return wait.row === "credentials" || wait.row === "refused";
}
