import { LoginError } from "./errors.ts";
import type { Reply } from "./outcome.ts";
import { checkBaseUrl, checkHeaders, exchange, fillPath, withDeadline } from "./transport.ts";

export interface ClientOptions {
  /** Where the API answers, such as `https://login.example.org`. Defaults to the document's own host, if it has one. */
  baseUrl?: string | undefined;
  /** Milliseconds for a whole call, its reply included. Defaults to 30,000. */
  timeout?: number | undefined;
  /** Called in place of `globalThis.fetch`, within the same rules. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Headers sent with every request. */
  headers?: Record<string, string> | undefined;
  /**
   * Lets requests go over plain http to any host, where everybody on the way can read the password.
   * @deprecated Not outdated, but dangerous: marked so that it stands out wherever it is used.
   */
  allowInsecureHttp?: boolean | undefined;
}

/** A call of one operation, as its document describes it. */
export interface Call {
  /** POST unless it says otherwise. */
  method?: "GET";
  path: string;
  params?: { path?: Record<string, string>; header?: Record<string, string> };
  body?: object;
}

/** The way to one API: its base URL, and calls that keep the transport's rules. */
export interface Connection {
  url: URL;
  /** Milliseconds for a whole call. */
  timeout: number;
  /** Headers of every call. */
  headers: Record<string, string>;
  call(call: Call, signal: AbortSignal | null | undefined): Promise<Reply>;
}

/**
 * Opens the way to an API; no request is made. Throws `invalid_argument`, `insecure_url` or `unsendable_credential` if an
 * option cannot be used.
 */
export function connect(
  host: string | undefined,
  { baseUrl = host, timeout = 30_000, headers, fetch, allowInsecureHttp }: ClientOptions,
): Connection {
  const url = checkBaseUrl(baseUrl, allowInsecureHttp);
  const own = checkHeaders(headers);
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < 2 ** 31))
    throw new LoginError("invalid_argument", "timeout");

  return {
    url,
    timeout,
    headers: own,
    call: ({ method = "POST", path, params = {}, body }, caller) =>
      withDeadline(timeout, caller, async (signal) => {
        const [{ ok, status }, bytes] = await exchange(
          fetch,
          url.href.replace(/\/$/, "") + fillPath(path, params.path),
          {
            method,
            // Throws here at a name that is malformed, which is not the network's fault.
            headers: new Headers({
              ...(body && { "Content-Type": "application/json" }),
              ...own,
              ...checkHeaders(params.header),
            }),
            body: JSON.stringify(body),
            signal,
          },
        );
        return { status, body: readJson(bytes, ok) };
      }),
  };
}

/**
 * Parses a body. What is no JSON in UTF-8 is `undefined` where it is a failure's, and else `unexpected_reply`: the parser's
 * own error would quote the text.
 */
export function readJson(bytes: BufferSource | undefined, ok: boolean): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    if (ok) throw new LoginError("unexpected_reply");
  }
}
