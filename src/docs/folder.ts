import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DocsFiles } from "./build.ts";

/** How often others may have put their folder there in between; each is another process that builds at this moment. */
const maximumAttempts = 20;

/**
 * Replaces a folder by one that holds these files and nothing else. They are written beside it and put in its place
 * when all are there: whoever reads a file meanwhile gets all of the old or all of the new one, or for a moment none.
 */
export async function replaceFolder(folder: string, files: DocsFiles): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft);
  try {
    for (const [path, { body }] of files) await writeFile(join(draft, path), body);
    await swap(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function swap(draft: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${draft}.${attempt}`;
    const hadOld = await moveAway(folder, old);
    const failure = await rename(draft, folder).catch((error: unknown) => error);
    const isOver = failure === undefined || !isTaken(failure) || attempt === maximumAttempts;
    if (failure !== undefined && isOver && hadOld) await rename(old, folder);
    await rm(old, { recursive: true, force: true });
    if (failure !== undefined && isOver) throw failure;
    if (isOver) return;
  }
}

/** Whether there was a folder to move. */
async function moveAway(folder: string, old: string): Promise<boolean> {
  try {
    await rename(folder, old);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Whether another process has put its folder there since ours was moved away. */
function isTaken(error: unknown): boolean {
  return ["ENOTEMPTY", "EEXIST"].includes(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
