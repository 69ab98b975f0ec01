import type { ApiDocument } from "../openapi/document.ts";
import { readLogin } from "../openapi/login.ts";
import { type EntrySettings, entry } from "./entry.ts";

/** A document, and the file that it was read from. */
export interface DocumentFile extends ApiDocument {
  file: string;
}

export interface GenerateSettings extends Pick<EntrySettings, "runtime" | "schema"> {
  /** The command that makes the files anew, as they say it. */
  command: string;
}

/**
 * The files of an API's package, by name: `schema.ts`, the types that openapi-typescript makes of the document, and
 * `index.ts`, its entry. The document has been checked; an Error says what of its login is not whole.
 */
export async function generate(
  api: DocumentFile,
  { command, ...settings }: GenerateSettings,
): Promise<Map<string, string>> {
  const { login, problems } = readLogin(api.document);
  if (!login || problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const heading = `${headingOf(api.file)} by \`${command}\`. Do not edit.`;
  return new Map([
    ["schema.ts", `${heading}\n\n${await schemaTypes(api)}`],
    ["index.ts", entry(api, login, { ...settings, heading })],
  ]);
}

const headingStart = "// Generated from ";

function headingOf(file: string): string {
  return `${headingStart}${file.replaceAll("\\", "/")}`;
}

/** Whether a file's content was generated, by its first line. */
export function isGenerated(content: string): boolean {
  const [heading = ""] = content.split("\n", 1);
  return heading.startsWith(headingStart) && heading.trimEnd().endsWith("Do not edit.");
}

/**
 * What openapi-typescript makes of a document, without its own reading and checking, which have been done and take it as
 * long again: its transformation, with the settings that it has of itself.
 */
async function schemaTypes({ document }: DocumentFile): Promise<string> {
  // It loads the TypeScript compiler: what is wrong with the options or the documents is said before.
  const { astToString, resolveRef, scanDiscriminators, transformSchema } = await import("openapi-typescript");
  const { createConfig } = await import("@redocly/openapi-core");
  // It writes into what it is given.
  const schema = structuredClone(document) as unknown as Parameters<typeof transformSchema>[0];
  const settings = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    defaultNonNullable: true,
    emptyObjectsUnknown: true,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    exportType: false,
    generatePathParams: false,
    immutable: false,
    makePathsEnum: false,
    pathParamsAsTypes: false,
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
    silent: true,
  };
  const nodes = transformSchema(schema, {
    ...settings,
    discriminators: scanDiscriminators(schema, settings),
    injectFooter: [],
    postTransform: undefined,
    transform: undefined,
    transformProperty: undefined,
    redoc: await createConfig({}),
    resolve: ($ref) => resolveRef(schema, $ref, settings),
  });
  return astToString(nodes);
}
