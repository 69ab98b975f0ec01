import { isDeepStrictEqual } from "node:util";
import { type Reply, wireRequest } from "../../openapi/scenarios.ts";
import type { Prism, Violation } from "../prism.ts";
import { chosenCall, credentialsOf, isSuccess, secretsOf } from "./credentials.ts";
import { violationsOf } from "./faults.ts";
import { type Nearest, nearest } from "./nearest.ts";
import type { MockedCall, MockedOperation } from "./operation.ts";
import { readRequest, type SentRequest } from "./read.ts";

/** What a request comes to: a documented reply, if the document has one, or what keeps it from one. */
export type Match =
  /** `isValid`: nothing is wrong with the request by the document. */
  | { reply: Reply; isValid: boolean }
  | { reply: undefined; isValid: true }
  | { violations: Violation[]; malformed: boolean; nearest: Nearest | undefined };

/** A scenario whose request is documented. */
export interface Scenario {
  reply: Reply;
  request: SentRequest;
  /** Whether the document says what its path is: where it does not, any is. */
  pathIsKnown: boolean[];
  violations: Violation[];
}

export interface MatchOptions {
  /** A valid request whose credentials are no scenario's is refused, as one with a wrong password is. */
  strict?: boolean;
}

/** The scenarios of an operation that a request leads to, in the document's order. */
function scenariosOf(prism: Prism, operation: MockedOperation): Scenario[] {
  return operation.replies.flatMap((reply) => {
    const documented = operation.requests.find(({ name }) => name === reply.name);
    if (!documented) return [];
    const { path, headers, body = "" } = wireRequest(operation, reply);
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const request = readRequest(operation, path, lowered, body);
    const pathIsKnown = operation.parameters.map(
      (parameter) => parameter.in !== "path" || documented.parameters.some((each) => each.parameter === parameter),
    );
    return [{ reply, request, pathIsKnown, violations: violationsOf(prism, operation, request) }];
  });
}

/**
 * Makes the function that finds the reply to a request of `operation`. In this order: that of the scenario whose request
 * it equals; of an invalid one, that of the scenario with which the same is wrong, whatever its values are; of a valid
 * one, `wrongPassword` if it has that scenario's password, and else `success`.
 */
export function matcher(
  prism: Prism,
  operation: MockedOperation,
  { strict = false }: MatchOptions,
): (request: SentRequest) => Match {
  const scenarios = scenariosOf(prism, operation);

  return (request) => {
    const equal = scenarios.find((scenario) => equals(scenario, request));
    if (equal) return { reply: equal.reply, isValid: equal.violations.length === 0 };
    const violations = violationsOf(prism, operation, request);
    if (violations.length === 0) return { reply: validReply(operation, scenarios, request, strict), isValid: true };
    const faults = faultsOf(violations);
    const alike = scenarios.find((scenario) => isDeepStrictEqual(faultsOf(scenario.violations), faults));
    if (alike) return { reply: alike.reply, isValid: false };
    return { violations, malformed: request.malformed, nearest: nearest(operation, scenarios, request) };
  };
}

/** What is wrong, without the order in which it was found. */
function faultsOf(violations: Violation[]): string[] {
  return violations.map((violation) => JSON.stringify(violation)).sort();
}

function equals({ request: documented, pathIsKnown }: Scenario, request: SentRequest): boolean {
  const { parameters, ...rest } = request;
  const { parameters: documentedParameters, ...documentedRest } = documented;
  const areEqual = documentedParameters.every(
    (value, index) => !pathIsKnown[index] || isDeepStrictEqual(value, parameters[index]),
  );
  // Without a body, its media type says nothing.
  const hasNoBody = rest.body === undefined && documentedRest.body === undefined;
  return (
    areEqual && isDeepStrictEqual(hasNoBody ? { ...rest, mediaType: documentedRest.mediaType } : rest, documentedRest)
  );
}

function validReply(
  operation: MockedOperation,
  scenarios: Scenario[],
  request: SentRequest,
  strict: boolean,
): Reply | undefined {
  const call = chosenCall(operation, request);
  const success = operation.replies.find(({ name }) => name === "success");
  if (!call) return success;

  const valid = scenarios.filter(({ violations }) => violations.length === 0);
  const wrong = valid.find(({ reply }) => reply.name === "wrongPassword");
  const right = valid.filter((scenario) => scenario !== wrong);
  const isWrong = wrong && hasPasswordOf(call, operation, wrong, right, request);
  if (isWrong) return wrong.reply;

  if (!strict) return operation.calls.length > 1 ? successOf(call, operation, right, success) : success;
  const credentials = credentialsOf(call, operation, request);
  const known = right.find((scenario) =>
    isDeepStrictEqual(credentialsOf(call, operation, scenario.request), credentials),
  );
  return known?.reply ?? wrong?.reply ?? operation.replies.find((reply) => !isSuccess(reply)) ?? success;
}

/** Where login and refresh share an operation, each has a success of its own: the first with the same constants. */
function successOf(
  { kind }: MockedCall,
  operation: MockedOperation,
  right: Scenario[],
  otherwise: Reply | undefined,
): Reply | undefined {
  const own = right.find(({ reply, request }) => isSuccess(reply) && chosenCall(operation, request)?.kind === kind);
  return own?.reply ?? otherwise;
}

/** Whether a request has what makes the scenario `wrongPassword` differ from the others in secrets, whatever its other values are. */
function hasPasswordOf(
  call: MockedCall,
  operation: MockedOperation,
  wrong: Scenario,
  right: Scenario[],
  request: SentRequest,
): boolean {
  const ofWrong = secretsOf(call, operation, wrong.request);
  const others = right.map((scenario) => secretsOf(call, operation, scenario.request));
  const telling = ofWrong.flatMap((secret, index) =>
    others.some((other) => isDeepStrictEqual(other[index], secret)) ? [] : [index],
  );
  const sent = secretsOf(call, operation, request);
  return telling.length > 0 && telling.every((index) => isDeepStrictEqual(sent[index], ofWrong[index]));
}
