import { type Answered, answered, problem } from "./answer.ts";
import type { Orders } from "./next.ts";
import { preferred } from "./prefer.ts";
import { type ProtectedCalls, protectedName } from "./protected.ts";
import type { Service } from "./service.ts";
import { preflight } from "./wire/cors.ts";
import type { Incoming } from "./wire/incoming.ts";

/** Answers what stands for every other call of an API: as a test ordered it, as `Prefer` chooses, or else by the token. */
export function answerProtected(
  { orders, service }: { orders: Pick<Orders, "take">; service: Service },
  { api, header, replies }: ProtectedCalls,
  { method, headers }: Incoming,
): Answered {
  const asked = headers["access-control-request-method"];
  if (method === "OPTIONS" && asked !== undefined) {
    const allowed = preflight([{ method: asked, parameters: [] }], header.name);
    return { answer: { status: 200, headers: allowed, body: "" } };
  }
  const order = orders.take({ api, name: protectedName });
  if (order) return { ...answered(order.reply), delivery: order.delivery };
  const chosen = preferred(replies, headers.prefer);
  if (chosen) return "reply" in chosen ? answered(chosen.reply) : chosen;
  const [success, rejection] = replies;
  const isGood = service.check(api, headers[header.name.toLowerCase()]) === "good";
  const reply = isGood ? success : rejection;
  return reply ? answered(reply) : { answer: problem(501, "The document says of no call that its token is rejected") };
}
