import { readSiteUrl } from "../src/cli/command-line.ts";
import type { DocsFiles } from "../src/docs/build.ts";
import { replaceFolder } from "../src/docs/folder.ts";
import { pageModel } from "../src/docs/page-model.ts";
import { sampleBaseUrl } from "../src/docs/samples.ts";
import { comparisonTables } from "../src/docs/table.ts";
import { wordsOf } from "../src/docs/words.ts";
import { command } from "./command.ts";
import { buildDocs } from "./docs/build.ts";
import { redocFiles } from "./docs/redoc.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

const folder = "dist/docs";

const usage = `Usage: npm run docs -- [--site-url <url>] [--redoc]
       npm run docs -- --table

Builds the docs into ${folder}/, a folder that any web server can serve.

  --site-url  where they will be served, for canonical links and a sitemap
  --redoc     Redoc's page of each API too, as \`redocly build-docs\` makes it
  --table     builds nothing, and prints the tables of the README that compare the APIs`;

const known = { table: { type: "boolean" }, redoc: { type: "boolean" }, "site-url": { type: "string" } } as const;

await command(
  import.meta,
  known,
  async ({ table = false, redoc = false, "site-url": siteUrl }) => {
    const site = siteUrl === undefined ? undefined : readSiteUrl(siteUrl);
    const documents = await readDocuments();
    if (table) return console.log(tablesOf(documents));
    const { readEntries, readReference } = await import("./docs/reference.ts");
    const reference = await readReference(await readEntries(documents.map(({ name }) => name)));
    const own = await buildDocs(documents, { site, redoc, reference });
    const files = redoc ? new Map([...own, ...(await redocFiles(own))]) : own;
    await replaceFolder(folder, files);
    console.log(inventory(files));
  },
  usage,
);

function tablesOf(documents: SourceDocument[]): string {
  const words = wordsOf("en");
  return comparisonTables(
    documents.map((document) => pageModel(document, words, sampleBaseUrl)),
    words,
  );
}

function inventory(files: DocsFiles): string {
  const sizes = [...files].map(([path, { body }]) => ({ name: `${folder}${path}`, size: Buffer.byteLength(body) }));
  const sum = sizes.reduce((total, { size }) => total + size, 0);
  return [...sizes.sort((one, other) => (one.name < other.name ? -1 : 1)), { name: "in all", size: sum }]
    .map(({ name, size }) => `${kilobytes(size).padStart(9)}  ${name}`)
    .join("\n");
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString("en")} kB`;
}
