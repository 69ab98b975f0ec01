import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { codeOf, isWithin } from "../file-system.ts";
import { peers, requirePeers } from "../openapi/peers.ts";
import type { SourceDocument } from "../openapi/read.ts";
import { UserError } from "../openapi/user-error.ts";
import { print, readCommand, readFileNames, readSiteUrl } from "./command-line.ts";

const known = { out: { type: "string" }, "site-url": { type: "string" } } as const;

const usage = `Usage: login-apis docs --out <folder> <file…> [--site-url <url>]

Builds a folder that any web server can serve and that needs no network: of each document a page, its twin in Markdown,
and the document as YAML and JSON; and a page that compares them. The folder is replaced whole.

  --out <folder>    where to build
  --site-url <url>  where it will be served, for canonical links and a sitemap`;

/** Every build has this file, and hardly anything else does. */
const mark = "llms.txt";

/** `docs --out <folder> <file…>`: builds the docs of documents. */
export async function docsCommand(args: string[]): Promise<void> {
  const asked = readCommand(args, known, usage);
  if (!asked) return;
  const { out, "site-url": siteUrl } = asked.options;
  const files = readFileNames(asked.operands, usage);
  if (out === undefined) throw new UserError("Say where to build: --out <folder>, such as --out site.", 2);
  const site = siteUrl === undefined ? undefined : readSiteUrl(siteUrl);
  await refuseForeignFolder(out);
  requirePeers("login-apis docs", [...peers.reading, ...peers.checking, ...peers.docs]);
  const { readChecked } = await import("../openapi/check.ts");
  const documents = await readChecked(files);

  const { buildDocs } = await import("../docs/build.ts");
  const { replaceFolder } = await import("../docs/folder.ts");
  const built = await buildDocs(await Promise.all(documents.map(withText)), { site });
  await replaceFolder(out, built);
  print(`Built ${[...built.keys()].map((path) => `${out}${path}`).join(", ")}.`);
}

/** A document in YAML is served as it was written. */
async function withText({ name, document, file }: SourceDocument) {
  return { name, document, ...(file.endsWith(".json") ? {} : { yaml: await readFile(file, "utf8") }) };
}

/** Throws a `UserError` if a file, or a folder that holds something else than an earlier build, would be gone. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const present = await readdir(folder).catch((error: unknown): string[] => {
    if (codeOf(error) === "ENOTDIR") throw new UserError(`${folder} is a file: name a folder.`, 2);
    return [];
  });
  if (isWithin(resolve(folder), process.cwd()) || (present.length > 0 && !present.includes(mark)))
    throw new UserError(`${folder} holds other files, and a build replaces the folder: name one of its own.`, 2);
}
