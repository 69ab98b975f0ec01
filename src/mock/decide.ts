import type { ApiDocument } from "../openapi/document.ts";
import { headerName, type Reply } from "../openapi/scenarios.ts";
import { type Answer, documented, problem } from "./answer.ts";
import { listing } from "./listing.ts";
import { type Match, type MatchOptions, matcher } from "./match/match.ts";
import { type MockedApi, type MockedOperation, readApi } from "./match/operation.ts";
import { acceptedType, readRequest, type SentRequest } from "./match/read.ts";
import type { Ordered, Target } from "./next.ts";
import { preferredReply, readPreference } from "./prefer.ts";
import { loadPrism } from "./prism.ts";
import { type ProtectedCalls, protectedCalls, protectedName } from "./protected.ts";
import { exampleService, type Service } from "./service.ts";
import { bodyText } from "./wire/body.ts";
import { preflight } from "./wire/cors.ts";
import { type Delivery, readDelivery } from "./wire/faults.ts";
import { type Incoming, splitTarget } from "./wire/incoming.ts";

/** An answer, how to send it, and what it was found to be the answer to. */
export interface Decision {
  answer: Answer;
  delivery: Delivery;
  api?: string;
  operation?: string;
  scenario?: string;
  /** What was sent as the body: parsed where the operation says how, else its text. */
  body?: unknown;
}

/** Decides what requests are answered. */
export interface Decider {
  apis: MockedApi[];
  /** What can be ordered. */
  targets: Target[];
  service: Service;
  decide(incoming: Incoming, origin: string): Promise<Decision>;
}

export interface DeciderOptions extends MatchOptions {
  /** Takes what a test ordered for a request. */
  ordered: (target: Target) => Ordered | undefined;
  /** What stands behind the operations: the documents' examples unless told. */
  service?: Service;
}

/** Where the listing of all scenarios stands. */
export const listingPath = "/_mock/scenarios";

type Found = Pick<Decision, "answer" | "body" | "scenario"> & { delivery?: Partial<Delivery> };

/** Throws a `UserError` that says what to install if Prism is not there. */
export function createDecider(documents: ApiDocument[], options: DeciderOptions): Decider {
  const prism = loadPrism();
  const apis = documents.map(readApi);
  const operations = apis.flatMap((api) => api.operations);
  const protections = apis.flatMap((api) => protectedCalls(api) ?? []);
  const service = options.service ?? exampleService(protections);
  const matchers = new Map(operations.map((operation) => [operation, matcher(prism, operation, options)]));
  const targets: Target[] = [
    ...operations.map(({ api, name, replies }) => ({ api, name, replies })),
    ...protections.map(({ api, replies }) => ({ api, name: protectedName, replies, isProtected: true as const })),
  ];
  const route = (method: string, path: string) => prism.route(operations, method, path);

  return {
    apis,
    targets,
    service,
    async decide(incoming, origin) {
      const text = await bodyText(incoming);
      const delivery = readDelivery(incoming.headers);
      if ("status" in delivery) return { answer: delivery, delivery: { delay: 0 } };
      if (typeof text !== "string") return { answer: text, delivery };
      return answerTo(incoming, text, origin, delivery);
    },
  };

  function answerTo(
    incoming: Incoming,
    text: string,
    origin: string,
    delivery: Delivery,
  ): Omit<Decision, "delivery"> & { delivery: Delivery } {
    const { path } = splitTarget(incoming.target);
    const body = text === "" ? {} : { body: text };
    if (!isEncoded(path))
      return { answer: problem(400, "The path is not percent-encoded as it should be"), delivery, ...body };
    // What may be asked by GET may be asked by HEAD, which is answered without the body.
    const operation = route(incoming.method === "HEAD" ? "get" : incoming.method.toLowerCase(), path);
    if (operation) {
      const { delivery: own, ...found } = answerOperation(operation, incoming, text);
      return { ...body, api: operation.api, operation: operation.name, ...found, delivery: { ...delivery, ...own } };
    }
    const known = operations.filter((each) => route(each.method, path) === each);
    if (known.length > 0) return { answer: otherMethod(known, incoming), delivery, ...body };
    const protection = protections.find(
      ({ api }) => path === `/protected/${api}` || path.startsWith(`/protected/${api}/`),
    );
    if (protection) {
      const { delivery: own, ...found } = answerProtected(protection, incoming);
      return { ...body, api: protection.api, operation: protectedName, ...found, delivery: { ...delivery, ...own } };
    }
    const isListing = path === listingPath && (incoming.method === "GET" || incoming.method === "HEAD");
    return { answer: isListing ? listed(origin) : nothingThere(), delivery, ...body };
  }

  function answerOperation(operation: MockedOperation, incoming: Incoming, text: string): Found {
    const { target, headers } = incoming;
    const request = readRequest(operation, target, headers, text);
    const body = request.body === undefined ? {} : { body: request.body };
    const order = options.ordered(operation);
    if (order) return { ...answered(order.reply), delivery: order.delivery, ...body };
    const chosen = preferred(operation.replies, headers.prefer);
    if (chosen) return { ...chosen, ...body };
    const isTaken =
      text === "" || operation.mediaTypes.length === 0 || acceptedType(operation, request.mediaType) !== undefined;
    if (!isTaken) return { answer: unsupported(operation), ...body };
    const match = matchers.get(operation)?.(request);
    if (!match) return { answer: nothingThere(), ...body };
    return { ...answerMatch(operation, match, incoming, request), ...body };
  }

  function answerMatch(
    operation: MockedOperation,
    match: Match,
    { target, headers }: Incoming,
    request: SentRequest,
  ): Found {
    if ("violations" in match) return { answer: unmatched(match) };
    if (!match.reply) return { answer: problem(501, "The document has no example of success") };
    if (!match.isValid) return answered(match.reply);
    const { path, query } = splitTarget(target);
    const received = { path, query: queryOf(query), headers, body: request.body };
    return answered(service.answer(operation, received, match.reply));
  }

  function answerProtected({ api, header, replies }: ProtectedCalls, { method, headers }: Incoming): Found {
    if (method === "OPTIONS") {
      const asked = headers["access-control-request-method"] ?? "";
      const allowed = preflight([{ method: asked, parameters: [] }], header.name);
      return { answer: { status: 200, headers: asked === "" ? {} : allowed, body: "" } };
    }
    const order = options.ordered({ api, name: protectedName, replies });
    if (order) return { ...answered(order.reply), delivery: order.delivery };
    const chosen = preferred(replies, headers.prefer);
    if (chosen) return chosen;
    const [success, rejection] = replies;
    const reply = service.check(api, headers[header.name.toLowerCase()]) === "good" ? success : rejection;
    return reply ? answered(reply) : { answer: nothingThere() };
  }

  function listed(origin: string): Answer {
    return {
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: listing(operations, origin),
    };
  }

  function nothingThere(): Answer {
    const paths = operations.map((operation) => `${operation.method.toUpperCase()} ${operation.path}`);
    const others = protections.map(({ api }) => `/protected/${api}`);
    return problem(404, "No such operation", { operations: paths, protected: others, scenarios: listingPath });
  }
}

function answered(reply: Reply): Found {
  return { answer: documented(reply), scenario: reply.name };
}

/** What a `Prefer` header chooses; nothing, if it chooses nothing. */
function preferred(replies: Reply[], header: string | undefined): Found | undefined {
  const preference = header === undefined ? undefined : readPreference(header);
  if (!preference) return undefined;
  const reply = preferredReply(replies, preference);
  if (reply) return answered(reply);
  const choices = replies.map(({ status, name }) => `code=${status}, example=${headerName(name)}`);
  return { answer: problem(400, "Prefer chooses a reply that is not documented", { choices }) };
}

function unsupported({ mediaTypes }: MockedOperation): Answer {
  return problem(
    415,
    "The body is of another media type than is documented",
    { mediaTypes },
    { accept: mediaTypes.join(", ") },
  );
}

function unmatched({ violations, malformed, nearest }: Extract<Match, { violations: unknown }>): Answer {
  const members = { validation: violations, ...(nearest && { nearest }) };
  return malformed
    ? problem(400, "The body is not JSON", members)
    : problem(422, "The request is not as documented", members);
}

function otherMethod(known: MockedOperation[], { method, headers }: Incoming): Answer {
  const allow = known.map((operation) => operation.method.toUpperCase()).join(", ");
  if (method !== "OPTIONS") return problem(405, "No such method at this path", {}, { allow });
  const isAsked = headers["access-control-request-method"] !== undefined;
  return { status: 200, headers: { allow, ...(isAsked && preflight(known)) }, body: "" };
}

function queryOf(query: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? "")];
    }),
  );
}

function isEncoded(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}
