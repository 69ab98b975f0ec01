import * as path from "node:path";

/** The code of the system's error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Whether Windows refuses something since somebody has the file open, or one in the folder. */
export function isInUse(error: unknown): boolean {
  return ["EPERM", "EBUSY", "EACCES"].includes(codeOf(error) ?? "");
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
      if (!isWindows || !isInUse(error) || tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * Whether a place is a folder, or in it. Both are absolute. From one drive of Windows to another there is no way, and
 * `relative` then gives the place itself.
 */
export function isWithin(
  folder: string,
  place: string,
  { isAbsolute, relative, sep }: path.PlatformPath = path,
): boolean {
  const way = relative(folder, place);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
