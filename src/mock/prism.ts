import { createRequire } from "node:module";
import { type ApiDocument, copyOf } from "../openapi/document.ts";
import { mediaTypeOf } from "../openapi/media-type.ts";
import { type DocumentedOperation, readOperations } from "../openapi/scenarios.ts";
import type { SentRequest } from "./request.ts";
import { UserError } from "./user-error.ts";

/** What Prism finds wrong with a request. */
export interface Violation {
  location: string[];
  code: string | number;
  message: string;
}

/** An operation that Prism routes to. */
export interface RoutedOperation extends DocumentedOperation {
  /** What is wrong with a request by the document. Nothing, if it is valid. */
  violations(request: SentRequest): Violation[];
}

export interface Prism {
  operations: RoutedOperation[];
  /** The operation that the documents have for a method and a path, if they have one. */
  route(method: string, path: string): RoutedOperation | undefined;
}

/** The version whose parts are loaded one by one; package.json has it as an exact peer. */
export const prismVersion = "5.12.0";

/**
 * Prism's reading of documents, its router and its validator. Its entry point would load its generators of made-up values
 * too, four fifths of its start and half of its memory, which a mock that answers documented examples only never needs.
 */
function prismParts() {
  const require = createRequire(import.meta.url);
  try {
    return {
      ...(require("@stoplight/prism-http/dist/utils/operations.js") as typeof import("@stoplight/prism-http/dist/utils/operations.js")),
      ...(require("@stoplight/prism-http/dist/validator/index.js") as typeof import("@stoplight/prism-http/dist/validator/index.js")),
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

/** Has Prism read the documents. Throws a `UserError` that says what to install if Prism is not there. */
export async function loadPrism(documents: ApiDocument[]): Promise<Prism> {
  const { getHttpOperationsFromSpec, route, validateInput } = prismParts();
  type Resource = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];
  type Element = Parameters<typeof validateInput>[0]["element"];

  const violations = (resource: Resource, { method, path, query, headers, text, body }: SentRequest): Violation[] => {
    const contentType = headers["content-type"];
    if (contentType !== undefined && mediaTypeOf(contentType) === undefined)
      return [{ location: ["header", "content-type"], code: 415, message: "Content-Type is no media type" }];
    const element: Element = {
      method: method as Element["method"],
      url: { path, query },
      // Prism looks at the media type only where a length says that there is a body.
      headers: { ...headers, "content-length": String(text.length) },
      body,
    };
    const result = validateInput({ resource, element });
    if (result._tag === "Right") return [];
    return result.left
      .filter(({ severity }) => severity === 0)
      .map(({ path: location = [], code = "", message }) => ({ location: location.map(String), code, message }));
  };

  const operations = new Map<Resource, RoutedOperation>();
  for (const api of documents) {
    const resources = await getHttpOperationsFromSpec(copyOf(api.document));
    for (const operation of readOperations([api])) {
      const resource = resources.find(({ method, path }) => method === operation.method && path === operation.path);
      if (!resource) throw new Error(`Prism does not know ${operation.method} ${operation.path}`);
      operations.set(resource, { ...operation, violations: (request) => violations(resource, request) });
    }
  }

  const resources = [...operations.keys()];
  return {
    operations: [...operations.values()],
    route(method, path) {
      const found = route({ resources, input: { method: method as Element["method"], url: { path } } });
      return found._tag === "Right" ? operations.get(found.right) : undefined;
    },
  };
}
