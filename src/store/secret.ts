import { LoginError } from "../errors.ts";
import type { SessionStore } from "./place.ts";
import type { RecordStore } from "./records.ts";
import { belongingOf, sealed } from "./sealed.ts";
import { sharedPlace } from "./shared.ts";

/** The options of a store. */
export interface StoreOptions {
  /**
   * What records are sealed with: a text or bytes that chance made, of at least 32 characters or bytes, such as what
   * `openssl rand -base64 32` prints. It must be the same for all who share; another one is a cold start.
   */
  secret: string | Uint8Array;
}

/** Bytes in memory of their own, which nothing shares; before TypeScript 5.7 `Uint8Array` cannot say so. */
export type Bytes = ReturnType<Uint8Array["slice"]>;

/** The shortest secret, in bytes. */
const shortestSecret = 32;

/** A store of records that are sealed with what `secret` gives. */
export function storeOf(records: RecordStore, secret: () => Promise<Bytes>): SessionStore {
  return {
    place: (login, means) => sharedPlace(sealed(records, secret), belongingOf(login), means),
  };
}

/** The secret among options, as bytes of our own. Throws `invalid_argument`. */
export function checkSecret(options: Partial<StoreOptions> | undefined): Bytes {
  checkOptions(options);
  const secret = options?.secret;
  if (secret === undefined) throw new LoginError("invalid_argument", "secret is missing");
  const isText = typeof secret === "string";
  if (!isText && !ArrayBuffer.isView(secret)) {
    throw new LoginError("invalid_argument", "secret is neither text nor bytes");
  }
  const bytes = isText ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  if (bytes.length < shortestSecret) {
    throw new LoginError("invalid_argument", `secret is shorter than ${shortestSecret} bytes`);
  }
  return bytes;
}

/** Throws `invalid_argument` for options that are none, or do not exist. */
export function checkOptions(options: object | undefined): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) {
    throw new LoginError("invalid_argument", "options are no object");
  }
  const unknown = Object.keys(options).find((name) => name !== "secret");
  if (unknown !== undefined) throw new LoginError("invalid_argument", `${unknown} is no option`);
}
