import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Answer } from "../answer.ts";
import type { Handled, MockCore } from "../core.ts";
import { baseUrl } from "../listen.ts";
import { damaged } from "./faults.ts";
import { collect, type Incoming, originForm } from "./incoming.ts";
import { headerBytes, isBodiless } from "./sendable.ts";

/** Answers over a socket. */
export function nodeListener(core: MockCore): RequestListener {
  return async (request, response) => {
    const start = performance.now();
    let handled: Handled | undefined;
    response.once("close", () =>
      core.log(handled, response.headersSent ? response.statusCode : undefined, performance.now() - start),
    );
    try {
      const { localAddress: address = "", localPort: port = 0 } = request.socket;
      handled = await core.handle(await incomingOf(request), baseUrl({ address, port }));
      await deliver(response, handled, request.method === "HEAD");
    } catch {
      // The client left within its request.
      response.destroy();
    }
  };
}

export async function incomingOf(request: IncomingMessage): Promise<Incoming> {
  const { method = "GET", url = "/", headers } = request;
  return {
    method,
    target: originForm(url),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: await collect(request as AsyncIterable<Buffer>),
  };
}

/** Sends an answer with its delay and fault. Gives up when the client leaves. */
async function deliver(response: ServerResponse, { answer, delivery }: Handled, isHead: boolean): Promise<void> {
  if (delivery.delay > 0 && !(await pause(response, delivery.delay))) return;
  const sent = damaged(answer, delivery.fault);
  if (sent === "hang") return;
  if (sent === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if ("half" in sent) {
    const { body } = sent.half;
    writeHead(response, sent.half).write(Buffer.from(body.slice(0, body.length / 2)));
    response.socket?.end();
    return;
  }
  send(response, sent, isHead);
}

async function pause(response: ServerResponse, delay: number): Promise<boolean> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return setTimeout(delay, true, { signal: gone.signal }).catch(() => false);
}

export function send(response: ServerResponse, answer: Answer, isHead = false): void {
  const hasBody = !isHead && !isBodiless(answer.status);
  // As bytes: with a text, Node would send the head as UTF-8 too.
  writeHead(response, answer).end(hasBody ? Buffer.from(answer.body) : undefined);
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): ServerResponse {
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerBytes(value)]));
  const length = isBodiless(status) ? {} : { "content-length": Buffer.byteLength(body) };
  return response.writeHead(status, { ...sent, ...length });
}
