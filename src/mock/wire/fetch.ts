import type { Handled, MockCore } from "../core.ts";
import { damaged } from "./faults.ts";
import { collect, type Incoming } from "./incoming.ts";
import { headerBytes, isBodiless } from "./sendable.ts";

/** As `fetch` is, for any URL: the documents' paths count, and not the origin. */
export type MockFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Answers without a port, in the same process. */
export function mockFetch(core: MockCore): MockFetch {
  const answer = async (request: Request, redirects: number): Promise<Response> => {
    const start = performance.now();
    const { signal, redirect } = request;
    signal.throwIfAborted();
    const { origin } = new URL(request.url);
    const incoming = await incomingOf(request);
    const handled = await core.handle(incoming, origin);
    const log = (status?: number) => core.log(handled, status, performance.now() - start);
    try {
      const response = await responseTo(handled, request);
      log(response.status);
      const location = response.headers.get("location");
      const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
      if (!isRedirect || redirect === "manual") return response;
      if (redirect === "error" || redirects === maximumRedirects) throw new TypeError("fetch failed");
      return await answer(redirected(request, incoming, response.status, location), redirects + 1);
    } catch (error) {
      if (damaged(handled.answer, handled.delivery.fault) === "reset" || signal.aborted) log();
      throw error;
    }
  };
  return async (input, init) => answer(new Request(input, init), 0);
}

/** As many as `fetch` follows. */
const maximumRedirects = 20;

/** Headers that are for the origin that they were sent to alone. */
const forOneOrigin = ["authorization", "proxy-authorization", "cookie", "host"];

/**
 * The request that a redirect leads to, as `fetch` makes it: with method and body for 307 and 308, else by GET; to
 * another origin without what is for the first alone.
 */
function redirected(
  { url: before, signal }: Request,
  { method, headers: sent, body }: Incoming,
  status: number,
  location: string,
): Request {
  const url = new URL(location, before);
  const isElsewhere = url.origin !== new URL(before).origin;
  const headers = Object.fromEntries(
    Object.entries(sent).filter(([name]) => !(isElsewhere && forOneOrigin.includes(name))),
  );
  const isKept = status === 307 || status === 308 || method === "HEAD" || (status !== 303 && method !== "POST");
  const hasBody = body !== undefined && body.length > 0;
  if (isKept) return new Request(url, { method, headers, signal, ...(hasBody && { body: Buffer.from(body) }) });
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith("content-"));
  return new Request(url, { headers: kept, signal });
}

async function incomingOf(request: Request): Promise<Incoming> {
  const { method, body } = request;
  const { pathname, search } = new URL(request.url);
  return {
    method: method.toUpperCase(),
    target: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: await collect((body ?? []) as unknown as AsyncIterable<Uint8Array>),
  };
}

async function responseTo({ answer, delivery }: Handled, request: Request): Promise<Response> {
  const { signal, method } = request;
  if (delivery.delay > 0) await pause(delivery.delay, signal);
  const sent = damaged(answer, delivery.fault);
  if (sent === "hang") return pause(Number.POSITIVE_INFINITY, signal);
  if (sent === "reset") throw new TypeError("fetch failed", { cause: connectionReset() });
  const { status, headers, body } = "half" in sent ? sent.half : sent;
  const hasBody = method !== "HEAD" && !isBodiless(status);
  // As bytes: to a text, Response gives a media type of its own.
  const content = "half" in sent ? halfOf(body) : new TextEncoder().encode(body);
  const bytes = Object.entries(headers).map(([name, value]): [string, string] => [name, headerBytes(value)]);
  const response = new Response(hasBody ? content : null, { status, headers: bytes });
  Object.defineProperty(response, "url", { value: request.url });
  return response;
}

function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

/** A body whose connection ends halfway. */
function halfOf(body: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(body.slice(0, body.length / 2));
  const chunks = [half];
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop();
      if (chunk) controller.enqueue(chunk);
      else controller.error(new TypeError("terminated"));
    },
  });
}

/** Waits; rejects with the signal's own reason, when that is aborted. */
function pause(delay: number, signal: AbortSignal): Promise<never>;
function pause(delay: number, signal: AbortSignal): Promise<void>;
function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(delay) ? setTimeout(resolve, delay) : undefined;
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
  });
}
