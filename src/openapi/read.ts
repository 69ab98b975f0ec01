import { readFile } from "node:fs/promises";
import { BaseResolver, createConfig, getLineColLocation, lintDocument, Source } from "@redocly/openapi-core";
import {
  type ApiDocument,
  type BrokenReferenceProblem,
  brokenReferences,
  type OpenApiDocument,
  type Place,
  pointer,
} from "./document.ts";
import { type Parsed, parse } from "./parse.ts";
import { apiName, endingsText, isDocumentFile, quoted } from "./source.ts";
import { UserError } from "./user-error.ts";

/** A document, and where each of its parts stands in its file. */
export interface SourceDocument extends ApiDocument {
  file: string;
  /** Gives `file:line:column` of the key at a place, or of the nearest part that is there. */
  placeOf(at: Place): string;
}

/** What can be read of some files, and a line `file:line:column: message` for everything that keeps the rest from it. */
export interface Reading {
  documents: SourceDocument[];
  /** Those that parse, and of which a problem says what keeps them from being used. */
  unsound: SourceDocument[];
  problems: string[];
}

/** Reads documents, each of which is all of one API. Asks neither the network nor another file. */
export async function read(files: string[]): Promise<Reading> {
  const readings = await Promise.all(files.map(readFileOf));
  const documents = readings.flatMap((reading) => reading.documents);
  const unsound = readings.flatMap((reading) => reading.unsound);
  return { documents, unsound, problems: [...readings.flatMap(({ problems }) => problems), ...sameNames(files)] };
}

/** As `read`, of documents that are all to be used. Throws a `UserError` that names file, line and reason of all that is wrong. */
export async function readWhole(files: string[]): Promise<SourceDocument[]> {
  const { documents, problems } = await read(files);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return documents;
}

function sameNames(files: string[]): string[] {
  return files.flatMap((file, index) => {
    const other = files.slice(0, index).find((earlier) => apiName(earlier) === apiName(file));
    if (other === undefined) return [];
    return [`${file}:1:1: ${other} is the document of ${apiName(file)} already. Rename one of them.`];
  });
}

async function readFileOf(file: string): Promise<Reading> {
  const problem = (place: string, message: string) => ({
    documents: [],
    unsound: [],
    problems: [`${place}: ${message}`],
  });
  const start = `${file}:1:1`;
  if (!isDocumentFile(file)) return problem(start, `A document's name ends in ${endingsText}.`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return problem(start, `The file cannot be read (${bytes.code}).`);

  const parsed = parse(file, bytes);
  if ("message" in parsed) return problem(`${file}:${parsed.line}:${parsed.column}`, parsed.message);
  const placeOf = placesOf(file, parsed);
  if (!isOpenApi(parsed.value)) return problem(...versionProblem(file, parsed.value, placeOf));
  const document = { name: apiName(file), file, document: parsed.value, placeOf };
  const broken = [...brokenReferences(parsed.value)].map((each) => referenceProblem(file, each, placeOf));
  const structure = structureProblems(file, parsed);
  // Redocly throws where a reference leads back to itself, or is badly encoded, which has been said.
  const problems = [...broken, ...(await (broken.length > 0 ? structure.catch(() => []) : structure))];
  if (problems.length > 0) return { documents: [], unsound: [document], problems };
  return { documents: [document], unsound: [], problems };
}

function isOpenApi(value: unknown): value is OpenApiDocument {
  if (typeof value !== "object" || value === null || !("openapi" in value)) return false;
  return typeof value.openapi === "string" && /^3\.1\.\d+$/.test(value.openapi);
}

type PlaceOf = SourceDocument["placeOf"];

/** Where it stands that a file is no OpenAPI 3.1, and what makes one of it. */
function versionProblem(file: string, value: unknown, placeOf: PlaceOf): [place: string, message: string] {
  const { openapi, swagger } = Object(value) as { openapi?: unknown; swagger?: unknown };
  const isOlder = /^3\.0(\.|$)/.test(`${openapi}`);
  if (isOlder)
    return [
      placeOf(["openapi"]),
      `This is no OpenAPI 3.1, but ${openapi}. Convert it: ${toOpenApi31(file, beside(file, "3.1"))}`,
    ];
  if (swagger !== undefined) {
    const between = beside(file, "3.0");
    const toOpenApi30 = `npx swagger2openapi@7 ${quoted(file)} --outfile ${quoted(between)}`;
    return [
      placeOf(["swagger"]),
      `This is no OpenAPI 3.1, but Swagger ${swagger}. Convert it: ${toOpenApi30} && ${toOpenApi31(between, beside(file, "3.1"))}`,
    ];
  }
  if (openapi !== undefined)
    return [placeOf(["openapi"]), `This is no OpenAPI 3.1, but ${openapi}: write \`openapi: 3.1.0\`.`];
  const what = value === undefined || value === null ? "This file is empty" : "This is no OpenAPI 3.1";
  return [
    placeOf(["openapi"]),
    `${what}: it says no \`openapi: 3.1.0\`. \`npx login-apis init\` prints a document to start from.`,
  ];
}

function toOpenApi31(file: string, converted: string): string {
  return `npx openapi-format@1 ${quoted(file)} --convertTo 3.1 --no-sort --output ${quoted(converted)}`;
}

/** A reference to another file is no mistake, only not for here. */
function referenceProblem(
  file: string,
  { at, message, isElsewhere }: BrokenReferenceProblem,
  placeOf: PlaceOf,
): string {
  const line = `${placeOf(at)}: ${message}`;
  if (!isElsewhere) return line;
  return `${line} Or bundle it into one file: npx openapi-format@1 ${quoted(file)} --no-sort --output ${quoted(beside(file, "bundled"))}`;
}

/** The name of a file that is made of another, beside it: `billing.3.1.yaml` of `billing.yaml`. */
function beside(file: string, mark: string): string {
  return file.replace(/\.[a-z]+$/, (ending) => `.${mark}${ending}`);
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
    // Types and pages are called by it.
    "operation-operationId-unique": "error",
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

/** OpenAPI 3.0 had it, and many documents have kept it. */
const nullableRemedy = ' OpenAPI 3.1 has `type: [string, "null"]` in its place.';

async function structureProblems(file: string, { text, value }: Parsed): Promise<string[]> {
  const problems = await lintDocument({
    document: { source: new Source(file, text), parsed: value },
    externalRefResolver: new NoResolver(),
    config: config.styleguide,
  });
  return problems.map(({ message, location: [place] }) => {
    const { line, col } = place ? getLineColLocation(place).start : { line: 1, col: 1 };
    const [said = ""] = message.trim().split("\n");
    return `${file}:${line}:${col}: ${said}${said.includes("`nullable`") ? nullableRemedy : ""}`;
  });
}

/** Loads nothing that a document refers to, neither from this machine nor from the network. */
class NoResolver extends BaseResolver {
  override async loadExternalRef(): Promise<Source> {
    throw new Error("a document is self-contained and refers to its own components only.");
  }
}
