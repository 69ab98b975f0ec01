import { after, asOf, type LoginRecord, type RecordEvent } from "./record.ts";

/** Where the record of one login is. None of its methods rejects. */
export interface RecordPlace {
  /** The record as it counts now for this process, what is only being written included. */
  look(): LoginRecord;
  /** Brings an event into the record. Gives what that changed, once it has landed; nothing where it changes nothing. */
  change(event: RecordEvent): Promise<Change | undefined>;
  /** Reads what others have written, unless somebody did within so many milliseconds. Gives whether it was read. */
  refresh(age: number): Promise<boolean>;
  /** What is being written, as long as that is worth waiting for: until then nobody knows whether it counts. */
  writing(): Promise<unknown> | undefined;
  /** Forgets all; nothing is written any more. */
  end(): void;
}

export interface Change {
  before: LoginRecord;
  after: LoginRecord;
}

/** Shares the records of logins with other processes: the option `store` of a session. */
export interface SessionStore {
  /**
   * The place of one login's record, which only those with the same credentials can name.
   * @internal
   */
  place(login: SharedLogin, means: SharingMeans): RecordPlace;
}

/** What a record belongs to: whoever differs in one of them shares nothing. */
export interface SharedLogin {
  api: string;
  /** With its path. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  credentials: object;
}

/** What a session brings with it. */
export interface SharingMeans {
  clock: () => number;
  tell: (event: StoreEvent) => void;
}

/** A store that fails, or is too slow, is left alone for a while. */
export interface StoreEvent {
  /** Something about the store. */
  type: "store";
  /** Whether it is left alone from now on, or answers again. */
  outcome: "away" | "back";
}

/** A record of a session's own, in memory: what changes it has landed at once. */
export function ownPlace(clock: () => number): RecordPlace {
  let record: LoginRecord = {};
  let ended = false;

  function look(now = clock()): LoginRecord {
    // Kept, so that what a clock that was set back has moved is not moved again.
    record = asOf(record, now);
    return record;
  }

  return {
    look: () => look(),
    async change(event) {
      if (ended) return undefined;
      const now = clock();
      const before = look(now);
      record = after(before, event, now);
      return record === before ? undefined : { before, after: record };
    },
    async refresh() {
      return false;
    },
    writing: () => undefined,
    end() {
      ended = true;
      record = {};
    },
  };
}
