import { LoginError } from "./errors.ts";

/** No more of a reply is read than this, in bytes, counted after decompression. */
const maximumReply = 2 ** 20;

/** https to anywhere; plain http to loopback. Matched on a parsed URL, where every spelling of an address has become one. */
const secureUrl = /^https:|^http:\/\/(([^/]+\.)?localhost|127[.\d]+|\[::1])[:/]/;

/**
 * Checks the URL that a client is bound to, and gives it parsed. Throws `invalid_argument` if it is more or less than an
 * origin and a path, with a user, password, query or fragment for example, and `insecure_url` if it is not https; plain
 * http is for loopback, or on demand.
 */
export function checkBaseUrl(value: unknown, allowInsecureHttp: boolean | undefined, name = "baseUrl"): URL {
  let url: URL | undefined;
  try {
    url = new URL(value as string);
  } catch {}
  if (!url || url.href !== url.origin + url.pathname) throw new LoginError("invalid_argument", name);
  if (!(allowInsecureHttp ? /^https?:/ : secureUrl).test(url.href)) throw new LoginError("insecure_url", name);
  return url;
}

/**
 * Puts the parameters into a path, each percent-encoded into exactly one segment. Throws `invalid_argument` where that is
 * impossible.
 */
export function fillPath(path: string, parameters: Record<string, unknown>): string {
  return path.replace(/\{(.+?)\}/g, (_, name: string) => {
    const value = parameters[name] as string;
    if (!/string|number/.test(typeof value) || !/^(?!\.\.?$).{1,1024}$/s.test(value))
      throw new LoginError("invalid_argument", name);
    return encodeURIComponent(value);
  });
}

/**
 * Checks that headers carry their values unchanged: no control character, nothing beyond Latin-1, no blank at either
 * end. Takes them in each of the forms that `fetch` and openapi-fetch do, and copies them into the one that both read
 * alike, so that what was checked is what is sent. Throws `unsendable_credential` otherwise.
 */
export function checkHeaders(headers: HeadersInit | object | undefined): Record<string, string> {
  const copy: Record<string, string> = (headers as Headers)?.[Symbol.iterator]
    ? Object.fromEntries(headers as Headers)
    : { ...(headers as object) };
  for (const name in copy) {
    for (const value of [copy[name]].flat()) {
      if (/[^\t -~\x80-\xff]|^[\t ]|[\t ]$/.test(value as string)) throw new LoginError("unsendable_credential", name);
    }
  }
  return copy;
}

/**
 * Runs a call with one deadline for all of it, in milliseconds, joined with the caller's signal. Rejects with `timeout`
 * or `aborted` at once, also if `run` does not heed the signal that it is given; and with `invalid_argument` for whatever
 * else is thrown, by the platform, by openapi-fetch or by a middleware, since it may quote the request.
 */
export function withDeadline<Result>(
  timeout: number,
  caller: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const { signal } = controller;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Result>((resolve, reject) => {
    const stop = (code: "timeout" | "aborted") => reject(new LoginError(code));
    timer = setTimeout(stop, timeout, "timeout");
    caller?.addEventListener("abort", () => stop("aborted"), { signal });
    if (caller?.aborted) stop("aborted");
    else run(signal).then(resolve, reject);
  })
    .catch((error) => {
      // Frees the connection. Without a reason of its own it would make an error, with a stack, for nobody.
      controller.abort(true);
      throw error instanceof LoginError ? error : new LoginError("invalid_argument");
    })
    .finally(() => {
      clearTimeout(timer);
      // Stops listening to the caller.
      if (caller) controller.abort(true);
    });
}

/** What `fetch` takes as its two arguments, in one. */
export interface PlainRequest extends RequestInit {
  url: string;
}

/**
 * Sends one request to `origin` and reads its whole reply, within the transport's rules; a reply to a plain request has
 * no body but by `arrayBuffer` and `text`. Rejects with `insecure_url` for another origin, `redirected`,
 * `reply_too_large`, and with `network` for whatever `fetch` throws.
 */
export async function exchange(
  ownFetch: typeof globalThis.fetch | undefined,
  request: PlainRequest | Request,
  origin: string,
  signal: AbortSignal,
): Promise<Response> {
  const init: RequestInit = {
    // Of a Request this is nothing: its properties are not its own.
    ...request,
    // A browser would answer a login by GET from its cache, whatever the password; some workers know no such option.
    ...("cache" in Request.prototype && { cache: "no-store" }),
    signal,
    redirect: "manual",
  };
  // A Request may say one URL and have another, and a `fetch` may drop its second argument: a copy does neither.
  const copy = request instanceof Request && new Request(request, init);
  if (!(copy || request).url.startsWith(`${origin}/`)) throw new LoginError("insecure_url");
  try {
    const response = await (ownFetch ?? globalThis.fetch)(copy || request.url, init);
    if (isRedirect(response)) throw new LoginError("redirected");

    // Chunk by chunk: that it is too large should be known before it is in memory.
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    const reader = response.body?.getReader();
    let chunk: Uint8Array<ArrayBuffer> | undefined;
    // biome-ignore lint/suspicious/noAssignInExpressions: the shortest loop over a reader; not all runtimes iterate bodies.
    while ((chunk = (await reader?.read())?.value)) {
      size += chunk.length;
      if (size > maximumReply) throw new LoginError("reply_too_large");
      chunks.push(chunk);
    }
    const bytes = chunks.length > 1 ? await new Blob(chunks).arrayBuffer() : chunks[0];
    return copy
      ? new Response(bytes, response)
      : Object.assign(response, { arrayBuffer: () => bytes, text: () => new Response(bytes).text() });
  } catch (error) {
    throw networkError(error);
  }
}

/** Whether a reply is a redirect: also one that a browser hides behind status 0, or that `fetch` followed in spite of all. */
export const isRedirect = ({ redirected, status }: Response): boolean => redirected || /^[03]/.test(`${status}`);

/** Of what `fetch` throws only an error code is passed on, such as ECONNREFUSED: the rest may quote the request. */
export const networkError = (error: unknown): LoginError =>
  error instanceof LoginError
    ? error
    : new LoginError("network", /^[A-Z_]+$/.exec((error as Caused)?.cause?.code as string)?.[0]);
type Caused = { cause?: { code?: string } } | undefined;
