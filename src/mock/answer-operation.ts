import type { Reply } from "../openapi/scenarios.ts";
import { type Answer, type Answered, answered, problem } from "./answer.ts";
import type { Match } from "./match/match.ts";
import type { MockedOperation } from "./match/operation.ts";
import { acceptedType, readRequest, type SentRequest } from "./match/read.ts";
import type { Orders } from "./next.ts";
import { preferred } from "./prefer.ts";
import { sentCall } from "./sent-call.ts";
import type { Service } from "./service.ts";
import type { Incoming } from "./wire/incoming.ts";

/** What an operation's answers come from. */
export interface OperationMeans {
  match(request: SentRequest): Match;
  orders: Pick<Orders, "take">;
  service: Service;
}

/**
 * Answers a request to a documented operation: as a test ordered it, as `Prefer` chooses, or else by what was sent.
 * `text` is the request's body.
 */
export function answerOperation(
  { match, orders, service }: OperationMeans,
  operation: MockedOperation,
  incoming: Incoming,
  text: string,
): Answered {
  const { target, headers } = incoming;
  const request = readRequest(operation, target, headers, text);
  const body = request.body === undefined ? {} : { body: request.body };
  const call = sentCall(operation, request, headers);
  const given = (reply: Reply) => answered(call ? service.chosen(call, reply) : reply);
  const order = orders.take(operation);
  if (order) return { ...body, ...given(order.reply), delivery: order.delivery };
  const chosen = preferred(operation.replies, headers.prefer);
  if (chosen) return { ...body, ...("reply" in chosen ? given(chosen.reply) : chosen) };
  if (!isTaken(operation, request, text)) return { ...body, answer: unsupported(operation) };

  const found = match(request);
  if ("violations" in found) return { ...body, answer: unmatched(found) };
  if (!found.reply) return { ...body, answer: problem(501, "The document has no example of success") };
  // What is wrong by the document is answered so, whatever happened before.
  if (!found.isValid) return { ...body, ...answered(found.reply) };
  return { ...body, ...answered(call ? service.answer(call, found.reply) : found.reply) };
}

/** Whether the operation takes a body of this media type; one that takes none overlooks it. */
function isTaken(operation: MockedOperation, { mediaType }: SentRequest, text: string): boolean {
  if (text === "" || operation.mediaTypes.length === 0) return true;
  return acceptedType(operation, mediaType) !== undefined;
}

function unsupported({ mediaTypes }: MockedOperation): Answer {
  const title = "The body is of another media type than is documented";
  return problem(415, title, { mediaTypes }, { accept: mediaTypes.join(", ") });
}

function unmatched({ violations, malformed, nearest }: Extract<Match, { violations: unknown }>): Answer {
  const members = { validation: violations, ...(nearest && { nearest }) };
  if (malformed) return problem(400, "The body is not JSON", members);
  return problem(422, "The request is not as documented", members);
}
