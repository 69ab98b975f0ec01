import { LoginError } from "./errors.ts";
import { Shared, type SharedLogin, type StoreEntry, type TokenStore } from "./shared.ts";

/** The part of Keyv's interface that a store needs: any object that has it will do. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}

export interface StoreOptions {
  /**
   * At least 32 random bytes, or a text that was made of them (`openssl rand -hex 32`); the same in all processes that
   * share tokens. Another secret opens nothing that was stored under this one.
   */
  secret: string | Uint8Array;
}

/**
 * Makes a store for `createSession` of anything with Keyv's `get`, `set` and `delete`. Throws `invalid_argument` if the
 * secret is shorter than 32 bytes.
 *
 * Entries are sealed with AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA-256 (RFC 5869) derives from the
 * secret and the credentials; an entry's name is derived in the same way, and API and origin are additional
 * authenticated data. So whoever reads the store without the secret learns nothing from it, can test no password with
 * it, and an entry opens for nobody but a session with the same credentials.
 */
export function createStore(keyv: KeyValueStore, { secret }: StoreOptions): TokenStore {
  const material = typeof secret === "string" ? encode(secret) : Uint8Array.from(secret ?? []);
  if (material.length < 32) throw new LoginError("invalid_argument", "The secret is shorter than 32 bytes.");
  return { share: (login, means) => new Shared(openEntry(keyv, material, login), means) };
}

async function openEntry(
  keyv: KeyValueStore,
  secret: Uint8Array<ArrayBuffer>,
  { api, origin, credentials }: SharedLogin,
): Promise<StoreEntry> {
  const login = encode(JSON.stringify([api, origin, Object.entries(credentials).sort()]));
  const salt = await crypto.subtle.digest("SHA-256", login);
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits", "deriveKey"]);
  const derivation = (use: string) => ({ name: "HKDF", hash: "SHA-256", salt, info: encode(`login-apis ${use}`) });
  const key = await crypto.subtle.deriveKey(derivation("seal"), base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const name = toText(await crypto.subtle.deriveBits(derivation("name"), base, 256));
  const sealing = (iv: Uint8Array<ArrayBuffer>) => ({
    name: "AES-GCM",
    iv,
    additionalData: encode(JSON.stringify([api, origin])),
  });

  return {
    name,
    async get() {
      const sealed = await keyv.get(name);
      if (typeof sealed !== "string") return undefined;
      try {
        const bytes = fromText(sealed);
        const opened = await crypto.subtle.decrypt(sealing(bytes.slice(0, ivLength)), key, bytes.slice(ivLength));
        return JSON.parse(new TextDecoder().decode(opened));
      } catch {
        return undefined;
      }
    },
    async set(content, ttl) {
      const iv = crypto.getRandomValues(new Uint8Array(ivLength));
      const sealed = await crypto.subtle.encrypt(sealing(iv), key, encode(JSON.stringify(content)));
      // Keyv reports a store that failed by an event of its own, and here by no more than this.
      if ((await keyv.set(name, toText(iv, sealed), ttl)) === false)
        throw new Error("The store did not take the entry.");
    },
    async delete() {
      await keyv.delete(name);
    },
  };
}

/** The length that NIST SP 800-38D recommends, in bytes. */
const ivLength = 12;

const encode = (text: string) => new TextEncoder().encode(text);

function toText(...parts: (ArrayBuffer | Uint8Array)[]): string {
  const characters = parts.flatMap((part) => Array.from(new Uint8Array(part), (byte) => String.fromCharCode(byte)));
  return btoa(characters.join(""));
}

function fromText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
