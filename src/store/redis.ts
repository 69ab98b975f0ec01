import { LoginError } from "../errors.ts";
import type { SessionStore } from "./place.ts";
import { type RedisClient, redisRecords } from "./redis-records.ts";
import type { StoreOptions } from "./secret.ts";
import { createStore } from "./store.ts";

export type { SessionStore } from "./place.ts";
export type { IoRedisClient, NodeRedisClient, RedisClient } from "./redis-records.ts";
export type { StoreOptions } from "./secret.ts";

/**
 * Makes the option `store` of a session out of a Redis, for the processes of many machines; the client is connected, and
 * closed, by its owner. A client of node-redis needs a listener for `error`: without one a connection that is lost ends the
 * process. Throws `invalid_argument` for a client that runs no scripts, and as `createStore` does.
 */
export function redisStore(client: RedisClient, options: StoreOptions): SessionStore {
  if (typeof client?.eval !== "function") throw new LoginError("invalid_argument", "client has no eval");
  return createStore(redisRecords(client), options);
}
