import { statSync } from "node:fs";
import { basename } from "node:path";
import type { ApiDocument } from "./document.ts";
import { selectApis } from "./select.ts";
import { UserError } from "./user-error.ts";

const endings = [".yaml", ".yml", ".json"];

/** Whether a file's name is that of a document. */
export function isDocumentFile(file: string): boolean {
  return endings.some((ending) => file.endsWith(ending));
}

/** Whether an operand names a file, rightly or wrongly, and not an API. */
export function isFileName(operand: string): boolean {
  return isDocumentFile(operand) || /[./\\]/.test(operand);
}

/** Throws a `UserError` of exit code 2 for the first operand that is no file with a document, and says what to name. */
export function checkFileNames(operands: string[]): void {
  for (const name of operands) {
    if (/^https?:\/\//i.test(name))
      throw new UserError(
        `${name} is an address, and nothing is fetched. Save the document, and name its file: curl -fsSL -o api.yaml ${quoted(name)}`,
        2,
      );
    const found = statSync(name, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new UserError(`${name} is a folder: name the files in it that are documents.`, 2);
    if (!isDocumentFile(name)) throw new UserError(`${name}: a document's name ends in ${endingsText}.`, 2);
    if (!found)
      throw new UserError(`There is no file ${name}. \`npx login-apis init > ${quoted(name)}\` begins one.`, 2);
  }
}

/** A file's name as a shell takes it. */
export function quoted(file: string): string {
  return /^[\w./\\:@+-]+$/.test(file) ? file : `"${file}"`;
}

/** The name of a file's API. */
export function apiName(file: string): string {
  const ending = endings.find((each) => file.endsWith(each)) ?? "";
  return basename(file, ending);
}

/** What the name of a document ends in, to be said. */
export const endingsText: string = endings.join(", ");

/** Where documents come from. */
export interface DocumentSource {
  /** Their files, or the folders that have them. */
  places: string[];
  /** Reads them anew. Throws a `UserError` that names file, line and reason of all that is wrong. */
  read(): Promise<ApiDocument[]>;
}

/** What a command's operands name: files, or APIs of `registry`; all of these, if there are none. */
export function sourceOf(operands: string[], registry: DocumentSource): DocumentSource {
  const files = operands.filter(isFileName);
  if (files.length === 0) {
    return { places: registry.places, read: async () => selectApis(await registry.read(), operands) };
  }
  if (files.length < operands.length) throw new UserError("Name APIs, or files with documents, and not both.", 2);
  checkFileNames(files);
  return { places: files, read: () => readFiles(files) };
}

async function readFiles(files: string[]): Promise<ApiDocument[]> {
  // What it needs are optional peers, which nobody needs who reads no file.
  const { readChecked } = await import("./check.ts");
  return readChecked(files);
}
