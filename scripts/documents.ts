import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import {
  BaseResolver,
  createConfig,
  getLineColLocation,
  lintDocument,
  ResolveError,
  type Source,
  YamlParseError,
} from "@redocly/openapi-core";
import type { ApiDocument, OpenApiDocument } from "../src/openapi/document.ts";
import { UserError } from "./command.ts";

export interface SourceDocument extends ApiDocument {
  file: string;
}

/** The folder that is the registry of APIs: each document in it is one. */
export const registry = "openapi";

/** The files of the registry, by name. */
export async function documentFiles(): Promise<string[]> {
  const files = (await readdir(registry).catch(() => [])).filter((file) => file.endsWith(".yaml")).sort();
  if (files.length === 0) throw new UserError(`${registry}/ holds no document. Add ${registry}/<api>.yaml.`);
  return files.map((file) => `${registry}/${file}`);
}

/** What every script takes for granted; what redocly.yaml asks beyond that is the work of `npm run lint`. */
const config = await createConfig({
  rules: {
    struct: "error",
    "no-unresolved-refs": "error",
    "rule/paths": {
      subject: { type: "Root" },
      assertions: { required: ["paths"] },
      message: "The document has no `paths`.",
      severity: "error",
    },
    "rule/responses": {
      subject: { type: "Operation" },
      assertions: { required: ["responses"] },
      message: "The operation has no `responses`.",
      severity: "error",
    },
  },
});

/**
 * Reads every document of the registry, by name. Throws a `UserError` that names file, line and reason of everything
 * that is no valid OpenAPI 3.1.
 */
export async function readDocuments(): Promise<SourceDocument[]> {
  const files = await documentFiles();
  const readings = await Promise.all(files.map(read));
  const problems = readings.flatMap((reading) => ("problems" in reading ? reading.problems : []));
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return readings.flatMap((reading) => ("document" in reading ? reading : []));
}

async function read(file: string): Promise<SourceDocument | { problems: string[] }> {
  const resolver = new OneFileResolver(file);
  try {
    const source = await resolver.resolveDocument(null, file, true);
    if (source instanceof Error) throw source;
    const document: OpenApiDocument | undefined = source.parsed;
    if (!String(document?.openapi).startsWith("3.1."))
      return { problems: [`${file}:1:1: This is no OpenAPI 3.1: it says no \`openapi: 3.1.0\`.`] };
    const problems = await lintDocument({ document: source, externalRefResolver: resolver, config: config.styleguide });
    if (problems.length === 0) return { name: basename(file, ".yaml"), file, document: document as OpenApiDocument };
    return {
      problems: problems.map(({ message, location: [place] }) => {
        if (!place) return `${file}: ${message}`;
        const { line, col } = getLineColLocation(place).start;
        return `${file}:${line}:${col}: ${message.trim().split("\n")[0]}`;
      }),
    };
  } catch (error) {
    if (error instanceof ResolveError) return { problems: [`${file}: ${error.message}`] };
    if (!(error instanceof YamlParseError)) throw error;
    // The message ends with the place, as `in "<path on this machine>" (line:col)`.
    const reason = error.message.replace(/ in "[^"]*" \(\d+:\d+\)$/, "");
    return { problems: [`${file}:${error.line}:${error.col}: ${reason}`] };
  }
}

/** Reads the one file and nothing that it refers to, neither on this machine nor on the network. */
class OneFileResolver extends BaseResolver {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = this.resolveExternalRef(null, file);
  }

  override async loadExternalRef(reference: string): Promise<Source> {
    if (reference === this.#file) return super.loadExternalRef(reference);
    throw new Error("a document is self-contained and refers to its own components only.");
  }
}
