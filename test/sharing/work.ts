/** What a process of the rig is given to do, as JSON. */
export type Work = Swaps | Calls;

/** Counts up, in records of a folder, for as long as it lives. */
export interface Swaps {
  type: "swaps";
  folder: string;
  names: string[];
  /** In two threads, or two cluster workers, of the process. */
  spread?: "threads" | "cluster" | undefined;
}

/** Asks a session for its token. */
export interface Calls {
  type: "calls";
  /** Where the record is. */
  store: { folder: string } | { redis: string };
  baseUrl: string;
  timeout: number;
  password: string;
  /** Milliseconds for which it goes on asking; once where it is absent. */
  lasts?: number;
}

/** A swap, and what the store said of it: that it landed, that it did not, or an error. */
export interface Swapped {
  name: string;
  said: "landed" | "not" | "unknown";
  /** How often the record was changed until then. */
  count: number;
  id: string;
  /** Whose change it replaces. */
  previous: string;
}
