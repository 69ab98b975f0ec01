import type { ApiDocument } from "./document.ts";
import { selectApis } from "./select.ts";
import { UserError } from "./user-error.ts";

/** Where documents come from. */
export interface DocumentSource {
  /** Their files, or the folders that have them. */
  places: string[];
  /** Reads them anew. Throws a `UserError` that names file, line and reason of all that is wrong. */
  read(): Promise<ApiDocument[]>;
}

/** What a command's operands name: files, or APIs of `registry`; all of these, if there are none. */
export function sourceOf(operands: string[], registry: DocumentSource): DocumentSource {
  const files = operands.filter((operand) => /\.(ya?ml|json)$/.test(operand));
  if (files.length === 0) {
    return { places: registry.places, read: async () => selectApis(await registry.read(), operands) };
  }
  if (files.length < operands.length) throw new UserError("Name APIs, or files with documents, and not both.", 2);
  return { places: files, read: () => readFiles(files) };
}

async function readFiles(files: string[]): Promise<ApiDocument[]> {
  const { read } = await import("./read.ts").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(
      "To read documents of your own takes @redocly/openapi-core@1. Install it: npm install --save-dev @redocly/openapi-core@1",
    );
  });
  const { documents, problems } = await read(files);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return documents;
}
