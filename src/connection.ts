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

/** A call of one operation, as its document describes it and as a client takes it. */
export type Call = [
  method: "GET" | "POST",
  path: string,
  init: { params?: { path?: Record<string, string>; header?: Record<string, string> }; body?: object },
];

/** The way to one API: what its calls have in common, checked. */
export interface Connection {
  url: URL;
  /** Milliseconds for a whole call. */
  timeout: number;
  /** Headers of every call. */
  headers: Record<string, string>;
  fetch: typeof globalThis.fetch | undefined;
}

/**
 * Opens the way to an API; no request is made. Throws `invalid_argument`, `insecure_url` or `unsendable_credential` if an
 * option cannot be used.
 */
export function connect(
  host: string | undefined,
  { baseUrl = host, timeout = 30_000, headers, fetch, allowInsecureHttp }: ClientOptions,
): Connection {
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < 2 ** 31))
    throw new LoginError("invalid_argument", "timeout");

  return { url: checkBaseUrl(baseUrl, allowInsecureHttp), timeout, headers: checkHeaders(headers), fetch };
}

/** Makes one call, within the transport's rules. */
export function call(
  { url, timeout, headers, fetch }: Connection,
  [method, path, { params = {}, body }]: Call,
  caller: AbortSignal | undefined,
): Promise<Reply> {
  return withDeadline(timeout, caller, async (signal) => {
    const request = {
      url: url.href.replace(/\/$/, "") + fillPath(path, params.path ?? {}),
      method,
      // Throws here at a name that is malformed, which is not the network's fault.
      headers: new Headers({
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
        ...checkHeaders(params.header),
      }),
      body: JSON.stringify(body),
    };
    const reply = await exchange(fetch, request, url.origin, signal);
    return { status: reply.status, body: reply.ok ? readJson(await reply.arrayBuffer()) : await readError(reply) };
  });
}

/**
 * Parses the body of a success; an empty one is `undefined`. Throws `unexpected_reply` for what is no JSON in UTF-8: the
 * parser's own error would quote the text.
 */
export function readJson(bytes: BufferSource | undefined): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text ? JSON.parse(text) : undefined;
  } catch {
    throw new LoginError("unexpected_reply");
  }
}

/** The body of a failure: parsed if it is JSON, and else its text, as openapi-fetch has it. */
async function readError(reply: Response): Promise<unknown> {
  const text = await reply.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
