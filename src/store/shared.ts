import { askedStore, jump, patience, type Stored, tick } from "./asking.ts";
import { merged } from "./merge.ts";
import type { Change, RecordPlace, SharingMeans } from "./place.ts";
import { after, asOf, type LoginRecord, newId, type RecordEvent, withoutRefreshToken } from "./record.ts";
import type { RecordStore } from "./records.ts";
import { moved, type WrittenRecord } from "./text.ts";

/** For how long one that failed is left alone, in milliseconds. */
const leftAlone = 30_000;
/** How many rejected tokens are remembered. */
const mostSeen = 16;
/** How many writes of this process's own are remembered. */
const mostWrites = 16;
/** For how long a write counts that has not landed, in milliseconds: in a worker it may belong to a request that has left. */
const longestWrite = 4 * patience;

/** A version of the store's, or of the process's own while that is away. */
type Version = { stored: Stored } | { own: LoginRecord };

interface Reading {
  record: LoginRecord;
  version: Version;
}

/** A time in which the store is away. */
interface Absence {
  number: number;
  /** When it failed last. */
  from: number;
  /** What this process and the store began it with. */
  base: LoginRecord;
  /** The ids of the writes that were older than a `reset()` meanwhile: any of them may be what is stored. */
  reset: readonly string[];
}

/** An event that is on its way into the record. */
interface Writing {
  event: RecordEvent;
  /** As `performance.now()` says. */
  from: number;
  done: Promise<Change | undefined>;
}

/**
 * A login's record in a store, of the name that only those have who share it. While the store fails, or is too slow, the
 * process is on its own, without refresh tokens, since two would spend one; what it did meanwhile is merged when the store
 * answers again.
 */
export function sharedPlace(records: RecordStore, name: string, { clock, tell }: SharingMeans): RecordPlace {
  const asked = askedStore(records, name, clock);
  /** Nobody sets it. */
  const elapsed = () => performance.now();
  let known: LoginRecord = {};
  /** Orders what is learned: what was asked for before something newer was known is not taken. */
  let turns = 0;
  let knownTurn = 0;
  let ended = false;
  let away: Absence | undefined;
  let absences = 0;
  let lookedAt = { clock: clock(), elapsed: elapsed() };
  /** The ids of the tokens that were seen rejected last: who was away meanwhile may bring one back as a good one. */
  let seenRejected: readonly string[] = [];
  /** The ids of the last writes of this process's own, landed or not. */
  let writes: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  const writings = new Set<Writing>();

  /** The writes that count already. */
  function young(): Writing[] {
    return [...writings].filter(({ from }) => elapsed() - from < longestWrite);
  }

  function look(): LoginRecord {
    const record = lookAtKnown();
    return young().reduce((foreseen, { event }) => foresee(foreseen, event, clock()), record);
  }

  function lookAtKnown(): LoginRecord {
    const drift = clock() - lookedAt.clock - (elapsed() - lookedAt.elapsed);
    lookedAt = { clock: clock(), elapsed: elapsed() };
    if (Math.abs(drift) > jump) follow(drift);
    known = asOf(known, clock());
    return known;
  }

  /** What is known keeps its age where the clock was set; a token ahead does not, since the machine may have slept. */
  function follow(drift: number): void {
    const back = Math.min(0, drift);
    known = moved(known, drift, back);
    if (!away) return;
    away = { ...away, from: away.from + back, base: moved(away.base, drift, back) };
  }

  function learn({ record }: WrittenRecord, turn: number): void {
    if (turn < knownTurn || away || ended) return;
    knownTurn = turn;
    lookAtKnown();
    known = record;
  }

  function leave(): void {
    if (ended) return;
    if (!away) {
      absences++;
      tell({ type: "store", outcome: "away" });
    }
    away = { number: absences, base: known, reset: [], ...away, from: clock() };
    known = withoutRefreshToken(known);
  }

  function toWrite(record: LoginRecord): WrittenRecord {
    const by = newId();
    writes = [...writes, by].slice(-mostWrites);
    return { by, record };
  }

  /**
   * Takes what has landed, also where another call found the store away meanwhile. What was learned since it was asked for
   * may be older, or made of it: then the store is read, or where that is away, both count.
   */
  async function takeLanded(written: WrittenRecord, askedAt: number): Promise<void> {
    if (ended) return;
    const isOvertaken = knownTurn > askedAt;
    const turn = ++turns;
    const landed = isOvertaken && !away ? await readStored() : written;
    learn(landed, turn);
    if (!away) return;
    const base = isOvertaken ? {} : away.base;
    known = withoutRefreshToken(merged({ own: lookAtKnown(), theirs: landed.record, base }, clock()));
    away = { ...away, base: landed.record };
  }

  function isLeftAlone(): boolean {
    if (!away) return false;
    const since = clock() - away.from;
    return since >= 0 && since < leftAlone;
  }

  function noteRejected({ token }: LoginRecord): void {
    if (!token?.rejected || seenRejected.includes(token.id)) return;
    seenRejected = [...seenRejected, token.id].slice(-mostSeen);
  }

  /** A record as it counts for whoever has seen its token rejected before. */
  function asSeen(record: LoginRecord): LoginRecord {
    noteRejected(record);
    const { token } = record;
    const isSeen = token !== undefined && seenRejected.includes(token.id);
    return isSeen ? { ...record, token: { ...token, rejected: true } } : record;
  }

  async function readStored(): Promise<Stored> {
    const stored = await asked.read();
    const record = datedAs(look(), datedAs(known, stored.record));
    return { ...stored, record: asSeen(record) };
  }

  /** Brings what this process did on its own in one absence together with what the store has. */
  async function comeBack(absence: number): Promise<void> {
    for (let times = 0; times < 5; times++) {
      const stored = await readStored();
      // Another call may have come back meanwhile, and left again.
      if (ended || away?.number !== absence) return;
      const own = lookAtKnown();
      const isReset = away.reset.includes(stored.by);
      const theirs = isReset ? after(stored.record, { type: "reset" }, clock()) : stored.record;
      const record = merged({ own, theirs, base: away.base }, clock());
      const written = toWrite(record);
      const turn = ++turns;
      const landed = await asked.swap(stored, written);
      if (ended || away?.number !== absence) return;
      if (!landed) continue;
      // What happened here meanwhile must not be lost: it is merged as well.
      if (known !== own) {
        known = withoutRefreshToken(merged({ own: known, theirs: record, base: own }, clock()));
        away = { ...away, base: record };
        continue;
      }
      away = undefined;
      tell({ type: "store", outcome: "back" });
      learn(written, turn);
    }
  }

  async function read(): Promise<Reading> {
    readAt = clock();
    if (isLeftAlone()) return readOwn();
    const turn = ++turns;
    try {
      if (away) await comeBack(away.number);
      const stored = await readStored();
      learn(stored, turn);
      if (!away) return { record: stored.record, version: { stored } };
    } catch {
      leave();
    }
    return readOwn();
  }

  function readOwn(): Reading {
    const own = lookAtKnown();
    return { record: own, version: { own } };
  }

  function leaveWith(written: WrittenRecord, askedAt: number): Promise<void> {
    leave();
    return takeLanded(written, askedAt);
  }

  async function swap(version: Version, next: LoginRecord): Promise<boolean> {
    if (ended) return false;
    if ("own" in version) {
      if (!away || version.own !== known) return false;
      known = withoutRefreshToken(next);
      noteRejected(next);
      return true;
    }
    if (away) return false;
    const written = toWrite(next);
    const askedAt = turns;
    try {
      const landed = await asked.swap(version.stored, written);
      if (!landed) return false;
      noteRejected(next);
      await takeLanded(written, askedAt).catch(() => leaveWith(written, askedAt));
      return true;
    } catch {
      leave();
      return false;
    }
  }

  /** Reads and swaps until an event has landed, or changes nothing. */
  async function land(event: RecordEvent): Promise<Change | undefined> {
    let lostTo: Stored | undefined;
    let lostInVain = 0;
    while (!ended) {
      const { record, version } = await read();
      if (ended) return undefined;
      // Reckoned from what was just read, without a pause.
      const now = clock();
      const before = asOf(record, now);
      const next = after(before, event, now);
      // What this process wrote before may be what is found stored when the store is back.
      if (away && event.type === "reset") away = { ...away, reset: writes };
      if (next === before) return undefined;
      if (await swap(version, next)) return { before, after: next };
      if ("own" in version) continue;
      // Whoever loses finds what another wrote, unless what is read is late, or the store takes nothing.
      const isInVain = version.stored.by === lostTo?.by;
      lostTo = version.stored;
      lostInVain = isInVain ? lostInVain + 1 : 0;
      if (lostInVain * tick >= patience) leave();
      else if (isInVain) await new Promise((resolve) => setTimeout(resolve, tick));
    }
    return undefined;
  }

  return {
    look,
    async change(event) {
      const grant = young().find((each) => bringsWhatIsRejected(each.event, event));
      const done = grant ? grant.done.then(() => land(event)) : land(event);
      const writing = { event, from: elapsed(), done };
      writings.add(writing);
      try {
        return await done;
      } finally {
        writings.delete(writing);
      }
    },
    async refresh(age) {
      const since = clock() - readAt;
      const isRecent = since >= 0 && since < age;
      if (isRecent || isLeftAlone()) return false;
      await read();
      return true;
    },
    writing() {
      const waitedFor = young().map(({ done }) => done);
      return waitedFor.length > 0 ? Promise.all(waitedFor) : undefined;
    },
    end() {
      ended = true;
      known = {};
      away = undefined;
      writings.clear();
    },
  };
}

/** What an event that is being written will probably make of a record; a rejection, until it is known to be too early. */
function foresee(record: LoginRecord, event: RecordEvent, now: number): LoginRecord {
  const { token } = record;
  if (event.type !== "rejected") return after(record, event, now);
  return token?.id === event.token ? { ...record, token: { ...token, rejected: true } } : record;
}

/**
 * What is read with its token dated as it is known here: a store that is slow dates it later each time it is written. Where
 * more lies between them a clock has jumped, and what is read counts.
 */
function datedAs({ token: known }: LoginRecord, read: LoginRecord): LoginRecord {
  const { token } = read;
  const isKnown = token !== undefined && token.id === known?.id && Math.abs(token.from - known.from) < jump;
  if (!isKnown) return read;
  return { ...read, token: { ...token, from: known.from, ...(known.end !== undefined && { end: known.end }) } };
}

/** Whether one event brings the token that another is about: it must be there first. */
function bringsWhatIsRejected(grant: RecordEvent, rejection: RecordEvent): boolean {
  return grant.type === "granted" && rejection.type === "rejected" && grant.token.id === rejection.token;
}
