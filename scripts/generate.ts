import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generate } from "../src/generate/generate.ts";
import { command, UserError } from "./command.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

const folder = "generated";

await command(import.meta, { check: { type: "boolean" } }, async ({ check }) => {
  const documents = await readDocuments();
  console.log(check ? await checkGenerated(documents) : await writeGenerated(documents));
});

/** Writes what belongs to the documents, removes what belongs to none, and says so. */
export async function writeGenerated(documents: SourceDocument[]): Promise<string> {
  const files = await render(documents);
  for (const file of await filesIn(folder)) if (!files.has(file)) await rm(file);
  for (const [file, content] of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return `Generated ${files.size} files for ${documents.map(({ name }) => name).join(", ")}.`;
}

/** Throws a `UserError` that names every file that is stale, missing or belongs to no document. */
async function checkGenerated(documents: SourceDocument[]): Promise<string> {
  const files = await render(documents);
  const present = await filesIn(folder);
  const problems = present.filter((file) => !files.has(file)).map((file) => `${file} belongs to no document`);
  for (const [file, content] of files) {
    if (!present.includes(file)) problems.push(`${file} is missing`);
    else if ((await readFile(file, "utf8")) !== content) problems.push(`${file} is stale`);
  }
  if (problems.length > 0) throw new UserError(`${problems.join("\n")}\nRun: npm run generate`);
  return `${folder}/ is up to date with ${documents.length} documents.`;
}

async function render(documents: SourceDocument[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const document of documents) {
    for (const [name, content] of await generate(document, "../../src/runtime.ts"))
      files.set(join(folder, document.name, name), content);
  }
  return files;
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
