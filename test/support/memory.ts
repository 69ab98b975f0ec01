import type { KeyValueStore } from "../../src/store.ts";

/** Keyv's interface over a map that never forgets, and keeps what it was asked. */
export interface Memory extends KeyValueStore {
  entries: Map<string, unknown>;
  lifetimes: number[];
}

export function memory(): Memory {
  const entries = new Map<string, unknown>();
  const lifetimes: number[] = [];
  return {
    entries,
    lifetimes,
    get: async (key) => entries.get(key),
    async set(key, value, ttl) {
      lifetimes.push(ttl);
      entries.set(key, value);
    },
    delete: async (key) => entries.delete(key),
  };
}

export const secret = "0123456789abcdef0123456789abcdef";
