import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { BaseResolver, createConfig, getLineColLocation, lintDocument, Source } from "@redocly/openapi-core";
import { type ApiDocument, brokenReferences, type OpenApiDocument, type Place, pointer } from "./document.ts";
import { type Parsed, parse } from "./parse.ts";

/** A document, and where each of its parts stands in its file. */
export interface SourceDocument extends ApiDocument {
  file: string;
  /** Gives `file:line:column` of the key at a place, or of the nearest part that is there. */
  placeOf(at: Place): string;
}

/** What can be read of some files, and a line `file:line:column: message` for everything that keeps the rest from it. */
export interface Reading {
  documents: SourceDocument[];
  problems: string[];
}

const endings = [".yaml", ".yml", ".json"];

/** Whether a file's name is that of a document. */
export function isDocumentFile(file: string): boolean {
  return endings.some((ending) => file.endsWith(ending));
}

/** Reads documents, each of which is all of one API. Asks neither the network nor another file. */
export async function read(files: string[]): Promise<Reading> {
  const readings = await Promise.all(files.map(readFileOf));
  const documents = readings.flatMap((reading) => reading.documents);
  return { documents, problems: [...readings.flatMap(({ problems }) => problems), ...sameNames(files)] };
}

/** The name of a file's API. */
function apiName(file: string): string {
  const ending = endings.find((each) => file.endsWith(each)) ?? "";
  return basename(file, ending);
}

function sameNames(files: string[]): string[] {
  return files.flatMap((file, index) => {
    const other = files.slice(0, index).find((earlier) => apiName(earlier) === apiName(file));
    if (other === undefined) return [];
    return [`${file}:1:1: ${other} is the document of ${apiName(file)} already. Rename one of them.`];
  });
}

async function readFileOf(file: string): Promise<Reading> {
  const problem = (place: string, message: string) => ({ documents: [], problems: [`${place}: ${message}`] });
  const start = `${file}:1:1`;
  if (!isDocumentFile(file)) return problem(start, `A document's name ends in ${endings.join(", ")}.`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return problem(start, `The file cannot be read (${bytes.code}).`);

  const parsed = parse(file, bytes);
  if ("message" in parsed) return problem(`${file}:${parsed.line}:${parsed.column}`, parsed.message);
  const placeOf = placesOf(file, parsed);
  if (!isOpenApi(parsed.value))
    return problem(placeOf(["openapi"]), "This is no OpenAPI 3.1: it says no `openapi: 3.1.0`.");
  const broken = [...brokenReferences(parsed.value)].map(({ at, message }) => `${placeOf(at)}: ${message}`);
  if (broken.length > 0) return { documents: [], problems: broken };
  const problems = await structureProblems(file, parsed);
  if (problems.length > 0) return { documents: [], problems };
  return { documents: [{ name: apiName(file), file, document: parsed.value, placeOf }], problems: [] };
}

function isOpenApi(value: unknown): value is OpenApiDocument {
  if (typeof value !== "object" || value === null || !("openapi" in value)) return false;
  return typeof value.openapi === "string" && /^3\.1\.\d+$/.test(value.openapi);
}

function placesOf(file: string, { text }: Parsed): SourceDocument["placeOf"] {
  const source = new Source(file, text);
  return (at) => {
    // Redocly takes a percent sign in a pointer for an encoded character.
    const encoded = `#${pointer(at).replaceAll("%", "%25")}`;
    const { line, col } = getLineColLocation({ source, pointer: encoded, reportOnKey: true }).start;
    return `${file}:${line}:${col}`;
  };
}

/** What everything here takes for granted: a document of the structure that OpenAPI 3.1 has. */
const config = await createConfig({
  rules: {
    struct: "error",
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

async function structureProblems(file: string, { text, value }: Parsed): Promise<string[]> {
  const problems = await lintDocument({
    document: { source: new Source(file, text), parsed: value },
    externalRefResolver: new NoResolver(),
    config: config.styleguide,
  });
  return problems.map(({ message, location: [place] }) => {
    const { line, col } = place ? getLineColLocation(place).start : { line: 1, col: 1 };
    return `${file}:${line}:${col}: ${message.trim().split("\n")[0]}`;
  });
}

/** Loads nothing that a document refers to, neither from this machine nor from the network. */
class NoResolver extends BaseResolver {
  override async loadExternalRef(): Promise<Source> {
    throw new Error("a document is self-contained and refers to its own components only.");
  }
}
