import { watch } from "node:fs";

/** Editors write a file in several steps; what comes within so many milliseconds is one change. */
const settled = 100;

/** Calls `changed` after each change in the folders, one call at a time. Ends with the signal, and keeps no process alive. */
export function watchFolders(folders: string[], changed: () => Promise<void>, signal: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  const notice = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(changed);
    }, settled);
    timer.unref();
  };
  // A folder that is gone, or that the system cannot watch any more, ends the watching and not the mock.
  for (const folder of folders) watch(folder, { persistent: false, signal }, notice).on("error", () => {});
}
