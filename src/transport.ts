import { LoginError } from "./errors.ts";

/** No more of a reply is read than this, in bytes, counted after decompression. */
const maximumReply = 1024 * 1024;

/**
 * Checks the URL that a client is bound to, and gives it parsed. Throws `invalid_argument` if it is none or holds a
 * user, password, query or fragment, and `insecure_url` if it is not https; plain http is for loopback, or on demand.
 */
export function checkBaseUrl(baseUrl: unknown, allowInsecureHttp = false): URL {
  let url: URL;
  try {
    url = new URL(baseUrl as string);
  } catch {
    throw new LoginError("invalid_argument", "baseUrl is no absolute URL.");
  }
  if (url.username || url.password || /[?#]/.test(url.href))
    throw new LoginError("invalid_argument", "baseUrl has a user, password, query or fragment.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && (allowInsecureHttp || isLoopback(url))))
    throw new LoginError("insecure_url", "baseUrl is not https.");
  return url;
}

/** Judged on the parsed URL, where every spelling of an address has become one. */
function isLoopback({ hostname }: URL): boolean {
  return /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname);
}

/** Checks that a path parameter fills exactly one segment. Throws `invalid_argument` otherwise. */
export function checkPathParameter(name: string, value: unknown): void {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || /^\.{0,2}$/.test(text) || text.length > 1024 || !isEncodable(text))
    throw new LoginError(
      "invalid_argument",
      `The path parameter ${name} is empty, ".", "..", longer than 1,024 characters or no text.`,
    );
}

function isEncodable(text: string): boolean {
  try {
    return encodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

/** Checks that a header carries its value unchanged. Throws `unsendable_credential` otherwise. */
export function checkHeader(name: string, value: unknown): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new LoginError("invalid_argument", "A header's name is malformed.");
  if (!/^([!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/.test(String(value)))
    throw new LoginError(
      "unsendable_credential",
      `The header ${name} cannot carry this value unchanged: it has a control character, a character beyond Latin-1, or a blank at either end.`,
    );
}

/**
 * Runs a call with one deadline for all of it, in milliseconds, joined with the caller's signal. Rejects with `timeout`
 * or `aborted` at once, also if `run` does not heed the signal that it is given.
 */
export async function withDeadline<Result>(
  timeout: number,
  caller: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let abort = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopped = new Promise<never>((_, reject) => {
    const stop = (code: "timeout" | "aborted") => {
      reject(new LoginError(code));
      controller.abort();
    };
    abort = () => stop("aborted");
    timer = setTimeout(stop, timeout, "timeout");
  });
  try {
    caller?.addEventListener("abort", abort);
    if (caller?.aborted) abort();
    return await Promise.race([stopped, controller.signal.aborted ? stopped : run(controller.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  }
}

/**
 * Sends one request and reads its whole reply, within the transport's rules. Rejects with `insecure_url` if the request
 * does not go to `origin`, with `redirected`, `reply_too_large`, and with `network` for whatever `fetch` throws.
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  input: string | Request,
  init: RequestInit & { signal: AbortSignal },
  origin: string,
): Promise<Response> {
  // A browser would answer a login by GET from its cache, whatever the password. workerd throws at an option it does not know.
  const uncached: RequestInit = "cache" in Request.prototype ? { cache: "no-store" } : {};
  const fixed = { ...init, ...uncached, redirect: "manual" } as const;
  // A middleware's Request may say one URL and have another, and a `fetch` may drop its second argument: a copy does neither.
  const request = typeof input === "string" ? input : new Request(input, fixed);
  if (new URL(typeof request === "string" ? request : request.url).origin !== origin)
    throw new LoginError("insecure_url");
  try {
    const response = await fetch(request, fixed);
    if (isRedirect(response)) {
      response.body?.cancel().catch(() => {});
      throw new LoginError("redirected");
    }
    if (!(response.status > 199 && response.status < 600)) throw new LoginError("unexpected_reply");
    const bytes = await readBody(response.body, init.signal);
    return new Response(bytes.length > 0 ? bytes : null, response);
  } catch (error) {
    throw error instanceof LoginError ? error : new LoginError("network", networkDetail(error));
  }
}

/** A browser hides the status of a redirect; a `fetch` that follows one in spite of all says so. */
export function isRedirect({ type, redirected, status }: Response): boolean {
  return type === "opaqueredirect" || redirected || (status >= 300 && status < 400);
}

async function readBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    size += chunk.value.length;
    if (size > maximumReply) {
      cancel();
      throw new LoginError("reply_too_large");
    }
    chunks.push(chunk.value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Of what the platform says only an error code is passed on, such as ECONNREFUSED: the rest may quote the request. */
function networkDetail(error: unknown): string | undefined {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { code?: unknown };
  return typeof code === "string" && /^(E|UND_ERR_)[A-Z_]{3,30}$/.test(code) ? code : undefined;
}
