import { readdir, readFile } from "node:fs/promises";
import { parse } from "node:path";
import { readWhole, type SourceDocument } from "../src/openapi/read.ts";
import { isDocumentFile } from "../src/openapi/source.ts";
import { UserError } from "./command.ts";

export type { SourceDocument } from "../src/openapi/read.ts";

/** The folder that is the registry of APIs: each document in it is one. */
export const registry = "openapi";

/** The files of the registry, by name. */
export async function documentFiles(): Promise<string[]> {
  const files = (await readdir(registry).catch(() => [])).filter(isDocumentFile).sort();
  if (files.length === 0) throw new UserError(`${registry}/ holds no document. Add ${registry}/<api>.yaml.`);
  const { exports } = JSON.parse(await readFile("package.json", "utf8")) as { exports: object };
  const taken = files.filter((file) => `./${parse(file).name}` in exports);
  if (taken.length > 0)
    throw new UserError(
      taken
        .map((file) => `${registry}/${file}:1:1: The package has an entry of this name already. Rename the file.`)
        .join("\n"),
    );
  return files.map((file) => `${registry}/${file}`);
}

/** Reads every document of the registry, by name. Throws a `UserError` that names file, line and reason of all that is wrong. */
export async function readDocuments(): Promise<SourceDocument[]> {
  return readWhole(await documentFiles());
}
