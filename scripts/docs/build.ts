import { readFile } from "node:fs/promises";
import { buildDocs as build, type DocsDocument, type DocsFiles, type DocsOptions } from "../../src/docs/build.ts";
import { readSamples } from "../../src/docs/samples.ts";
import type { SourceDocument } from "../documents.ts";
import { findTranslations, translate } from "./translations.ts";

export interface BuildOptions extends Pick<DocsOptions, "mock" | "site" | "redoc"> {
  /** Stops the building, which then rejects. */
  signal?: AbortSignal | undefined;
}

/** Makes the docs of the registry's documents, with their translations and samples. */
export async function buildDocs(
  documents: SourceDocument[],
  { signal, ...options }: BuildOptions = {},
): Promise<DocsFiles> {
  const originals = documents.map(async ({ name, document, file }): Promise<DocsDocument> => {
    return { name, document, ...(file.endsWith(".json") ? {} : { yaml: await readFile(file, "utf8") }) };
  });
  const translations = await findTranslations();
  const translated = translations.map(async (translation): Promise<DocsDocument> => {
    const { name, language } = translation;
    return { name, language, document: await translate(translation, documents, signal) };
  });
  const [samples, ...all] = await Promise.all([readSamples("samples"), ...originals, ...translated]);
  return build(all, { ...options, samples });
}
