import { basename } from "node:path";
import type { ApiDocument } from "./document.ts";
import { selectApis } from "./select.ts";
import { UserError } from "./user-error.ts";

const endings = [".yaml", ".yml", ".json"];

/** Whether a file's name is that of a document. */
export function isDocumentFile(file: string): boolean {
  return endings.some((ending) => file.endsWith(ending));
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
  const files = operands.filter(isDocumentFile);
  if (files.length === 0) {
    return { places: registry.places, read: async () => selectApis(await registry.read(), operands) };
  }
  if (files.length < operands.length) throw new UserError("Name APIs, or files with documents, and not both.", 2);
  return { places: files, read: () => readFiles(files) };
}

async function readFiles(files: string[]): Promise<ApiDocument[]> {
  // Its parser is an optional peer, which nobody needs who reads no file.
  const { readWhole } = await import("./read.ts");
  return readWhole(files);
}
