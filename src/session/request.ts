import { LoginError } from "../errors.ts";
import { isResponse, isSignal, networkError } from "../http/exchange.ts";
import { type HeadersLike, headerEntries, headerValue } from "../http/guards.ts";
import type { Connection } from "../http/options.ts";

export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What an init may have; a Request that is given for one has them on its class. */
const initMembers = [
  "body",
  "cache",
  "credentials",
  "duplex",
  "headers",
  "integrity",
  "keepalive",
  "method",
  "mode",
  "redirect",
  "referrer",
  "referrerPolicy",
  "signal",
] as const;

type Init = Omit<RequestInit, "headers"> & { headers?: unknown; duplex?: string };

/** The codes that the runtimes have for a request that is none: the rest of what `fetch` fails with is the network's. */
const mistakeCodes = [
  // undici: a header that the connection has for itself, and a length that is not that of the body.
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  // Node.js: a Request of another class.
  "ERR_INVALID_URL",
  // Bun
  "ERR_INVALID_ARG_VALUE",
];

/** A request that waits for a token. */
export interface Sending {
  signal: AbortSignal | null | undefined;
  /** What a request that cannot be sent again has in common with the next that says whether a new token helped. */
  route: string;
  /** Whether it can be sent a second time. */
  isRepeatable: boolean;
  send(header: { name: string; value: string }): Promise<Response>;
  /** Frees what was kept for a second time. */
  forget(): void;
}

/**
 * `headers` of the connection have names in lower case. Throws `insecure_url` where the token must not go,
 * `unsendable_credential`, and `invalid_argument` for what is no request.
 */
export function prepare(
  { baseUrl, headers: further, fetch }: Connection,
  mayGo: (url: URL) => boolean,
  input: string | URL | Request,
  options: RequestInit | null | undefined,
): Sending {
  const init = membersOf(options);
  const request = isRequest(input) ? input : undefined;
  const url = request ? parse(request.url) : resolve(String(input), baseUrl);
  if (!mayGo(url)) throw new LoginError("insecure_url", "the token does not go there");
  if (url.username || url.password) throw new LoginError("invalid_argument", "the URL has a user or password");
  const signal = init.signal === undefined ? request?.signal : init.signal;
  if (signal !== undefined && signal !== null && !isSignal(signal))
    throw new LoginError("invalid_argument", "signal is no AbortSignal");

  const given = checkedHeaders((init.headers ?? request?.headers ?? undefined) as HeadersLike | undefined);
  const isOwnOrigin = url.origin === baseUrl.origin;
  const own = isOwnOrigin ? { ...further, ...given } : given;
  const redirect = init.redirect ?? request?.redirect;
  const body = taken(init.body ?? undefined);
  // Some platforms show no Request's body: there it may have one.
  const withBody = body === undefined && request?.body !== null ? request : undefined;
  // A Request's body is read once: what is sent first is the caller's own, with all that platforms hang on it.
  const spare = withBody && !isUsed(withBody) ? copyOf(withBody) : undefined;
  const isWithoutInit = Object.keys(init).length === 0;
  let isFirst = true;

  return {
    signal,
    route: `${init.method ?? request?.method ?? "GET"} ${url.pathname}`,
    isRepeatable: withBody ? spare !== undefined : isRepeatable(body),
    async send({ name, value }) {
      const headers = { ...own, [name.toLowerCase()]: value };
      const given = { ...init, ...(body !== undefined && { body }) };
      const sent = {
        ...(request && isWithoutInit && referrerOf(request)),
        ...given,
        headers,
        redirect: "manual" as const,
      };
      const source = request && ((isFirst ? undefined : spare) ?? request);
      const target = source ?? url.href;
      // Another call may have sent the same Request, or the same stream, meanwhile.
      const isSpentByNow = withBody && source ? isUsed(source) : isSpent(body);
      isFirst = false;
      let reply: Response;
      try {
        // Looked up now: others may have replaced it since. What it is given is what the caller gave.
        reply = await ((fetch ?? globalThis.fetch) as FetchLike)(target as string, sent as RequestInit);
      } catch (error) {
        const failure = networkError(error);
        const isCode = mistakeCodes.some((code) => failure.message === `network: ${code}`);
        const members = { ...(request && { method: request.method }), ...sent, ...(withBody?.body && { body: "" }) };
        const isMistake = isSpentByNow || isCode || !canBeSent(url, members, fetch !== undefined);
        throw isMistake ? noRequest() : failure;
      }
      if (!isResponse(reply)) throw new LoginError("invalid_argument", "fetch gives no Response");
      return withoutRedirect(reply, redirect === "manual");
    },
    forget() {
      if (spare && !spare.bodyUsed) discard(spare);
    },
  };
}

export function noRequest(): LoginError {
  return new LoginError("invalid_argument", "no request that can be sent");
}

/** Asked by its members: there may be several classes of that name. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === "object" && input !== null && "headers" in input;
}

function membersOf(init: RequestInit | null | undefined): Init {
  if (init === undefined || init === null) return {};
  if (typeof init !== "object") throw noRequest();
  const members: Record<string, unknown> = { ...init };
  for (const name of initMembers) {
    const value = (init as Record<string, unknown>)[name];
    if (value !== undefined) members[name] = value;
  }
  return members;
}

/** A platform that is given an init forgets these of the Request, which the caller gave without one. */
function referrerOf({ referrer, referrerPolicy }: Request): RequestInit {
  return { ...(referrer !== undefined && { referrer }), ...(referrerPolicy !== undefined && { referrerPolicy }) };
}

/** What is relative is relative to the base URL with its path, also where it begins with a slash. */
function resolve(text: string, baseUrl: URL): URL {
  const isWhole = /^https?:\/\//i.test(text);
  if (isWhole) return parse(text);
  const base = baseUrl.href.replace(/\/$/, "");
  const isPath = /^[/\\](?![/\\])/.test(text.trim());
  return isPath ? parse(base + text.trim()) : parse(text, `${base}/`);
}

function parse(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw new LoginError("invalid_argument", "the URL is none");
  }
}

/** Checks headers and gives a copy: names in lower case, and values of the same name joined. */
export function checkedHeaders(headers: HeadersLike | undefined): Record<string, string> {
  const entries = headerEntries(headers);
  // Most requests have none, and a Headers costs them a twentieth of a request.
  if (entries.length === 0) return {};
  const copy = new Headers();
  for (const [name, value] of entries) copy.append(name, headerValue(name, value));
  return Object.fromEntries(copy);
}

/** A copy with what a platform hung on the Request, such as `cf` and `next`, which `clone()` forgets. */
function copyOf(request: Request): Request {
  const copy = request.clone();
  const hung = Object.entries(request).filter(([name]) => !(name in copy));
  return Object.assign(copy, Object.fromEntries(hung));
}

/** A body as it is at the call: whoever gave it may fill or change it while a token is awaited, as with `fetch`. */
function taken(body: RequestInit["body"] | undefined): RequestInit["body"] | undefined {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  if (body instanceof ArrayBuffer) return body.slice(0);
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  const canBeRead = body instanceof FormData && Symbol.iterator in body;
  if (!canBeRead) return body;
  const copy = new FormData();
  for (const [name, value] of body) copy.append(name, value);
  return copy;
}

function isUsed(request: Request): boolean {
  return request.bodyUsed || isSpent(request.body);
}

/** Whether a stream was read, which no stream says of itself, or is read elsewhere. */
function isSpent(body: unknown): boolean {
  if (!(body instanceof ReadableStream)) return false;
  try {
    new Response(body);
    return false;
  } catch {
    return true;
  }
}

/** A stream, or what is read like one, is spent once it was sent. */
function isRepeatable(body: unknown): boolean {
  const isObject = typeof body === "object" && body !== null;
  return !isObject || !(body instanceof ReadableStream || Symbol.asyncIterator in body || "pipe" in body);
}

/** Whether what could not be sent is at least a request. The platform's own error does not say, and may quote it. */
function canBeSent(url: URL, { body, signal: _, ...init }: Init, isOwnFetch: boolean): boolean {
  const members: object = { ...init, ...(isRepeatable(body) && { body }) };
  // What is read in parts has been spent, so an empty stream is tried. What is none is left out where only a `fetch` of the
  // caller's own may know whether it can be sent.
  const isStream = !isRepeatable(body) && (body instanceof ReadableStream || !isOwnFetch);
  try {
    new Request(url, { ...members, ...(isStream && { body: new ReadableStream() }) });
  } catch {
    return false;
  }
  return true;
}

/** Rejects a redirect, which nobody asked to have as it is; 304 answers a condition, and leads nowhere. */
function withoutRedirect(reply: Response, isWanted: boolean): Response {
  const { status, redirected } = reply;
  const isRedirect = status === 0 || (status >= 300 && status < 400 && status !== 304);
  if (!redirected && (!isRedirect || isWanted)) return reply;
  discard(reply);
  throw new LoginError("redirected");
}

/** Frees the connection of a reply that nobody will read, or the copy of a Request. */
export function discard({ body }: Pick<Response, "body">): void {
  body?.cancel?.().catch(() => {});
}
