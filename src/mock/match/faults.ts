import { isForm } from "../../openapi/media-type.ts";
import type { Prism, Violation } from "../prism.ts";
import type { MockedOperation } from "./operation.ts";
import { bodySchema, type SentRequest } from "./read.ts";

/** What is wrong with a request by the document: what is missing, unreadable, or of another kind than it should be. */
export function violationsOf(prism: Prism, operation: MockedOperation, request: SentRequest): Violation[] {
  return [
    ...parameterViolations(prism, operation, request),
    ...basicViolations(operation, request),
    ...bodyViolations(prism, operation, request),
  ];
}

function missing(...location: string[]): Violation {
  return { location, code: "required", message: `${location.join(" ")} is missing` };
}

function parameterViolations(prism: Prism, { document, parameters }: MockedOperation, request: SentRequest) {
  return parameters.flatMap((parameter, index) => {
    const value = request.parameters[index];
    const { name, in: place, required = false, schema } = parameter;
    // Nothing tells an empty part of a path from a missing one.
    if (value === undefined || (place === "path" && value === "")) return required ? [missing(place, name)] : [];
    return prism.violations(document, schema, value, place, { isText: true }).map(({ location, ...rest }) => {
      const [, ...inside] = location;
      return { ...rest, location: [place, name, ...inside] };
    });
  });
}

function basicViolations({ basic }: MockedOperation, request: SentRequest): Violation[] {
  if (request.basic === "unreadable")
    return [{ location: ["header", "Authorization"], code: "basic", message: "This is no HTTP Basic" }];
  return basic === "required" && request.basic === undefined ? [missing("header", "Authorization")] : [];
}

function bodyViolations(prism: Prism, operation: MockedOperation, { body, malformed, mediaType }: SentRequest) {
  if (malformed) return [{ location: ["body"], code: "json", message: "The text is not JSON" }];
  if (body === undefined) return operation.placed.body?.node.required ? [missing("body")] : [];
  const isText = mediaType !== undefined && isForm(mediaType);
  return prism.violations(operation.document, bodySchema(operation, mediaType), body, "body", { isText });
}
