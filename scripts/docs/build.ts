import { readFile } from "node:fs/promises";
import { buildDocs as build, type DocsDocument, type DocsFiles, type DocsOptions } from "../../src/docs/build.ts";
import type { Guide } from "../../src/docs/guide.ts";
import { readSamples } from "../../src/docs/samples.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { readGuides } from "./guides.ts";
import { findTranslations, translate } from "./translations.ts";

/** A document, and the file that it was read from. */
export interface WrittenDocument extends ApiDocument {
  file: string;
}

export interface BuildOptions extends Pick<DocsOptions, "mock" | "site" | "redoc"> {
  /** The reference of the package's interface, which takes longer than all other pages. */
  reference?: readonly Guide[];
}

/** Makes the docs of the registry's documents, with their translations and samples, and the pages of prose. */
export async function buildDocs(
  documents: readonly WrittenDocument[],
  { reference = [], ...options }: BuildOptions = {},
): Promise<DocsFiles> {
  const originals = documents.map(async ({ name, document, file }): Promise<DocsDocument> => {
    return { name, document, file, ...(file.endsWith(".json") ? {} : { yaml: await readFile(file, "utf8") }) };
  });
  const translations = await findTranslations();
  const translated = translations.map(async (translation): Promise<DocsDocument> => {
    const { name, language, file } = translation;
    return { name, language, file, document: await translate(translation, documents) };
  });
  const [samples, guides, ...all] = await Promise.all([
    readSamples("samples"),
    readGuides(),
    ...originals,
    ...translated,
  ]);
  return build(all, { ...options, samples, guides: [...guides, ...reference] });
}
