import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { ApiDocument } from "./document.ts";
import type { DocumentSource } from "./source.ts";

const folder = new URL("../../openapi/", import.meta.url);

/** The documents that the build put beside the compiled code. */
export const packagedDocuments: DocumentSource = { places: [fileURLToPath(folder)], read: readPackagedDocuments };

async function readPackagedDocuments(): Promise<ApiDocument[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: basename(file, ".json"),
      document: JSON.parse(await readFile(new URL(file, folder), "utf8")),
    })),
  );
}
