import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import { redocly } from "./redocly.ts";

export const docsFolder = "dist/docs";

/** The only thing that Redoc's page fetches; with an empty image in its place the page leaves the logo out. */
const logo = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;

await command(import.meta, {}, async () => console.log(await buildDocs(await readDocuments())));

/** Builds the reference page of every document, the documents as files, and a page that leads to them. */
export async function buildDocs(documents: SourceDocument[], signal?: AbortSignal): Promise<string> {
  await rm(docsFolder, { recursive: true, force: true });
  await mkdir(docsFolder, { recursive: true });
  await Promise.all(documents.map(({ name, file }) => buildReference(file, join(docsFolder, `${name}.html`), signal)));
  for (const { name, file, document } of documents) {
    await writeFile(join(docsFolder, `${name}.yaml`), await readFile(file));
    await writeFile(join(docsFolder, `${name}.json`), JSON.stringify(document, undefined, 2));
  }
  await writeFile(join(docsFolder, "index.html"), firstPage(documents));
  return `Built ${docsFolder}/: a page for each of ${documents.length} documents, and index.html, which leads to them.`;
}

async function buildReference(file: string, page: string, signal: AbortSignal | undefined): Promise<void> {
  await redocly(["build-docs", file, "-o", page, "--inlineBundle"], signal);
  await writeFile(page, (await readFile(page, "utf8")).replace(logo, "data:,"));
}

function firstPage(documents: SourceDocument[]): string {
  const entries = documents.map(
    ({ name, document: { info } }) =>
      `<li><a href="${name}.html">${info.title}</a>: ${info.summary} (<a href="${name}.yaml">YAML</a>, <a href="${name}.json">JSON</a>)</li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>login-apis</title>
<h1>login-apis</h1>
<p>Logins that publish no contract a machine can read, and the contract of each.</p>
<ul>
${entries.join("\n")}
</ul>
`;
}
