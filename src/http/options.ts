import { LoginError } from "../errors.ts";
import { checkBaseUrl, checkHeaders } from "./guards.ts";

/** What `login`, sessions and clients have for options. */
export interface ClientOptions {
  /** Where the API answers, such as `https://login.example.org`. Defaults to the document's own host, if it has one. */
  baseUrl?: string | undefined;
  /** Milliseconds for a whole call, its reply included. Defaults to 30,000. */
  timeout?: number | undefined;
  /** Called in place of `globalThis.fetch`, within the same rules: it gets the URL as text, and an init. */
  fetch?: Fetch | undefined;
  /** Headers sent with every request. */
  headers?: Record<string, string> | undefined;
  /**
   * Lets requests go over plain http to any host, where everybody on the way can read the password.
   * @deprecated Not outdated, but dangerous: marked so that it stands out wherever it is used.
   */
  allowInsecureHttp?: boolean | undefined;
}

/**
 * A `fetch`, as far as it is used: a plain call signature with members that every platform's types agree on, so that any
 * function fits.
 */
export type Fetch = (url: string, init: FetchInit) => PromiseLike<FetchReply>;

/** What a `fetch` is called with; beside these, what the caller of a client's method put into its init. */
export interface FetchInit {
  /** In capitals. */
  method: string;
  /** All of the request's headers, by their names. */
  headers: Record<string, string>;
  /** Absent where the request has none. */
  body?: string | ArrayBuffer;
  /** A `fetch` that follows redirects all the same has its reply refused. */
  redirect: "manual";
  /** Aborts at the deadline, and when the caller does. */
  signal?: AbortSignal;
  /** Where the platform knows it. */
  cache?: "no-store";
}

/** What a `fetch` must give at least. Its body is read as a web stream where it is one, else by `arrayBuffer()`. */
export interface FetchReply {
  /** The HTTP status; 0 is taken for a redirect. */
  readonly status: number;
  /** The reply's headers, as `Headers` gives them. */
  readonly headers: FetchReplyHeaders;
  /** The whole body. */
  arrayBuffer(): PromiseLike<ArrayBuffer>;
}

/** The headers of a reply, as far as they are used. */
export interface FetchReplyHeaders {
  /** A header's value, whatever the case of its name; `null` where there is none. */
  get(name: string): string | null;
}

/** The way to one API: what its calls have in common, checked. */
export interface Connection {
  /** With its path, if it has one. */
  baseUrl: URL;
  /** Milliseconds for a whole call. */
  timeout: number;
  /** Headers of every call. */
  headers: Record<string, string>;
  /** Called in place of `globalThis.fetch`. */
  fetch?: Fetch | undefined;
}

const knownOptions: readonly string[] = [
  "baseUrl",
  "timeout",
  "fetch",
  "headers",
  "allowInsecureHttp",
] satisfies (keyof ClientOptions)[];

/** The longest that a timer can wait, in milliseconds: a longer one would fire at once. */
const longestTimeout = 2 ** 31 - 1;

/**
 * Opens the way to an API, whose host is used where the options have no `baseUrl`; no request is made. `further` names
 * the options that the caller knows beside those of `ClientOptions`. Throws `invalid_argument`, `insecure_url` or
 * `unsendable_credential` if an option cannot be used or does not exist.
 */
export function connect(
  host: string | undefined,
  options: ClientOptions = {},
  further: readonly string[] = [],
): Connection {
  if (typeof options !== "object" || options === null) {
    throw new LoginError("invalid_argument", "options are no object");
  }
  for (const name in options) {
    const isKnown = knownOptions.includes(name) || further.includes(name);
    if (!isKnown) throw new LoginError("invalid_argument", `${name} is no option`);
  }

  const { baseUrl = host, timeout = 30_000, fetch, headers = {}, allowInsecureHttp } = options;
  const isDuration = typeof timeout === "number" && timeout > 0 && timeout <= longestTimeout;
  if (!isDuration) throw new LoginError("invalid_argument", "timeout is no number of milliseconds above 0");
  if (fetch !== undefined && typeof fetch !== "function") {
    throw new LoginError("invalid_argument", "fetch is no function");
  }
  // What can be read only by iterating, as `Headers` can, would have no names here.
  const isRecord = typeof headers === "object" && headers !== null && !(Symbol.iterator in headers);
  if (!isRecord) throw new LoginError("invalid_argument", "headers are no plain object");
  return { baseUrl: checkBaseUrl(baseUrl, allowInsecureHttp), timeout, headers: checkHeaders(headers), fetch };
}
