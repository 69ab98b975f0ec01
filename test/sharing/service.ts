import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { serve } from "../support/serve.ts";

/** A request that came, and who sent it. */
export interface Arrival {
  type: "login" | "refresh";
  pid: number;
  /** When, by a clock that only goes forward. */
  at: number;
}

/** A login service that the processes of a scene share. */
export interface SharedService extends AsyncDisposable {
  url: string;
  arrivals: Arrival[];
  /** Refresh tokens that came twice: a service that detects reuse ends the whole family (RFC 9700, 4.14.2). */
  reused: number;
  /** Milliseconds until it answers, never where it is infinite. */
  delay: number;
  /** Seconds that a token lasts. */
  life: number;
  onArrival: (arrival: Arrival) => void;
  /** How many processes must be ready before any of them begins. */
  processes: number;
}

export const rightPassword = "the right password";

export async function startService(): Promise<SharedService> {
  const spent = new Set<string>();
  let issued = 0;
  const service: Omit<SharedService, keyof AsyncDisposable> = {
    url: "",
    arrivals: [],
    reused: 0,
    delay: 0,
    life: 3600,
    onArrival() {},
    processes: 0,
  };
  const ready: (() => void)[] = [];

  function answer(type: Arrival["type"], body: { password?: string; refreshToken?: string }): object {
    const refresh = body.refreshToken ?? "";
    if (type === "login" && body.password !== rightPassword) return { error: "wrong" };
    if (type === "refresh" && spent.has(refresh)) {
      service.reused++;
      return { error: "wrong" };
    }
    spent.add(refresh);
    issued++;
    return { token: `token-${issued}`, refresh: `refresh-${issued}`, in: service.life };
  }

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (incoming.url === "/ready") {
      ready.push(() => outgoing.end());
      if (ready.length === service.processes) for (const begin of ready) begin();
      return;
    }
    const body = (await json(incoming)) as { password?: string; refreshToken?: string };
    const type = incoming.url === "/refresh" ? "refresh" : "login";
    const pid = Number(/\d+$/.exec(incoming.headers["user-agent"] ?? "")?.[0]);
    const arrival: Arrival = { type, pid, at: performance.now() };
    service.arrivals.push(arrival);
    // What is judged is judged when it comes, whether or not its sender lives to see the answer.
    const text = JSON.stringify(answer(type, body));
    service.onArrival(arrival);
    if (service.delay === Infinity) return;
    setTimeout(() => {
      outgoing.writeHead(200, { "content-type": "application/json" }).end(text);
    }, service.delay);
  }

  const { url, close } = await serve((incoming, outgoing) => {
    // A sender that dies may leave half a request.
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return Object.assign(service, { url, [Symbol.asyncDispose]: close });
}
