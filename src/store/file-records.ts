import { link, mkdir, readdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, patiently } from "../file-system.ts";
import { ownStats, unlessAbsent } from "./own-files.ts";
import type { RecordStore, StoredRecord } from "./records.ts";

/** How long what is written is good for being linked, in milliseconds: nobody waits longer for a store. */
const longestSwap = 2_000;
/** How late after its reading a record may be written, in milliseconds: its instants count from its writing. */
const longestLag = 30_000;
/** When a draft's writer has died, in milliseconds. */
const draftAge = 60_000;
/** For how long what is of no use any more is kept, in milliseconds. */
const keptBeyondUse = 60 * 60_000;
/** How often a record that changes meanwhile is read anew. */
const mostLooks = 50;
/** No record is longer than that, in bytes. */
const longestText = 4 * 2 ** 20;
/** Numbers beyond are none of ours: the next could not be told from them. */
const longestNumber = 15;
/** Begins the name of a record's folder that is being removed. */
const aside = "gone-";
/** One swap in so many looks at that many folders whether they are of use. */
const sweepsOneIn = 64;

/** What was read, and when. */
interface Version {
  /** 0 where there is none. */
  number: number;
  readAt: number;
}

interface Listing {
  /** The highest version, which is the record; 0 where there is none. */
  highest: number;
  versions: number[];
  drafts: string[];
}

/**
 * Records in the files of one machine: a folder for each, and in it one file a version, of which the highest number is the
 * record. What makes it safe is that a file is linked under a number only if that is not taken. Nobody reads what is half
 * written, a process that dies leaves nothing that anybody must wait for, and there is no lock.
 */
export function fileRecords(folder: string): RecordStore {
  return {
    async read(name) {
      const record = join(folder, name);
      // At once: on a busy machine the waiting between one and the next is what takes long.
      let [isThere, listing] = await Promise.all([areOwn(folder, record), list(record)]);
      if (!isThere && (await settleAside(folder, name))) {
        [isThere, listing] = await Promise.all([areOwn(folder, record), list(record)]);
      }
      if (!isThere) return { version: versionOf(0), age: 0 };
      for (let looks = 0; looks < mostLooks; looks++) {
        const { highest } = listing;
        const found = highest === 0 ? { age: 0 } : await readVersion(join(record, `${highest}`));
        // A listing is no snapshot, and what it shows may have been replaced while it was read.
        listing = await list(record);
        if (found && listing.highest === highest) return { version: versionOf(highest), ...found };
      }
      throw new Error("The record changes too fast to be read.");
    },

    async swap(name, read, text, ttl) {
      const version = read as Version;
      const record = join(folder, name);
      if (version.number === 0) await mkdir(record, { recursive: true, mode: 0o700 });
      if (!(await areOwn(folder, record))) return false;
      const landed = await swapIn(record, version, `${Math.ceil(ttl)}\n${text}`);
      if (landed && Math.random() < 1 / sweepsOneIn) void sweep(folder).catch(() => {});
      return landed;
    },
  };
}

/** Whether both folders are there. Rejects if one is not this user's alone. */
async function areOwn(folder: string, record: string): Promise<boolean> {
  const found = await Promise.all([ownStats(folder, "folder"), ownStats(record, "folder")]);
  return found.every((stats) => stats !== undefined);
}

async function list(record: string): Promise<Listing> {
  const names = (await unlessAbsent(patiently(() => readdir(record)))) ?? [];
  const versions = names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  const highest = Math.max(0, ...versions);
  if (`${highest}`.length > longestNumber) throw new Error(`${record} has a file that is no version.`);
  return { highest, versions, drafts: names.filter((name) => name.startsWith("draft-")) };
}

/** What a version holds, without its text where that is of no use any more. Gives nothing where the file is gone. */
async function readVersion(file: string): Promise<Omit<StoredRecord, "version"> | undefined> {
  const stats = await ownStats(file, "file");
  if (!stats) return undefined;
  // When it was written: `ctime` would move whenever another of its names is removed, also by others and much later.
  const age = Math.max(0, Date.now() - stats.mtimeMs);
  if (stats.size > longestText) return { age };
  const held = await unlessAbsent(patiently(() => readFile(file, "utf8")));
  if (held === undefined) return undefined;
  const [, ttl, text] = /^(\d+)\n(.*)$/s.exec(held) ?? [];
  const isOfUse = text !== undefined && age < Number(ttl);
  return isOfUse ? { age, text } : { age };
}

function versionOf(number: number): Version {
  return { number, readAt: Date.now() };
}

async function swapIn(record: string, { number, readAt }: Version, held: string): Promise<boolean> {
  const draft = join(record, `draft-${globalThis.crypto.randomUUID()}`);
  const next = number + 1;
  try {
    // Where the folder has gone meanwhile, what was read is not there any more.
    const isWritten = await unlessAbsent(writeFile(draft, held, { flag: "wx", mode: 0o600 }).then(() => true));
    if (!isWritten) return false;
    // Beside a draft nobody removes the folder; it may be another one than was read.
    const [{ highest }, written] = await Promise.all([list(record), ownStats(draft, "file")]);
    const isInTime = written && written.mtimeMs - readAt <= longestLag && Date.now() - written.mtimeMs <= longestSwap;
    if (highest !== number || !isInTime) return false;
    if (!(await linked(draft, join(record, `${next}`)))) return false;
  } finally {
    await patiently(() => unlink(draft)).catch(() => {});
  }
  const listing = await list(record);
  if (listing.highest !== next) {
    // The number was used before and has been removed since; or somebody has replaced this already. Reading tells which.
    await unlink(join(record, `${next}`)).catch(() => {});
    throw new Error("The record was replaced within the swap.");
  }
  await tidy(record, listing);
  return true;
}

/** Whether a file got a second name; not if that is taken, or the file is gone. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await patiently(() => link(draft, file));
    return true;
  } catch (error) {
    if (["EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/**
 * Removes what has been replaced, and what the dead have left. The last but one stays, so that a listing during which the
 * highest is replaced shows one of the two.
 */
async function tidy(record: string, { highest, versions, drafts }: Listing): Promise<void> {
  const replaced = versions.filter((version) => version < highest - 1);
  const removed = replaced.map((version) => patiently(() => unlink(join(record, `${version}`))).catch(() => {}));
  await Promise.all([...removed, ...drafts.map((draft) => removeOldDraft(join(record, draft)))]);
}

async function removeOldDraft(draft: string): Promise<void> {
  const stats = await ownStats(draft, "file").catch(() => undefined);
  const isOld = stats && Date.now() - stats.mtimeMs > draftAge;
  if (isOld) await patiently(() => unlink(draft)).catch(() => {});
}

/** Looks at some of the folders, by chance, and removes those whose record is of no use any more. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder);
  const share = Math.min(1, sweepsOneIn / names.length);
  for (const name of names) {
    if (Math.random() >= share) continue;
    const record = name.startsWith(aside) ? name.slice(aside.length) : name;
    if (name.startsWith("draft-")) await removeOldDraft(join(folder, name));
    // Whatever else somebody has there is not ours to remove.
    if (!/^[0-9a-f]{32}$/.test(record)) continue;
    if (record === name) await sweepRecord(folder, record);
    else await settleAside(folder, record);
  }
}

/** Removes a record that is of no use, if nobody is writing it. */
export async function sweepRecord(folder: string, name: string): Promise<void> {
  const record = join(folder, name);
  const stats = await ownStats(record, "folder");
  if (!stats) return;
  const { highest, drafts } = await list(record);
  await Promise.all(drafts.map((draft) => removeOldDraft(join(record, draft))));
  if (highest === 0) {
    // Somebody may have made it just now.
    if (Date.now() - stats.mtimeMs > draftAge) await rmdir(record).catch(() => {});
    return;
  }
  if (drafts.length > 0 || !(await isPastUse(join(record, `${highest}`)))) return;
  // With its folder a draft is gone for its writer, who then does not swap.
  await patiently(() => rename(record, join(folder, aside + name)));
  await settleAside(folder, name);
}

/**
 * Removes a record that was put aside, or brings it back where somebody has swapped just before. Whoever finds no record
 * does it too, since the process that put it aside may have died. Gives whether there was one.
 */
async function settleAside(folder: string, name: string): Promise<boolean> {
  const path = join(folder, aside + name);
  if (!(await ownStats(path, "folder"))) return false;
  const { highest, versions } = await list(path);
  const newest = join(path, `${highest}`);
  const isSwapped = highest > 0 && !(await isPastUse(newest)) && (await ownStats(newest, "file"));
  if (isSwapped) {
    await unlessAbsent(patiently(() => rename(path, join(folder, name))));
    return true;
  }
  // The newest last: without it an older one would be the record.
  for (const version of versions.sort((a, b) => a - b))
    await unlessAbsent(patiently(() => unlink(join(path, `${version}`))));
  await rm(path, { recursive: true, force: true });
  return true;
}

async function isPastUse(file: string): Promise<boolean> {
  const found = await readVersion(file);
  return found !== undefined && found.text === undefined && found.age > keptBeyondUse;
}
