import { isDeepStrictEqual } from "node:util";
import { memberAt } from "../../login/place.ts";
import type { RequestPlace } from "../../openapi/expressions.ts";
import { isForm } from "../../openapi/media-type.ts";
import type { Reply } from "../../openapi/scenarios.ts";
import type { MockedCall, MockedOperation } from "./operation.ts";
import type { SentRequest } from "./read.ts";

/** What a request has at a place; `undefined`, if nothing. */
export function valueAt(
  { parameters }: MockedOperation,
  { parameters: sent, body, basic }: SentRequest,
  place: RequestPlace,
): unknown {
  if (place.in === "body") return memberAt(body, place.pointer);
  if (place.in === "basic") return typeof basic === "object" ? basic[place.name] : undefined;
  if (place.in === "security") return undefined;
  const name = place.in === "header" ? place.name.toLowerCase() : place.name;
  const index = parameters.findIndex(
    (each) => each.in === place.in && (place.in === "header" ? each.name.toLowerCase() : each.name) === name,
  );
  return sent[index];
}

/** The values of a call's credentials, in the document's order. */
export function credentialsOf(
  { credentials }: MockedCall,
  operation: MockedOperation,
  request: SentRequest,
): unknown[] {
  return credentials.map(({ place }) => valueAt(operation, request, place));
}

/** The values of those that are secret: the password, and that of HTTP Basic. */
export function secretsOf(call: MockedCall, operation: MockedOperation, request: SentRequest): unknown[] {
  return credentialsOf({ ...call, credentials: call.credentials.filter(({ secret }) => secret) }, operation, request);
}

/** Which of an operation's calls a request is: its constants say it, where login and refresh share an operation. */
export function chosenCall(operation: MockedOperation, request: SentRequest): MockedCall | undefined {
  const { calls } = operation;
  if (calls.length < 2) return calls[0];
  return calls.find(({ constants }) =>
    constants.every(({ place, value }) => isSent(valueAt(operation, request, place), value, request)),
  );
}

/** A form and a parameter have texts for numbers and booleans. */
function isSent(sent: unknown, constant: unknown, { mediaType }: SentRequest): boolean {
  const isText = mediaType !== undefined && isForm(mediaType);
  if (typeof sent === "string" && (isText || typeof constant !== "string")) return sent === String(constant);
  return isDeepStrictEqual(sent, constant);
}

/** Whether a reply is one that grants a token. */
export function isSuccess({ example }: Reply): boolean {
  return example["x-outcome"] === "success";
}
