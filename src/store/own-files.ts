import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { homedir } from "node:os";
import type { PlatformPath } from "node:path";
import { codeOf, isWithin } from "../file-system.ts";

/** What is wrong with a file or folder that must be this user's alone; nothing where nothing is. */
export function faultOf(stats: Stats, kind: "file" | "folder"): string | undefined {
  if (stats.isSymbolicLink()) return "is a symbolic link";
  const isKind = kind === "file" ? stats.isFile() : stats.isDirectory();
  if (!isKind) return `is no ${kind}`;
  // Windows has no such owners and modes: see `isOpenOnWindows`.
  if (!process.getuid) return undefined;
  if (stats.uid !== process.getuid()) return "belongs to another user";
  if ((stats.mode & 0o077) !== 0) return "is open to others";
  return undefined;
}

/** What there is of a file or folder, and nothing where there is none. Rejects if it is not this user's alone. */
export async function ownStats(path: string, kind: "file" | "folder"): Promise<Stats | undefined> {
  const stats = await unlessAbsent(lstat(path));
  const fault = stats && faultOf(stats, kind);
  if (fault) throw new Error(`${path} ${fault}.`);
  return stats;
}

/** Gives nothing where a file or folder is not there. */
export async function unlessAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether Windows may let others into a folder: it is as open as the one that it is in, and only the profile is the user's alone. */
export function isOpenOnWindows(folder: string, profile: string = homedir(), platform?: PlatformPath): boolean {
  return !isWithin(profile, folder, platform);
}
