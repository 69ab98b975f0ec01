import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument } from "./document.ts";

/** Says what is wrong with `value` by the schema, or `undefined` if nothing is. */
export type ExampleValidator = (schema: unknown, value: unknown) => string | undefined;

/** Validates against the schemas of one document, whose `#/components/…` references are followed. Compiles each schema once. */
export function exampleValidator({ components }: OpenApiDocument): ExampleValidator {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addVocabulary(["components", "x-provenance", "x-provenance-reason", "x-observed"]);
  const compiled = new Map<unknown, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile({ components, ...(schema as object) });
    compiled.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: "value" });
  };
}
