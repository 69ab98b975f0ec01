import type { DocumentedOperation } from "../openapi/scenarios.ts";
import type { Answer } from "./answer.ts";
import { delayHeader, faultHeader } from "./faults.ts";

/** On every answer: a page of any origin may read it. Without credentials, so that no cookie of a browser comes along. */
export const anyOrigin: Answer["headers"] = { "access-control-allow-origin": "*" };

/** What a page may send to a path: the methods that its operations have, their headers, and the mock's own. */
export function preflight(operations: DocumentedOperation[]): Answer["headers"] {
  const own = operations.flatMap(({ parameters }) => parameters.filter((parameter) => parameter.in === "header"));
  const names = [...own.map(({ name }) => name), "Content-Type", "Authorization", "Prefer", delayHeader, faultHeader];
  return {
    "access-control-allow-methods": operations.map(({ method }) => method.toUpperCase()).join(", "),
    "access-control-allow-headers": [...new Set(names)].join(", "),
  };
}
