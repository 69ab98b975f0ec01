import { pathToFileURL } from "node:url";
import type { ApiDocument } from "../openapi/document.ts";
import { readLogin } from "../openapi/login.ts";
import { type EntrySettings, entry } from "./entry.ts";

/** A document, and the file that it was read from. */
export interface DocumentFile extends ApiDocument {
  file: string;
}

/**
 * The files of an API's package, by name: `schema.ts`, the types that openapi-typescript makes of the document, and
 * `index.ts`, its entry. The document has been checked; an Error says what of its login is not whole.
 */
export async function generate(api: DocumentFile, runtime: EntrySettings["runtime"]): Promise<Map<string, string>> {
  const { login, problems } = readLogin(api.document);
  if (!login || problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const heading = `// Generated from ${api.file} by \`npm run generate\`. Do not edit.`;
  return new Map([
    ["schema.ts", `${heading}\n\n${await schemaTypes(api.file)}`],
    ["index.ts", entry(api, login, { runtime, heading })],
  ]);
}

async function schemaTypes(file: string): Promise<string> {
  // It loads the TypeScript compiler: what is wrong with the options or the documents is said before.
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  return astToString(await openapiTS(pathToFileURL(file), { silent: true, emptyObjectsUnknown: true }));
}
