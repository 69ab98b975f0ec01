import { copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { stringify } from "yaml";
import { readOperations } from "../src/openapi/scenarios.ts";
import { command } from "./command.ts";
import { factsOf } from "./docs/facts.ts";
import { firstPage } from "./docs/first-page.ts";
import { llmsText } from "./docs/llms.ts";
import { type ReferencePage, referencePage } from "./docs/reference.ts";
import { readSamples, sampleBaseUrl } from "./docs/samples.ts";
import { comparisonTable } from "./docs/table.ts";
import { findTranslations, type Translation, translate } from "./docs/translations.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

export const docsFolder = "dist/docs";

await command(import.meta, { table: { type: "boolean" } }, async ({ table }) => {
  const documents = await readDocuments();
  console.log(table ? comparisonTable(documents.map(factsOf)) : await buildDocs(documents));
});

export interface DocsOptions {
  folder?: string;
  /** The base URL that these docs are served at, with the mock behind them: their samples and curl lines then ask that. */
  mock?: string | undefined;
  /** Gets a line for every page that is done. */
  report?: (line: string) => void;
  /** Stops the building, which then rejects. */
  signal?: AbortSignal | undefined;
}

/** Builds all the docs, and gives a list of what it wrote and how large that is. */
export async function buildDocs(
  documents: SourceDocument[],
  { folder = docsFolder, mock, report = console.log, signal }: DocsOptions = {},
): Promise<string> {
  const samples = await readSamples(readOperations(documents), mock ?? sampleBaseUrl);
  const translations = await findTranslations();
  const pages = await pagesOf(documents, translations, signal);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  const apis = documents.map(factsOf);
  await write("index.html", await firstPage({ apis, samples, translations, mock }));
  await write("llms.txt", llmsText(apis, samples, translations));
  await build({
    entryPoints: ["scripts/docs/browser/first-page.ts"],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  for (const { stem, document } of pages) await write(`${stem}.json`, `${JSON.stringify(document, undefined, 2)}\n`);
  for (const { stem, document, source } of pages)
    await (source ? copyFile(source, join(folder, `${stem}.yaml`)) : write(`${stem}.yaml`, stringify(document)));

  let built = 0;
  await Promise.all(
    pages.map(async (page) => {
      await write(`${page.stem}.html`, await referencePage(page, samples, signal));
      built += 1;
      report(`[${built}/${pages.length}] ${folder}/${page.stem}.html`);
    }),
  );
  return inventory(folder);
}

/** A page for every document and every translation of one. */
async function pagesOf(
  documents: SourceDocument[],
  translations: Translation[],
  signal: AbortSignal | undefined,
): Promise<(ReferencePage & { source?: string })[]> {
  const originals = documents.map(({ name, document, file }) => ({
    name,
    language: "en",
    document,
    stem: name,
    source: file,
  }));
  const translated = translations.map(async (translation) => ({
    name: translation.name,
    language: translation.language,
    document: await translate(translation, documents, signal),
    stem: `${translation.name}.${translation.language}`,
  }));
  const pages = [...originals, ...(await Promise.all(translated))];
  return pages.map((page) => ({
    ...page,
    others: pages.filter((other) => other.name === page.name && other !== page),
  }));
}

async function inventory(folder: string): Promise<string> {
  const files = (await readdir(folder)).sort();
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  const lines = files.map((file, index) => `${kilobytes(sizes[index] ?? 0).padStart(9)}  ${folder}/${file}`);
  return [...lines, `${kilobytes(sizes.reduce((sum, size) => sum + size, 0)).padStart(9)}  in all`].join("\n");
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString("en")} kB`;
}
