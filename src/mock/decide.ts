import type { ApiDocument } from "../openapi/document.ts";
import { type Answer, type Answered, problem } from "./answer.ts";
import { answerOperation } from "./answer-operation.ts";
import { answerProtected } from "./answer-protected.ts";
import { listing } from "./listing.ts";
import { type MatchOptions, matcher } from "./match/match.ts";
import { type MockedApi, type MockedOperation, readApi } from "./match/operation.ts";
import { pathTexts } from "./match/path.ts";
import type { Orders, Target } from "./next.ts";
import { loadPrism } from "./prism.ts";
import { protectedCalls, protectedName } from "./protected.ts";
import { exampleService, type Service } from "./service.ts";
import { bodyText } from "./wire/body.ts";
import { preflight } from "./wire/cors.ts";
import { type Delivery, readDelivery, redirectPath } from "./wire/faults.ts";
import { type Incoming, splitTarget } from "./wire/incoming.ts";

/** An answer, how to send it, and what it was found to be the answer to. */
export interface Decision extends Answered {
  delivery: Delivery;
  /** Absent, as the operation is, where the request belongs to none. */
  api?: string;
  operation?: string;
  /** How long the body's text is. */
  size?: number;
}

/** Decides what requests are answered. */
export interface Decider {
  apis: MockedApi[];
  /** What a test can order answers of. */
  targets: Target[];
  service: Service;
  /** `origin` is the base URL that the listing names. */
  decide(incoming: Incoming, origin: string): Promise<Decision>;
}

export interface DeciderOptions extends MatchOptions {
  orders: Pick<Orders, "take">;
  /** What stands behind the operations: the documents' examples unless told. */
  service?: Service;
}

/** Where the listing of all scenarios stands. */
export const listingPath = "/_mock/scenarios";

/** Throws a `UserError` that says what to install if Prism is not there. */
export function createDecider(documents: ApiDocument[], options: DeciderOptions): Decider {
  const prism = loadPrism();
  const apis = documents.map(readApi);
  const operations = apis.flatMap((api) => api.operations);
  const protections = apis.flatMap((api) => protectedCalls(api) ?? []);
  const { orders, service = exampleService(protections) } = options;
  const matchers = new Map(operations.map((operation) => [operation, matcher(prism, operation, options)]));
  // Prism alone would take `{name}.json` for any text that contains one.
  const operationsAt = (path: string) => operations.filter(({ pattern }) => pathTexts(pattern, path) !== undefined);

  return {
    apis,
    targets: [
      ...operations.map(({ api, name, replies }) => ({ api, name, replies })),
      ...protections.map(({ api, replies }) => ({ api, name: protectedName, replies, isProtected: true as const })),
    ],
    service,
    async decide(incoming, origin) {
      const text = await bodyText(incoming);
      const asked = readDelivery(incoming.headers);
      if ("status" in asked) return { answer: asked, delivery: { delay: 0 } };
      // Who follows a redirect sends its headers along.
      const isFollowed = asked.fault === "redirect" && splitTarget(incoming.target).path === redirectPath;
      const delivery = isFollowed ? { delay: asked.delay } : asked;
      if (typeof text !== "string") return { answer: text, delivery };
      const sent = text === "" ? {} : { body: text, size: text.length };
      const found = answer(incoming, text, origin);
      return { ...sent, ...found, delivery: { ...delivery, ...found.delivery } };
    },
  };

  /** The document's operations come first, so that none loses its path to the mock's own. */
  function answer(incoming: Incoming, text: string, origin: string): Answered & Pick<Decision, "api" | "operation"> {
    const { method } = incoming;
    const { path } = splitTarget(incoming.target);
    if (!isEncoded(path)) return { answer: problem(400, "The path is not percent-encoded as it should be") };
    const known = operationsAt(path);
    const own = prism.route(known, method.toLowerCase(), path);
    // What may be asked by GET may be asked by HEAD, which is answered without the body.
    const operation = own ?? (method === "HEAD" ? prism.route(known, "get", path) : undefined);
    const match = operation && matchers.get(operation);
    if (match) {
      const found = answerOperation({ match, orders, service }, operation, incoming, text);
      return { ...found, api: operation.api, operation: operation.name };
    }
    if (known.length > 0) return { answer: otherMethod(known, incoming) };
    const protection = protections.find(({ api }) => `${path}/`.startsWith(`/protected/${api}/`));
    if (protection) {
      const found = answerProtected({ orders, service }, protection, incoming);
      return { ...found, api: protection.api, operation: protectedName };
    }
    const isListing = path === listingPath && (method === "GET" || method === "HEAD");
    return { answer: isListing ? listed(origin) : nothingThere() };
  }

  function listed(origin: string): Answer {
    const headers = { "content-type": "text/plain; charset=utf-8" };
    return { status: 200, headers, body: listing(operations, origin) };
  }

  function nothingThere(): Answer {
    return problem(404, "No such operation", {
      operations: operations.map((operation) => `${operation.method.toUpperCase()} ${operation.path}`),
      protected: protections.map(({ api }) => `/protected/${api}`),
      scenarios: listingPath,
    });
  }
}

function otherMethod(known: MockedOperation[], { method, headers }: Incoming): Answer {
  const allow = known.map((operation) => operation.method.toUpperCase()).join(", ");
  if (method !== "OPTIONS") return problem(405, "No such method at this path", {}, { allow });
  const isAsked = headers["access-control-request-method"] !== undefined;
  return { status: 200, headers: { allow, ...(isAsked && preflight(known)) }, body: "" };
}

function isEncoded(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}
