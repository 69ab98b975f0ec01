import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { nodesOf, type OpenApiDocument, type Place, pointer } from "./document.ts";

/** Says what is wrong with `value` by the schema, or `undefined` if nothing is. Throws `UnusableSchema`. */
export type ExampleValidator = (schema: unknown, value: unknown) => string | undefined;

/** A schema that no value can be judged by: a keyword that does not exist, say, or an unknown type. */
export class UnusableSchema extends Error {
  override name = "UnusableSchema";
}

/** What OpenAPI adds to JSON Schema. Nothing of it says whether a value is valid. */
const vocabulary = ["components", "paths", "discriminator", "xml", "externalDocs", "example"];

const options = { allErrors: true, strictTypes: false, strictTuples: false };

/** Judges schemas themselves, for every document: the schema of schemas takes long to compile, each time that it is. */
const ofSchemas = new Ajv2020(options);
addFormats.default(ofSchemas);

/**
 * Validates against the schemas of one document, whose references are followed, into `#/paths/…` too. Compiles each
 * schema once. A `format` that nobody knows, and members that begin with `x-`, are taken as notes.
 */
export function exampleValidator(document: Pick<OpenApiDocument, "components" | "paths">): ExampleValidator {
  const { components, paths } = document;
  const ajv = new Ajv2020({ ...options, validateSchema: false });
  addFormats.default(ajv);
  const { extensions, formats } = namesIn({ components, paths });
  ajv.addVocabulary([...vocabulary, ...extensions]);
  for (const format of formats) if (!(format in ajv.formats)) ajv.addFormat(format, true);

  // A schema that stands in the document is compiled where it stands: with all of the document in it, each of thousands
  // would take as long as all of them.
  ajv.addSchema({ components, paths }, "document");
  const places = new Map(nodesOf({ components, paths }).map(({ at, node }) => [node as unknown, at]));

  const compiled = new Map<unknown, ValidateFunction>();
  const compile = (schema: unknown) => {
    const at = places.get(schema);
    try {
      ofSchemas.validateSchema(schema as AnySchema, true);
      return ajv.compile(at ? { $ref: `document#${fragment(at)}` } : { components, paths, ...(schema as object) });
    } catch (error) {
      throw new UnusableSchema((error as Error).message);
    }
  };
  return (schema, value) => {
    const validate = compiled.get(schema) ?? compile(schema);
    compiled.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: "value" });
  };
}

/** A place as the fragment of a URI. */
function fragment(at: Place): string {
  return pointer(at).split("/").map(encodeURIComponent).join("/");
}

function namesIn(root: unknown): { extensions: Set<string>; formats: Set<string> } {
  const extensions = new Set<string>();
  const formats = new Set<string>();
  for (const { node } of nodesOf(root)) {
    for (const key of Object.keys(node)) if (key.startsWith("x-")) extensions.add(key);
    if (typeof node.format === "string") formats.add(node.format);
  }
  return { extensions, formats };
}
