import { asOf, type LoginRecord } from "./record.ts";

/** Where the record of one login is. None of its methods rejects. */
export interface RecordPlace {
  /** The record as this process saw it last, as it counts now. */
  look(): LoginRecord;
  /** Reads the record anew. */
  read(): Promise<Reading>;
  /** Replaces the record, if it is still the one that was read. What does not land changes nothing. */
  swap(reading: Reading, next: LoginRecord): Promise<boolean>;
  /** Forgets all; nothing is written any more. */
  end(): void;
}

export interface Reading {
  record: LoginRecord;
  version: unknown;
}

/** Shares records with other processes. */
export interface SessionStore {
  /** The place of one login's record, which only those with the same credentials can name. */
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
export type StoreEvent = { type: "store"; outcome: "away" | "back" };

/** A record of a session's own, in memory. */
export function ownPlace(clock: () => number): RecordPlace {
  let record: LoginRecord = {};
  function look(): LoginRecord {
    // Kept, so that what a clock that was set back has moved is not moved again.
    record = asOf(record, clock());
    return record;
  }
  return {
    look,
    async read() {
      return { record: look(), version: record };
    },
    async swap({ version }, next) {
      if (version !== record) return false;
      record = next;
      return true;
    },
    end() {
      record = {};
    },
  };
}
