import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { LoginError } from "../errors.ts";
import { codeOf } from "../file-system.ts";
import { fileRecords } from "./file-records.ts";
import { faultOf, isOpenOnWindows, ownStats } from "./own-files.ts";
import type { SessionStore } from "./place.ts";
import { type Bytes, checkOptions, checkSecret, type StoreOptions, storeOf } from "./secret.ts";

export type { SessionStore } from "./place.ts";

/** The options of `fileStore`: without a `secret` it makes one of its own, beside the records. */
export type FileStoreOptions = Partial<StoreOptions>;

const secretLength = 32;

/**
 * Makes the option `store` of a session out of a folder, for the processes of one machine that run as one user: threads,
 * cluster workers, and containers that share a local volume too. The folder is made if it is not there, and is this user's
 * alone. Without a `secret` it makes one of its own, beside the records. Throws `invalid_argument` for a folder that
 * others can open, that is another user's, a symbolic link, or on a file system without hard links, and for a secret that
 * is short; no network file system is safe. On Windows, where modes and owners say nothing, a folder outside of the user's
 * profile needs a `secret`.
 */
export function fileStore(folder: string, options: FileStoreOptions = {}): SessionStore {
  if (typeof folder !== "string" || folder === "") throw new LoginError("invalid_argument", "folder is no path");
  checkOptions(options);
  const given = options.secret === undefined ? undefined : checkSecret(options);
  const path = resolve(folder);
  const isSafe = given !== undefined || process.platform !== "win32" || !isOpenOnWindows(path);
  if (!isSafe)
    throw new LoginError("invalid_argument", "folder is outside of the user's profile, and there is no secret");
  prepare(path);
  return storeOf(fileRecords(path), given ? async () => given : ownSecret(path));
}

/** Makes the folder, and throws for one that cannot be used. */
function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // It may be there and be none, which is said below.
    if (codeOf(error) !== "EEXIST") throw unusable(error);
  }
  const fault = faultOf(lstatSync(folder), "folder");
  if (fault) throw new LoginError("invalid_argument", `folder ${fault}`);

  const probe = join(folder, `draft-${globalThis.crypto.randomUUID()}`);
  try {
    writeFileSync(probe, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    // A disk that is full now need not be later.
    if (["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "")) return;
    throw unusable(error);
  }
  try {
    linkSync(probe, `${probe}-link`);
    unlinkSync(`${probe}-link`);
  } catch {
    // File systems without links have each a code of its own.
    throw new LoginError("invalid_argument", "folder is on a file system without hard links");
  } finally {
    unlinkSync(probe);
  }
}

function unusable(error: unknown): LoginError {
  return new LoginError("invalid_argument", `folder cannot be used: ${codeOf(error)}`);
}

/** A folder's own secret, and what its file was when it was read. */
interface KeptSecret {
  ino: number;
  mtimeMs: number;
  secret: Bytes;
}

/** Gives the folder's own secret. The first who opens the store makes it; where it was removed it is made anew. */
function ownSecret(folder: string): () => Promise<Bytes> {
  const file = join(folder, "secret");
  let kept: KeptSecret | undefined;
  try {
    // Here, since a disk may take long to write it: a store has two seconds for whoever asks for a token.
    kept = loadSecret(folder, file);
  } catch {
    // A disk that is full now need not be later; whatever else is wrong, the store is away for whoever asks.
  }

  return async () => {
    // Its folder is looked at with each record.
    const stats = await ownStats(file, "file");
    const isSame = kept && stats && kept.ino === stats.ino && kept.mtimeMs === stats.mtimeMs;
    if (!kept || !isSame) kept = loadSecret(folder, file);
    return kept.secret;
  };
}

function loadSecret(folder: string, file: string): KeptSecret {
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    assertOwn(folder, "folder");
    makeSecret(folder, file);
  }
  const { ino, mtimeMs } = assertOwn(file, "file");
  const secret = new Uint8Array(readFileSync(file));
  if (secret.length !== secretLength) throw new Error(`${file} is no secret.`);
  return { ino, mtimeMs, secret };
}

/** Throws for what is not this user's alone. */
function assertOwn(path: string, kind: "file" | "folder"): Stats {
  const stats = lstatSync(path);
  const fault = faultOf(stats, kind);
  if (fault) throw new Error(`${path} ${fault}.`);
  return stats;
}

/** As a version is made: nobody reads half of it, and of two who make one the faster wins. */
function makeSecret(folder: string, file: string): void {
  const draft = join(folder, `draft-${globalThis.crypto.randomUUID()}`);
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, globalThis.crypto.getRandomValues(new Uint8Array(secretLength)));
    // A machine that loses its power must not leave an empty one.
    fsyncSync(handle);
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    closeSync(handle);
    unlinkSync(draft);
  }
}
