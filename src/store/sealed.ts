import type { SharedLogin } from "./place.ts";
import type { RecordStore } from "./records.ts";

/** Part of what names and keys are derived from, so that a text of another form is no text to whoever knows only this one. */
const form = "login-apis/1";

/** What a login's record is stored under, and sealed with. */
interface Derived {
  name: string;
  key: CryptoKey;
}

interface SealedVersion {
  name: string;
  version: unknown;
}

/** As text, what a record belongs to: equal for those who share it, and for nobody else. */
export function belongingOf({ api, baseUrl, headers, credentials }: SharedLogin): string {
  const sent = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value])
    .filter(([name]) => name !== "user-agent");
  const address = baseUrl.replace(/\/$/, "");
  return JSON.stringify([api, address, inOrder(Object.fromEntries(sent)), inOrder(credentials)]);
}

/** A value whose members are in the order of their names, all the way down. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, inOrder(member)]);
  return members.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

/**
 * Records that are named by what they belong to, in a store that learns neither that nor what is in them. A text that
 * does not open is none, of the version that it has.
 */
export function sealed(records: RecordStore, secret: () => Promise<Uint8Array<ArrayBuffer>>): RecordStore {
  let last: { secret: Uint8Array; belonging: string; derived: Derived } | undefined;

  async function derivedFor(belonging: string): Promise<Derived> {
    const from = await secret();
    if (last && last.secret === from && last.belonging === belonging) return last.derived;
    // Kept when it is there, and not as a promise: in a worker another request's may never settle.
    const derived = await derive(from, belonging);
    last = { secret: from, belonging, derived };
    return derived;
  }

  return {
    async read(belonging) {
      const { name, key } = await derivedFor(belonging);
      const { version, text, age } = await records.read(name);
      if (!Number.isFinite(age)) throw new TypeError("A record's age is no number.");
      // Bytes, for example: if they counted as nothing, a refused password would be sent again and again.
      const isText = text === undefined || text === null || typeof text === "string";
      if (!isText) throw new TypeError("A record's text is no text.");
      const opened = await open(key, text);
      const read: SealedVersion = { name, version };
      return { version: read, age: Math.max(0, age), ...(opened !== undefined && { text: opened }) };
    },
    async swap(belonging, read, text, ttl) {
      const { name, version } = read as SealedVersion;
      const derived = await derivedFor(belonging);
      // Another secret since it was read is another record.
      if (derived.name !== name) return false;
      return records.swap(name, version, await seal(derived.key, text), ttl);
    },
  };
}

async function derive(secret: Uint8Array<ArrayBuffer>, belonging: string): Promise<Derived> {
  const { subtle } = globalThis.crypto;
  // Some platforms take no more than 1,024 bytes of what a key is for.
  const digest = new Uint8Array(await subtle.digest("SHA-256", utf8(belonging)));
  const material = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const bits = async (purpose: string, length: number) => {
    const info = new Uint8Array([...utf8(`${form} ${purpose} `), ...digest]);
    return subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, material, length);
  };
  const [name, key] = await Promise.all([bits("name", 128), bits("key", 256)]);
  return {
    // In digits, since a file's name may be compared without case.
    name: [...new Uint8Array(name)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    key: await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]),
  };
}

/** Bytes that AES-GCM needs anew for every text. */
const nonceLength = 12;

async function seal(key: CryptoKey, text: string): Promise<string> {
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(nonceLength));
  const bytes = await globalThis.crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, utf8(text));
  const all = [...nonce, ...new Uint8Array(bytes)];
  return btoa(all.map((byte) => String.fromCharCode(byte)).join(""));
}

async function open(key: CryptoKey, text: string | undefined): Promise<string | undefined> {
  if (typeof text !== "string") return undefined;
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const nonce = bytes.subarray(0, nonceLength);
    const opened = await globalThis.crypto.subtle.decrypt(
      { name: "AES-GCM", iv: nonce },
      key,
      bytes.subarray(nonceLength),
    );
    return new TextDecoder().decode(opened);
  } catch {
    return undefined;
  }
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
