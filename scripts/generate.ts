import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { command, UserError } from "./command.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

const folder = "generated";

await command(import.meta, { check: { type: "boolean" } }, async ({ check }) => {
  const documents = await readDocuments();
  console.log(check ? await checkGenerated(documents) : await generate(documents));
});

/** Writes what belongs to the documents, removes what belongs to none, and says so. */
export async function generate(documents: SourceDocument[]): Promise<string> {
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
    files.set(join(folder, document.name, "schema.ts"), await schema(document));
    files.set(join(folder, document.name, "client.ts"), client(document));
  }
  return files;
}

async function schema({ file }: SourceDocument): Promise<string> {
  // It loads the TypeScript compiler: what is wrong with the options or the documents is said before.
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const types = astToString(await openapiTS(pathToFileURL(file), { silent: true, emptyObjectsUnknown: true }));
  return `// Generated from ${file} by \`npm run generate\`. Do not edit.\n\n${types}`;
}

/** A server without variables is a real host and so the default; with variables, only the caller knows it. */
function client({ name, file, document: { info, servers } }: SourceDocument): string {
  const host = servers?.find(({ variables }) => !variables)?.url;
  const settings = host ? `options, ${JSON.stringify(host)}` : "options";
  const where = host ? `${host} unless told otherwise` : "the host that `baseUrl` names";
  return `// Generated from ${file} by \`npm run generate\`. Do not edit.

import { type Client, createApiClient } from "../../src/client.ts";
import { type ClientOptions, type Connection, connect } from "../../src/connection.ts";
import type { paths } from "./schema.ts";

/**
 * Creates a client of the API "${info.title}", typed by its document, for ${where}. Throws a
 * \`LoginError\` if an option cannot be used.
 */
export function createClient(${host ? "options?: ClientOptions" : "options: ClientOptions & { baseUrl: string }"}): Client<"${name}", paths> {
  return createApiClient<"${name}", paths>("${name}", ${settings});
}

/** Opens the way to the API that such a client has beneath it, for a session. */
export function openConnection(options: ClientOptions): Connection {
  return connect(${JSON.stringify(host)}, options);
}
`;
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
