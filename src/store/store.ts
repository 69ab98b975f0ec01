import { LoginError } from "../errors.ts";
import type { SessionStore } from "./place.ts";
import type { RecordStore } from "./records.ts";
import { checkSecret, type StoreOptions, storeOf } from "./secret.ts";

export type { SessionStore } from "./place.ts";
export type { RecordStore, StoredRecord } from "./records.ts";
export type { StoreOptions } from "./secret.ts";

/**
 * Makes the option `store` of a session out of two methods, `read` and `swap`, over anything that has a conditional
 * write. What it is given to keep is sealed: AES-256-GCM, under a key that is derived from the secret and from what the
 * record belongs to, as its name is. Throws `invalid_argument` for a secret that is missing or short, for other options,
 * and for records without their methods.
 */
export function createStore(records: RecordStore, options: StoreOptions): SessionStore {
  const hasMethods = typeof records?.read === "function" && typeof records.swap === "function";
  if (!hasMethods) throw new LoginError("invalid_argument", "records have no read and swap");
  const secret = checkSecret(options);
  return storeOf(records, async () => secret);
}
