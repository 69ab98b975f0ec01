import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pageModel } from "../src/docs/page-model.ts";
import { sampleBaseUrl } from "../src/docs/samples.ts";
import { comparisonTable } from "../src/docs/table.ts";
import { wordsOf } from "../src/docs/words.ts";
import { command } from "./command.ts";
import { type BuildOptions, buildDocs } from "./docs/build.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

export const docsFolder = "dist/docs";

await command(import.meta, { table: { type: "boolean" } }, async ({ table }) => {
  const documents = await readDocuments();
  const words = wordsOf("en");
  const pages = () => documents.map((document) => pageModel(document, words, sampleBaseUrl));
  console.log(table ? comparisonTable(pages(), words) : await writeDocs(documents));
});

/** Builds all the docs into their folder, and gives a list of what it wrote and how large that is. */
export async function writeDocs(documents: SourceDocument[], options: BuildOptions = {}): Promise<string> {
  const files = await buildDocs(documents, options);
  await rm(docsFolder, { recursive: true, force: true });
  await mkdir(docsFolder, { recursive: true });
  for (const [path, { body }] of files) await writeFile(join(docsFolder, path), body);
  const sizes = [...files].map(([path, { body }]) => [`${docsFolder}${path}`, Buffer.byteLength(body)] as const);
  const sum = sizes.reduce((total, [, size]) => total + size, 0);
  return [...sizes.sort(), ["in all", sum] as const]
    .map(([name, size]) => `${kilobytes(size).padStart(9)}  ${name}`)
    .join("\n");
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString("en")} kB`;
}
