import { isDeepStrictEqual } from "node:util";
import type { Parameter } from "../openapi/document.ts";
import { mediaTypeOf } from "../openapi/media-type.ts";
import { type Reply, wireRequest } from "../openapi/scenarios.ts";
import type { RoutedOperation, Violation } from "./prism.ts";
import { type SentRequest, sentRequest } from "./request.ts";

/** What a request comes to: a documented reply, if the document has one, or what keeps it from one. */
export type Match = { reply: Reply | undefined } | { violations: Violation[]; malformed: boolean };

/**
 * Makes the function that finds the reply to a request of `operation`. In this order: that of the scenario whose request
 * it equals; `success`, if it is valid; that of the scenario with which the same is wrong, whatever its values are.
 */
export function matcher(operation: RoutedOperation): (request: SentRequest) => Match {
  const scenarios = operation.replies
    .filter(({ name }) => operation.requests.some((request) => request.name === name))
    .map((reply) => {
      const { path, headers, body = "" } = wireRequest(operation, reply);
      const request = sentRequest(operation, path, headers, body);
      return {
        reply,
        values: sentValues(operation, request),
        faults: faultsOf(operation, request, operation.violations(request)),
      };
    });
  const success = operation.replies.find(({ name }) => name === "success");

  return (request) => {
    const values = sentValues(operation, request);
    const equal = scenarios.find((scenario) => isDeepStrictEqual(scenario.values, values));
    if (equal) return equal;
    const violations = operation.violations(request);
    const faults = faultsOf(operation, request, violations);
    if (faults.length === 0) return { reply: success };
    const alike = scenarios.find((scenario) => isDeepStrictEqual(scenario.faults, faults));
    return alike ?? { violations, malformed: request.malformed };
  };
}

/** All that tells one request to an operation from another. */
function sentValues({ parameters, mediaTypes }: RoutedOperation, request: SentRequest) {
  const { path, headers, text, body, malformed } = request;
  const contentType = headers["content-type"];
  return {
    path: decodeURIComponent(path),
    parameters: parameters.map((parameter) => sentValue(parameter, request)),
    mediaType: text === "" || contentType === undefined ? mediaTypes[0] : mediaTypeOf(contentType),
    body,
    malformed,
  };
}

/** What is wrong with a request, without its values: Prism's findings, and what Prism does not tell apart. */
function faultsOf({ parameters }: RoutedOperation, request: SentRequest, violations: Violation[]): string[] {
  const empty = parameters.filter((parameter) => parameter.required && sentValue(parameter, request) === "");
  return [
    ...(request.malformed ? ["The text is not JSON"] : []),
    ...empty.map(({ name }) => `${name} is empty`),
    ...violations.map((violation) => JSON.stringify(violation)),
  ].sort();
}

/** The value sent for a header or query parameter, by its name; a path parameter is compared as part of the path. */
function sentValue(parameter: Parameter, { headers, query }: SentRequest): string | string[] | undefined {
  if (parameter.in === "header") return headers[parameter.name.toLowerCase()];
  if (parameter.in === "query") return query[parameter.name];
  return undefined;
}
