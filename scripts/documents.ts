import { readdir, readFile } from "node:fs/promises";
import { basename, relative } from "node:path";
import { createConfig, getLineColLocation, lint } from "@redocly/openapi-core";
import { parse } from "yaml";
import type { ApiDocument, OpenApiDocument } from "../src/mock/document.ts";
import { UserError } from "./command.ts";

export interface SourceDocument extends ApiDocument {
  file: string;
}

/** The folder that is the registry of APIs: each document in it is one. */
export const registry = "openapi";

/** The files of the registry, by name. */
export async function documentFiles(): Promise<string[]> {
  const files = (await readdir(registry)).filter((file) => file.endsWith(".yaml")).sort();
  if (files.length === 0) throw new UserError(`${registry}/ holds no document. Add ${registry}/<api>.yaml.`);
  return files.map((file) => `${registry}/${file}`);
}

/**
 * Reads every document of the registry. Throws a `UserError` that names file, line and reason of everything that is no
 * valid OpenAPI; what the rules of redocly.yaml ask beyond that is the work of `npm run lint`.
 */
export async function readDocuments(): Promise<SourceDocument[]> {
  const files = await documentFiles();
  const problems = (await Promise.all(files.map(validate))).flat();
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return Promise.all(
    files.map(async (file) => ({
      name: basename(file, ".yaml"),
      file,
      document: parse(await readFile(file, "utf8")) as OpenApiDocument,
    })),
  );
}

async function validate(file: string): Promise<string[]> {
  const config = await createConfig({ rules: { struct: "error", "no-unresolved-refs": "error" } });
  const problems = await lint({ ref: file, config }).catch((error: Error) => [
    { message: error.message, location: [] as never[] },
  ]);
  return problems.map(({ message, location: [place] }) => {
    if (!place) return `${file}: ${message}`;
    const { start } = getLineColLocation(place);
    const line = `${relative(process.cwd(), place.source.absoluteRef)}:${start.line}:${start.col}`;
    return `${line}: ${message.trim().split("\n")[0]}`;
  });
}
