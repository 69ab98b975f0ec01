import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { UserError } from "../openapi/user-error.ts";

/** Generated files by their path within their folder, which names an API and a file: `billing/index.ts`. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** Whether a file that belongs to no document was generated once, by its content. */
export type IsGenerated = (content: string) => boolean;

/** Writes files into a folder, and removes those that were generated once and belong to no document any more. */
export async function writeFolder(folder: string, files: GeneratedFiles, isGenerated: IsGenerated): Promise<void> {
  for (const path of await orphans(folder, files, isGenerated)) await rm(join(folder, path));
  for (const [path, content] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Throws a `UserError` that names every file that is stale, missing or belongs to no document, and `remedy`. */
export async function checkFolder(
  folder: string,
  files: GeneratedFiles,
  isGenerated: IsGenerated,
  remedy: string,
): Promise<void> {
  const problems = (await orphans(folder, files, isGenerated)).map(
    (path) => `${join(folder, path)} belongs to no document`,
  );
  for (const [path, content] of files) {
    const file = join(folder, path);
    const present = await readFile(file, "utf8").catch(() => undefined);
    if (present === undefined) problems.push(`${file} is missing`);
    else if (withoutReturns(present) !== content) problems.push(`${file} is stale`);
  }
  if (problems.length > 0) throw new UserError(`${problems.join("\n")}\nRun: ${remedy}`);
}

/** Git may have made CRLF of line ends. */
function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

async function orphans(folder: string, files: GeneratedFiles, isGenerated: IsGenerated): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const present = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const unknown = present.filter((file) => !files.has(relative(folder, file).replaceAll("\\", "/")));
  const judged = await Promise.all(unknown.map(async (file) => isGenerated(await readFile(file, "utf8"))));
  return unknown.filter((_, index) => judged[index]).map((file) => relative(folder, file));
}
