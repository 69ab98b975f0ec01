import { LoginError } from "./errors.ts";

/** No more of a reply is read than this, in bytes, counted after decompression. */
const maximumReply = 1024 * 1024;

/**
 * Checks the URL that a client is bound to, and gives it parsed. Throws `invalid_argument` if it is none or holds a
 * user, password, query or fragment, and `insecure_url` if it is not https; plain http is for loopback, or on demand.
 */
export function checkBaseUrl(baseUrl: unknown, allowInsecureHttp = false, name = "baseUrl"): URL {
  let url: URL;
  try {
    url = new URL(baseUrl as string);
  } catch {
    throw new LoginError("invalid_argument", `${name} is no absolute URL.`);
  }
  if (url.username || url.password || /[?#]/.test(url.href))
    throw new LoginError("invalid_argument", `${name} has a user, password, query or fragment.`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && (allowInsecureHttp || isLoopback(url))))
    throw new LoginError("insecure_url", `${name} is not https.`);
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
function checkHeader(name: string, value: unknown): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new LoginError("invalid_argument", "A header's name is malformed.");
  if (!/^([!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/.test(String(value)))
    throw new LoginError(
      "unsendable_credential",
      `The header ${name} cannot carry this value unchanged: it has a control character, a character beyond Latin-1, or a blank at either end.`,
    );
}

/** Checks every header, in each of the forms that `fetch` and openapi-fetch take them. */
export function checkHeaders(headers: HeadersInit | object | undefined): void {
  const entries: Iterable<[string, unknown]> =
    headers && Symbol.iterator in Object(headers)
      ? (headers as Iterable<[string, string]>)
      : Object.entries(headers ?? {});
  for (const [name, value] of entries) {
    for (const each of Array.isArray(value) ? value : [value]) if (each != null) checkHeader(name, each);
  }
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
  if (caller?.aborted) abort();
  caller?.addEventListener("abort", abort);
  try {
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
  try {
    if (new URL(typeof input === "string" ? input : input.url).origin !== origin) throw new LoginError("insecure_url");
    const response = refuseRedirect(await fetch(input, { ...init, redirect: "manual" }));
    const bytes = await readBody(response.body, init.signal);
    return new Response(bytes.length > 0 ? bytes : null, response);
  } catch (error) {
    throw networkError(error);
  }
}

/** Throws `redirected` if the reply is a redirect: also one whose status a browser hides, or that `fetch` followed in spite of all. */
export function refuseRedirect(reply: Response): Response {
  const { type, redirected, status } = reply;
  if (type !== "opaqueredirect" && !redirected && !(status >= 300 && status < 400)) return reply;
  discard(reply);
  throw new LoginError("redirected");
}

/** Frees the connection of a reply that nobody will read. */
export function discard({ body }: Response): void {
  body?.cancel().catch(() => {});
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

/** Of what `fetch` throws only an error code is passed on, such as ECONNREFUSED: the rest may quote the request. */
export function networkError(error: unknown): LoginError {
  if (error instanceof LoginError) return error;
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { code?: unknown };
  return new LoginError(
    "network",
    typeof code === "string" && /^(E|UND_ERR_)[A-Z_]{3,30}$/.test(code) ? code : undefined,
  );
}
