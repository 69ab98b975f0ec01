import type { IncomingMessage } from "node:http";
import type { Reply } from "../openapi/scenarios.ts";
import { type Answer, documented, problem } from "./answer.ts";
import { preflight } from "./cors.ts";
import { type Delivery, readDelivery } from "./faults.ts";
import { baseUrl } from "./listen.ts";
import { listing } from "./listing.ts";
import { matcher } from "./match.ts";
import { preferredReply, readPreference } from "./prefer.ts";
import type { Prism, RoutedOperation } from "./prism.ts";
import { remembering } from "./remember.ts";
import { receive, sentRequest, splitTarget } from "./request.ts";

/** An answer, how to send it, and what it was found to be the answer to. */
export interface Decision {
  answer: Answer;
  delivery?: Delivery;
  operation?: RoutedOperation;
  reply?: Reply;
}

/** No more of a request is kept than this; the documents' requests have a few hundred bytes. */
const maximumBody = 1024 * 1024;

/** Makes the function that decides what a request is answered. */
export function decider({ operations, route }: Prism): (request: IncomingMessage) => Promise<Decision> {
  const matchers = new Map(operations.map((operation) => [operation, matcher(operation)]));
  const answers = new Map(
    operations.flatMap(({ replies }) => replies.map((reply) => [reply, documented(reply)] as const)),
  );
  const documentedAnswer = (operation: RoutedOperation, reply: Reply): Decision => ({
    answer: answers.get(reply) ?? documented(reply),
    operation,
    reply,
  });

  // A documented answer never changes.
  const decide = remembering(operations, answer, ({ reply }) => reply !== undefined);

  return async (request) => {
    const text = await receive(request, maximumBody);
    const delivery = readDelivery(request.headers);
    if ("status" in delivery) return { answer: delivery };
    if (text === undefined)
      return { answer: problem(413, `The request body is larger than ${maximumBody} bytes`), delivery };
    return { ...decide(request, text), delivery };
  };

  function answer(request: IncomingMessage, text: string): Decision {
    const { url: target = "/", headers, method = "GET" } = request;
    const { path } = splitTarget(target);
    if (!isEncoded(path)) return { answer: problem(400, "The path is not percent-encoded as it should be") };
    // What may be asked by GET may be asked by HEAD; Node leaves the body out.
    const operation = route(method === "HEAD" ? "get" : method.toLowerCase(), path);
    if (!operation) return { answer: withoutOperation(request, path) };

    if (headers.prefer) {
      const preference = readPreference(String(headers.prefer));
      const reply = preference && preferredReply(operation.replies, preference);
      if (reply) return documentedAnswer(operation, reply);
      const choices = operation.replies.map(({ status, name }) => `code=${status}, example=${name}`);
      return { answer: problem(400, "Prefer chooses a reply that is not documented", { choices }), operation };
    }

    const match = matchers.get(operation)?.(sentRequest(operation, target, headers, text)) ?? { reply: undefined };
    if ("reply" in match) {
      return match.reply
        ? documentedAnswer(operation, match.reply)
        : { answer: problem(501, "The document has no example of success"), operation };
    }
    const { violations: validation, malformed } = match;
    return malformed
      ? { answer: problem(400, "The body is not JSON"), operation }
      : { answer: problem(422, "The request is not as documented", { validation }), operation };
  }

  function withoutOperation({ method, headers, socket }: IncomingMessage, path: string): Answer {
    const known = operations.filter((operation) => route(operation.method, path) === operation);
    const allow = known.map((operation) => operation.method.toUpperCase()).join(", ");
    if (known.length > 0 && method !== "OPTIONS") return problem(405, "No such method at this path", {}, { allow });
    if (known.length > 0) {
      const asked = headers["access-control-request-method"] !== undefined;
      return { status: 200, headers: { allow, ...(asked && preflight(known)) }, body: "" };
    }
    if (path === "/" && (method === "GET" || method === "HEAD")) {
      const { localAddress: address = "", localPort: port = 0 } = socket;
      const text = listing(operations, baseUrl({ address, port }));
      return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: text };
    }
    const paths = operations.map((operation) => `${operation.method.toUpperCase()} ${operation.path}`);
    return problem(404, "No such operation", { operations: paths });
  }
}

function isEncoded(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}
