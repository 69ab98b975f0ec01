import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";

/** What is wrong with a file or folder that must be this user's alone; nothing where nothing is. */
export function faultOf(stats: Stats, kind: "file" | "folder"): string | undefined {
  if (stats.isSymbolicLink()) return "is a symbolic link";
  const isKind = kind === "file" ? stats.isFile() : stats.isDirectory();
  if (!isKind) return `is no ${kind}`;
  // Windows has no such owners and modes.
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

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** How often, and after how many milliseconds each, what an open handle keeps from happening is tried again. */
const mostTries = 20;
const pause = 25;

/** Tries again what Windows refuses while somebody else has the file open. */
export async function patiently<Result>(
  work: () => Promise<Result>,
  isWindows: boolean = process.platform === "win32",
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isInUse = ["EPERM", "EBUSY", "EACCES"].includes(codeOf(error) ?? "");
      if (!isWindows || !isInUse || tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
