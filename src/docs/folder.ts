import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, isInUse, patiently } from "../file-system.ts";
import { UserError } from "../openapi/user-error.ts";
import type { DocsFiles } from "./build.ts";

/** A draft is in its place within a second: one as old as this, in milliseconds, is that of a process that was killed. */
const abandoned = 60_000;

/** How often others may have put their folder there in between; each is another process that builds at this moment. */
const maximumAttempts = 20;

/**
 * Replaces a folder by one that holds these files and nothing else. They are written beside it and put in its place
 * when all are there: whoever reads a file meanwhile gets all of the old or all of the new one, or for a moment none.
 */
export async function replaceFolder(folder: string, files: DocsFiles): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
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

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;

async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || !uuid.test(name.slice(prefix.length))) continue;
    const draft = join(dirname(folder), name);
    const changed = await stat(draft).then(
      ({ ctimeMs }) => ctimeMs,
      // Another process has put it in its place or removed it.
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - changed > abandoned) await rm(draft, { recursive: true, force: true });
  }
}

async function swap(draft: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${draft}.${attempt}`;
    const hadOld = await moveAway(folder, old);
    const failure = await patiently(() => rename(draft, folder)).catch((error: unknown) => error);
    const isOver = failure === undefined || !isTaken(failure) || attempt === maximumAttempts;
    if (failure !== undefined && isOver && hadOld) await rename(old, folder);
    await rm(old, { recursive: true, force: true });
    if (failure !== undefined && isOver) throw failure;
    if (isOver) return;
  }
}

/** Whether there was a folder to move. Throws a `UserError` if something of it is open on Windows, which then moves nothing. */
async function moveAway(folder: string, old: string): Promise<boolean> {
  try {
    await patiently(() => rename(folder, old));
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    if (isInUse(error)) throw new UserError(`${folder} cannot be replaced (${codeOf(error)}): is it open elsewhere?`);
    throw error;
  }
}

/** Whether another process has put its folder there since ours was moved away; Windows says EPERM. */
function isTaken(error: unknown): boolean {
  return ["ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error) ?? "");
}
