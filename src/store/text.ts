import { asOf, type LoginRecord, type Wait } from "./record.ts";

/**
 * A record as it is stored: every instant is milliseconds from its writing, so that processes whose clocks differ share
 * it, and for ever is a word. `by` is the write's own id.
 */
export interface WrittenRecord {
  by: string;
  record: LoginRecord;
}

const forEver = "ever";
/** For how long what does not end is kept, in milliseconds. */
const longest = 30 * 24 * 60 * 60_000;

/** Nothing in it begins after its writing: a clock that was set back must not make a token newer than others' refusals. */
export function writeRecord({ by, record }: WrittenRecord, now: number): string {
  const relative = withoutReply(moved(asOf(record, now), -now));
  return JSON.stringify({ by, record: relative }, (_, value) => (value === Infinity ? forEver : value));
}

/**
 * Reads a record that was written at `at`, as it is known between `earliest` and `latest`: a wait is rather longer than
 * shorter, and a token rather shorter. What cannot be read is no record.
 */
export function readRecord(text: string | undefined, at: { earliest: number; latest: number }): WrittenRecord {
  const nothing = { by: "", record: {} };
  if (text === undefined) return nothing;
  try {
    const { by, record } = JSON.parse(text, (name, value) =>
      name === "until" && value === forEver ? Infinity : value,
    );
    return { by: String(by), record: moved(record, at.latest, at.earliest) };
  } catch {
    return nothing;
  }
}

/** A record whose instants are later by so many milliseconds. */
export function moved({ token, quiet, wait }: LoginRecord, by: number, byOfToken: number = by): LoginRecord {
  return {
    ...(token && {
      token: {
        ...token,
        from: token.from + byOfToken,
        ...(token.end !== undefined && { end: token.end + byOfToken }),
        ...(token.refresh && {
          refresh: {
            ...token.refresh,
            ...(token.refresh.end !== undefined && { end: token.refresh.end + byOfToken }),
          },
        }),
      },
    }),
    ...(quiet && { quiet: { ...quiet, until: quiet.until + by } }),
    ...(wait && { wait: movedWait(wait, by) }),
  };
}

function movedWait({ attempt, ...wait }: Wait, by: number): Wait {
  return {
    ...wait,
    from: wait.from + by,
    until: wait.until + by,
    ...(attempt && { attempt: { ...attempt, until: attempt.until + by } }),
  };
}

/** A reply may hold anything, and be long: it is the answer to the process that sent. */
function withoutReply(record: LoginRecord): LoginRecord {
  const { wait } = record;
  if (!wait?.why.outcome) return record;
  const outcome = { ...wait.why.outcome, reply: undefined };
  return { ...record, wait: { ...wait, why: { ...wait.why, outcome } } };
}

/** For how many milliseconds a record is of use. */
export function usefulFor({ token, quiet, wait }: LoginRecord, now: number): number {
  const ends = [
    token ? (token.end ?? Infinity) : now,
    token?.refresh ? (token.refresh.end ?? Infinity) : now,
    quiet ? quiet.until + quiet.gap : now,
    wait ? wait.until + (wait.until - wait.from) : now,
  ];
  return Math.ceil(Math.min(longest, Math.max(1000, ...ends.map((end) => end - now))));
}
