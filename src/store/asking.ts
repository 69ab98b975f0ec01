import { LoginError } from "../errors.ts";
import type { RecordStore } from "./records.ts";
import { readRecord, usefulFor, type WrittenRecord, writeRecord } from "./text.ts";

/** How long a store may take to answer, in milliseconds in which this process runs. */
export const patience = 2_000;
/** The parts that this is counted in, in milliseconds. */
export const tick = 100;
/** What more than that lies between, in milliseconds, is a clock that jumped, or a process that stood still. */
export const jump: number = 2 * patience;
/** How often what was read is read anew because of that. */
const mostReadings = 3;

export interface Stored extends WrittenRecord {
  version: unknown;
}

/** One record in a store that answers within its time, or fails. */
export interface AskedStore {
  read(): Promise<Stored>;
  /** Whether it landed. An answer that does not come is settled by reading. Rejects where that fails too, or all is as it was. */
  swap(read: Stored, written: WrittenRecord): Promise<boolean>;
}

export function askedStore(records: RecordStore, name: string, clock: () => number): AskedStore {
  async function read(): Promise<Stored> {
    for (let times = 1; ; times++) {
      const asked = clock();
      const { version, text, age } = await inTime(async () => records.read(name));
      const now = clock();
      // A clock that jumped meanwhile, or a process that stood still: nobody knows when what was read was written.
      const isVague = Math.abs(now - asked) > jump;
      if (isVague && times < mostReadings) continue;
      return { ...readRecord(text, { earliest: Math.min(asked, now) - age, latest: now - age }), version };
    }
  }

  return {
    read,
    async swap(before, written) {
      const now = clock();
      const text = writeRecord(written, now);
      try {
        const ttl = usefulFor(written.record, now);
        const landed: unknown = await inTime(async () => records.swap(name, before.version, text, ttl));
        if (typeof landed !== "boolean") throw new TypeError("A swap's answer is no boolean.");
        return landed;
      } catch (error) {
        const stored = await read();
        // A store that is full can be read, and nothing lands there however often it is tried.
        const isUnchanged = stored.by === before.by && stored.by !== written.by;
        if (isUnchanged) throw error;
        return isIn(written, before, stored);
      }
    },
  };
}

/**
 * What a store answers, unless that takes too long. A process that stood still, or got little of a busy machine, finds
 * that its time is over before it sees that the answer is there: so the time is counted in ticks, each when it comes.
 */
async function inTime<Result>(ask: () => Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    let ticks = 0;
    function wait(): void {
      if (ticks * tick >= patience) reject(new LoginError("timeout"));
      else timer = setTimeout(wait, tick);
      ticks++;
    }
    wait();
  });
  try {
    return await Promise.race([ask(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a write is what is stored, or what that was made of, as the claim that it brought still shows. */
function isIn({ by, record }: WrittenRecord, before: WrittenRecord, stored: WrittenRecord): boolean {
  if (stored.by === by) return true;
  const attempt = record.wait?.attempt?.id;
  const bringsClaim = attempt !== undefined && attempt !== before.record.wait?.attempt?.id;
  return bringsClaim && attempt === stored.record.wait?.attempt?.id;
}
