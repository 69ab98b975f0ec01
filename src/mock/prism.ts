import { createRequire } from "node:module";
import type { OpenApiDocument } from "../openapi/document.ts";
import { UserError } from "../openapi/user-error.ts";

/** What Prism finds wrong with a value. */
export interface Violation {
  location: string[];
  code: string | number;
  message: string;
}

/** What the mock has of Prism. */
export interface Prism {
  /** The one of these operations that answers a method and a path, if one does. */
  route<Known extends { method: string; path: string }>(
    operations: Known[],
    method: string,
    path: string,
  ): Known | undefined;
  /**
   * What is wrong with a value by a schema of a document. With `isText`, texts in it stand for the numbers and booleans
   * that the schema has there, as in a query.
   */
  violations(
    document: OpenApiDocument,
    schema: unknown,
    value: unknown,
    at: string,
    options?: { isText?: boolean },
  ): Violation[];
}

/** The version whose parts are loaded one by one; package.json has it as an exact peer. */
export const prismVersion = "5.12.0";

/**
 * Prism's router and its validator of values. Its entry point would load its reader of documents and its generators of
 * made-up values too, nine tenths of its start, which a mock that answers documented examples never needs.
 */
function prismParts() {
  const require = createRequire(import.meta.url);
  try {
    return {
      ...(require("@stoplight/prism-http/dist/validator/validators/utils.js") as typeof import("@stoplight/prism-http/dist/validator/validators/utils.js")),
      ...(require("@stoplight/prism-http/dist/validator/validators/types.js") as typeof import("@stoplight/prism-http/dist/validator/validators/types.js")),
      route: (
        require("@stoplight/prism-http/dist/router/index.js") as typeof import("@stoplight/prism-http/dist/router/index.js")
      ).default,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    const name = `@stoplight/prism-http@${prismVersion}`;
    throw new UserError(`The mock needs ${name}. Install it: npm install --save-dev --save-exact ${name}`);
  }
}

/** The schemas of OpenAPI 3.1 are of this dialect; Prism takes them for another without it. */
const dialect = "https://json-schema.org/draft/2020-12/schema";

/** Loads Prism. Throws a `UserError` that says what to install if it is not there. */
export function loadPrism(): Prism {
  const { route, validateAgainstSchema, ValidationContext } = prismParts();
  type Resources = Parameters<typeof route>[0]["resources"];
  type Method = Parameters<typeof route>[0]["input"]["method"];
  /** Prism compiles an object once. */
  const complete = new WeakMap<object, object>();
  const completed = ({ components, paths }: OpenApiDocument, schema: object) => {
    const known = complete.get(schema) ?? { $schema: dialect, components, paths, ...schema };
    complete.set(schema, known);
    return known;
  };

  return {
    route: (operations, method, path) => {
      // Prism writes down where it was when it found nothing, which takes it longer than to find something.
      if (operations.length === 0) return undefined;
      const input = { method: method as Method, url: { path } };
      const found = route({ resources: operations as unknown as Resources, input });
      return found._tag === "Right" ? operations.find((operation) => Object.is(operation, found.right)) : undefined;
    },
    violations(document, schema, value, at, { isText = false } = {}) {
      if (typeof schema !== "object" || schema === null) return [];
      // Prism writes what a text stands for into the value.
      const judged = isText ? structuredClone(value) : value;
      const whole = completed(document, schema);
      const found = validateAgainstSchema(judged, whole, isText, ValidationContext.Input, at);
      if (found._tag === "None") return [];
      return found.value.map(({ path = [], code = "", message }) => ({
        location: path.map(String),
        code,
        message,
      }));
    },
  };
}
