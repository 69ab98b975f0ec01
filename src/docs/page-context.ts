import { type OpenApiDocument, resolve } from "../openapi/document.ts";
import type { DocumentedLogin } from "../openapi/login.ts";
import type { PlacedOperation } from "../openapi/operations.ts";
import type { Ids } from "./ids.ts";
import type { Notes } from "./notes.ts";
import type { Words } from "./words.ts";

/** What the parts of one page have in common while it is made. */
export interface PageContext {
  document: OpenApiDocument;
  login: DocumentedLogin;
  words: Words;
  ids: Ids;
  /** The schemas whose members the page has already. */
  told: Set<unknown>;
  notes: Notes;
  /** Where the mock answers, for the curl lines. */
  baseUrl: string;
  /** The ids of the operations, which other parts lead to before their turn comes. */
  operationIds: ReadonlyMap<string, string>;
}

/** A node with what it says beside what this project types. */
export type Loose = Record<string, unknown>;

/** The id of an operation on the page. */
export function operationId({ operationIds }: PageContext, operation: PlacedOperation): string {
  return operationIds.get(keyOf(operation)) ?? "";
}

/** The operation by its method and path. */
export function keyOf({ method, path }: Pick<PlacedOperation, "method" | "path">): string {
  return `${method} ${path}`;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The scheme that carries the token: that of the document's `security`, or the one that x-login names. */
export function tokenScheme({ document, login }: PageContext): { name: string; node: Loose } {
  const { scheme } = extensionOf(login.operation, "x-login") as { scheme?: string };
  const [first = ""] = (document.security ?? []).flatMap((requirement) => Object.keys(requirement));
  const name = scheme ?? first;
  return { name, node: resolve<Loose>(document, (document.components?.securitySchemes?.[name] ?? {}) as Loose) };
}

/** `x-login` or `x-refresh` as it stands at an operation. */
export function extensionOf(operation: PlacedOperation, extension: string): Loose {
  return ((operation.operation as unknown as Loose)[extension] ?? {}) as Loose;
}
