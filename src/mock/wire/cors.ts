import type { DocumentedOperation } from "../../openapi/scenarios.ts";
import type { Answer } from "../answer.ts";
import { delayHeader, faultHeader } from "./faults.ts";

/** Says which scenario an answer is. */
export const scenarioHeader = "x-mock-scenario";

/** On every answer: a page of any origin may read it. Without credentials, so that no cookie of a browser comes along. */
export function anyOrigin({ headers }: Answer): Answer["headers"] {
  const own = Object.keys(headers).filter((name) => name.toLowerCase() !== "content-type");
  return {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": [...own, scenarioHeader].join(", "),
  };
}

/** What a page may send to a path: the methods that its operations have, their headers, and the mock's own. */
export function preflight(
  operations: Pick<DocumentedOperation, "method" | "parameters">[],
  tokenHeader = "Authorization",
): Answer["headers"] {
  const own = operations.flatMap(({ parameters }) => parameters.filter((parameter) => parameter.in === "header"));
  const names = [...own.map(({ name }) => name), "Content-Type", tokenHeader, "Prefer", delayHeader, faultHeader];
  return {
    "access-control-allow-methods": operations.map(({ method }) => method.toUpperCase()).join(", "),
    "access-control-allow-headers": [...new Set(names)].join(", "),
  };
}
