import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Milliseconds from one look to the next. Some sixty files take about one. */
const interval = 250;

/**
 * Yields after files in some folders, and in the folders within them, were written, added, renamed or removed since the
 * call; a single file may stand among the folders. Once for all that changed while nobody asked, and not before they have been quiet from one look to the next.
 * It looks, and does not have the system tell it: that works on every file system, for a folder that comes, goes and comes
 * again, and however an editor saves. Ends when `signal` is aborted.
 */
export async function watchFolders(folders: string[], signal: AbortSignal): Promise<AsyncIterable<void>> {
  return changesSince(await stateOf(folders), folders, signal);
}

async function* changesSince(start: string, folders: string[], signal: AbortSignal): AsyncGenerator<void> {
  let reported = start;
  let seen = start;
  while (await pause(signal)) {
    const now = await stateOf(folders);
    const isQuiet = now === seen;
    seen = now;
    if (!isQuiet || now === reported) continue;
    reported = now;
    yield;
  }
}

/** Whether to look again. */
function pause(signal: AbortSignal): Promise<boolean> {
  return setTimeout(interval, true, { signal }).catch(() => false);
}

/** A text that is another as soon as a file of the folders is. What vanishes while it is looked at is not there. */
async function stateOf(folders: string[]): Promise<string> {
  const listings = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
      // A file, or nothing yet.
      if (!entries) return [folder];
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const states = await Promise.all(
    listings.flat().map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found ? `${file}\0${found.ino}\0${found.size}\0${found.ctimeMs}` : "";
    }),
  );
  return states.sort().join("\n");
}
