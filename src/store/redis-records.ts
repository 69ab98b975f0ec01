import type { RecordStore } from "./records.ts";

/** A client of node-redis, of ioredis, or of a cluster of either: what runs a script. */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** A client of node-redis 5 or 6, as far as it is used. */
export interface NodeRedisClient {
  /** Runs a script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of ioredis, as far as it is used. */
export interface IoRedisClient {
  /** Runs a script. */
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Tells it from a client of node-redis, which has none. */
  defineCommand: unknown;
}

const prefix = "login-apis:";

/** How late after its reading a swap may land, in milliseconds: what a client sends only when it is connected again is too late. */
const longestSwap = 5_000;

/**
 * Reads a record, or replaces it if it is still the one that was read. A record is the time at which it was written, by
 * Redis' own clock, and the text. Numbers are given as texts, since Lua would print them as it likes.
 */
const script = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call("GET", KEYS[1]) or ""
if not ARGV[1] then return { stored, string.format("%.0f", now) } end
if stored ~= ARGV[1] or now > tonumber(ARGV[2]) then return "0" end
redis.call("SET", KEYS[1], string.format("%.0f", now) .. " " .. ARGV[3], "PX", ARGV[4])
return "1"`;

/** What was stored, and when by Redis' clock that was read. */
interface Version {
  stored: string;
  readAt: number;
}

export function redisRecords(client: RedisClient): RecordStore {
  return {
    async read(name) {
      const [stored, now] = (await run(client, name)) as [unknown, unknown];
      const version: Version = { stored: String(stored), readAt: Number(now) };
      const [, writtenAt, text] = /^(\d+) (.*)$/s.exec(version.stored) ?? [];
      if (text === undefined) return { version, age: 0 };
      return { version, text, age: Math.max(0, version.readAt - Number(writtenAt)) };
    },
    async swap(name, version, text, ttl) {
      const { stored, readAt } = version as Version;
      const landed = await run(client, name, stored, `${readAt + longestSwap}`, text, `${Math.ceil(ttl)}`);
      return String(landed) === "1";
    },
  };
}

function run(client: RedisClient, name: string, ...args: string[]): Promise<unknown> {
  const key = prefix + name;
  if ("defineCommand" in client) return client.eval(script, 1, key, ...args);
  return client.eval(script, { keys: [key], arguments: args });
}
