import { LoginError } from "./errors.ts";
import { isRedirect, networkError } from "./http/exchange.ts";
import { checkBaseUrl, checkHeaders } from "./http/guards.ts";
import type { ClientOptions } from "./http/options.ts";
import type { Token } from "./login/outcome.ts";

/** A request that waits for a token. */
export interface Sending {
  signal: AbortSignal | null | undefined;
  /** Whether its body can be sent a second time. */
  repeatable: boolean;
  /** Sends it, once or once more, and follows no redirect. The reply's body is not read. */
  send(header: Token["header"]): Promise<Response>;
}

/**
 * Makes requests that may carry a token: to the base URL's own origin and those of `allowedOrigins`. What it gives
 * throws `insecure_url` for any other, `unsendable_credential` for a header, and `invalid_argument` for what is no URL.
 */
export function authorizing(
  baseUrl: URL,
  {
    allowedOrigins = [],
    allowInsecureHttp,
    fetch: ownFetch,
  }: ClientOptions & { allowedOrigins?: readonly string[] | undefined },
): (input: string | URL | Request, init?: RequestInit) => Sending {
  const origins = new Set([baseUrl.origin]);
  for (const origin of allowedOrigins) origins.add(checkBaseUrl(origin, allowInsecureHttp, "allowedOrigins").origin);

  return (input, init = {}) => {
    const own = init.headers && readable(() => checkHeaders(init.headers));
    // What is no pairs of name and value has been checked for nothing.
    readable(() => new Headers(init.headers));
    const request = typeof input === "string" || input instanceof URL ? undefined : input;
    const signal = init.signal === undefined ? request?.signal : init.signal;

    // A copy says where it goes itself, whatever the properties of the original have been made to say.
    const copy =
      request && readable(() => new Request(request, { ...init, ...(own && { headers: own }), redirect: "manual" }));
    const url = readable(() => new URL(copy?.url ?? String(input), baseUrl));
    if (!origins.has(url.origin)) throw new LoginError("insecure_url");
    if (url.username || url.password) throw new LoginError("invalid_argument", "The URL has a user or password");
    const headers = readable(() => new Headers(copy?.headers ?? own));
    const repeatable = isRepeatable(init.body);

    return {
      signal,
      repeatable,
      async send({ name, value }) {
        headers.set(name, value);
        const fetch = ownFetch ?? globalThis.fetch;
        try {
          const target = copy && repeatable ? copy.clone() : (copy ?? url.href);
          const options = copy ? { headers } : { ...init, headers, redirect: "manual" as const };
          const reply = await (fetch as typeof globalThis.fetch)(target, options);
          // Whoever asks on condition is told 304, which leads nowhere.
          if (reply.status !== 304 && isRedirect(reply)) {
            discard(reply);
            throw new LoginError("redirected");
          }
          return reply;
        } catch (error) {
          throw signal?.aborted ? new LoginError("aborted") : networkError(error);
        }
      },
    };
  };
}

/** Frees the connection of a reply that nobody will read. */
export function discard({ body }: Response): void {
  body?.cancel().catch(() => {});
}

/** The platform's own errors quote what they are given. */
function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof LoginError ? error : new LoginError("invalid_argument", "no request that can be sent");
  }
}

/** A stream, or what is read like one, is spent once it was sent. */
function isRepeatable(body: unknown): boolean {
  return !(
    typeof body === "object" &&
    body !== null &&
    (body instanceof ReadableStream || Symbol.asyncIterator in body)
  );
}
