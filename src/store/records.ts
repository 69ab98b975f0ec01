/** Where records are kept: what a store must be able to do, and all that it must be able to do. */
export interface RecordStore {
  /** `text` is absent where there is none; `age` is in milliseconds since it was written, by the store's own clock. */
  read(name: string): Promise<StoredRecord>;
  /**
   * Replaces what is stored, for so many milliseconds, if the version is still the one that was read; `false` where it
   * is not.
   */
  swap(name: string, version: unknown, text: string, ttl: number): Promise<boolean>;
}

/** What a store has under a name. */
export interface StoredRecord {
  /** What tells this text from the one before and after it: whatever the store's conditional write compares. */
  version: unknown;
  /** What was written. Absent where there is nothing. */
  text?: string;
  /** Milliseconds since it was written, by the store's own clock. */
  age: number;
}
