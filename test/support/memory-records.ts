import type { RecordStore } from "../../src/store/records.ts";

interface Kept {
  version: number;
  text: string;
  from: number;
  until: number;
}

/** Keeps records in memory, for sessions of one process. `clock` gives milliseconds. */
export function memoryRecords(clock: () => number = Date.now): RecordStore {
  const kept = new Map<string, Kept>();
  let versions = 0;

  function find(name: string): Kept | undefined {
    const found = kept.get(name);
    if (found && clock() < found.until) return found;
    kept.delete(name);
    return undefined;
  }

  return {
    async read(name) {
      const found = find(name);
      if (!found) return { version: undefined, age: 0 };
      return { version: found.version, text: found.text, age: Math.max(0, clock() - found.from) };
    },
    async swap(name, version, text, ttl) {
      if (find(name)?.version !== version) return false;
      versions++;
      kept.set(name, { version: versions, text, from: clock(), until: clock() + ttl });
      return true;
    },
  };
}
