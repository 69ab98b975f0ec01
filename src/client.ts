import createFetchClient, { type FetchResponse, type MaybeOptionalInit, type Middleware } from "openapi-fetch";
import { LoginError } from "./errors.ts";
import { checkBaseUrl, checkHeader, checkPathParameter, exchange, withDeadline } from "./transport.ts";

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

declare const api: unique symbol;

/** A client of one API, whatever it can call. */
export interface ApiClient<Api extends string> {
  readonly [api]: Api;
}

/** A client of one API, typed by the `paths` of its document. Its every call keeps the transport's rules. */
export interface Client<Api extends string, Paths> extends ApiClient<Api>, Methods<Paths> {
  /**
   * Registers openapi-fetch middleware. It sees every request, that of a login too. What it throws is not passed on, since
   * it may quote the request: the call rejects with `invalid_argument`, unless it is a `LoginError`.
   */
  use(...middleware: Middleware[]): void;
  eject(...middleware: Middleware[]): void;
}

type Methods<Paths> = {
  [Name in "GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH" | "TRACE"]: Method<Paths, Lowercase<Name>>;
};
type HttpMethod = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace";
type Method<Paths, Name extends HttpMethod> = <
  Path extends PathsWith<Paths, Name>,
  Init extends MaybeOptionalInit<Paths[Path], Name & keyof Paths[Path]>,
>(
  path: Path,
  ...init: undefined extends Init ? [(Init & Fixed)?] : [Init & Fixed]
) => Promise<FetchResponse<Paths[Path][Name & keyof Paths[Path]] & {}, Init, `${string}/${string}`>>;
type PathsWith<Paths, Name extends HttpMethod> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Name, object> ? Path : never;
}[keyof Paths];

/** What a client settles once for all its calls, so that no single call can undo it. */
type Fixed = { [Name in (typeof fixed)[number]]?: never };
const fixed = ["baseUrl", "fetch", "redirect", "Request", "pathSerializer"] as const;

const methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

/** A call of one operation, as the generated types describe it. */
export interface Call {
  method: (typeof methods)[number];
  path: string;
  params?: { path?: Record<string, string>; header?: Record<string, string> };
  body?: unknown;
}

interface Init extends RequestInit {
  params?: { path?: Record<string, unknown>; header?: object };
  headers?: HeadersInit;
  parseAs?: string;
  middleware?: Middleware[];
}

/** openapi-fetch's client as it is at run time, for operations of any document. */
interface Inner {
  request(method: string, path: string, init: object): Promise<Result>;
  use(...middleware: Middleware[]): void;
  eject(...middleware: Middleware[]): void;
}

type Result = { data?: unknown; error?: unknown; response: Response };

/** What stands behind each client, out of reach of whoever holds it. */
const internals = new WeakMap<
  object,
  { api: string; call(method: string, path: string, init?: Init): Promise<Result> }
>();

/**
 * Creates a client of one API. Throws `invalid_argument`, `insecure_url` or `unsendable_credential` if an option cannot
 * be used.
 */
export function createApiClient<Api extends string, Paths>(
  api: Api,
  defaultBaseUrl: string | undefined,
  options: ClientOptions,
): Client<Api, Paths> {
  const { baseUrl = defaultBaseUrl, timeout = 30_000, headers, allowInsecureHttp } = options;
  const { href, origin } = checkBaseUrl(baseUrl, allowInsecureHttp);
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < 2 ** 31))
    throw new LoginError("invalid_argument", "timeout is no number of milliseconds below 2,147,483,648.");

  const inner = createFetchClient({ baseUrl: href, headers: checkHeaders(headers) }) as unknown as Inner;
  let registered = 0;

  async function send(method: string, path: string, init: Init = {}): Promise<Result> {
    for (const name of fixed) {
      if (name in init) throw new LoginError("invalid_argument", `${name} is settled when the client is created.`);
    }
    if (!path.startsWith("/")) throw new LoginError("invalid_argument", "The path does not start with a slash.");
    const { parseAs = "json", params, middleware, signal: caller } = init;
    for (const [, name = ""] of path.matchAll(/\{[.;]?([^{}*]+)\*?\}/g)) checkPathParameter(name, params?.path?.[name]);
    const checked = {
      ...init,
      headers: checkHeaders(init.headers),
      params: { ...params, header: checkHeaders(params?.header) },
      parseAs: parseAs === "json" ? "arrayBuffer" : parseAs,
    };
    return withDeadline(timeout, caller, async (signal) => {
      const plain = registered === 0 && !middleware;
      const result: Result = await inner.request(method, path, {
        ...checked,
        ...(plain ? { Request: PlainRequest as unknown as typeof Request } : {}),
        fetch: (request: Request | PlainRequest) => {
          const fetch = options.fetch ?? globalThis.fetch;
          return request instanceof PlainRequest
            ? exchange(fetch, request.url, { ...request.init, signal }, origin)
            : exchange(fetch, request, { signal }, origin);
        },
      });
      if (parseAs === "json" && result.data) result.data = parseJson(result.data as ArrayBuffer);
      return result;
    });
  }

  /** What else is thrown, by openapi-fetch, a serializer or a middleware, may quote the request, so it is not passed on. */
  const call: typeof send = (...args) =>
    send(...args).catch((error: unknown) => {
      throw error instanceof LoginError
        ? error
        : new LoginError("invalid_argument", "The arguments make no request, or a middleware failed.");
    });

  const client = {
    ...Object.fromEntries(methods.map((method) => [method, (path: string, init?: Init) => call(method, path, init)])),
    use(...middleware: Middleware[]) {
      registered += middleware.length;
      inner.use(...middleware);
    },
    eject(...middleware: Middleware[]) {
      inner.eject(...middleware);
    },
  } as unknown as Client<Api, Paths>;
  internals.set(client, { api, call });
  return client;
}

/**
 * Sends a call by a client of `api` and gives the reply's status and body. Rejects with `invalid_argument` if
 * `createClient` of that API did not make the client.
 */
export async function callOperation(
  client: ApiClient<string>,
  api: string,
  { method, path, ...init }: Call,
  signal: AbortSignal | undefined,
): Promise<{ status: number; body: unknown }> {
  const internal = internals.get(client);
  if (internal?.api !== api)
    throw new LoginError("invalid_argument", `The client was not made by createClient of login-apis/${api}.`);
  const { data, error, response } = await internal.call(method, path, {
    ...init,
    ...(signal ? { signal } : {}),
  } as Init);
  return { status: response.status, body: response.ok ? data : error };
}

/**
 * Stands in for `Request` where no middleware wants to see one: it costs next to nothing, and leaves the URL and the
 * options as they are for `fetch`.
 */
class PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly init: RequestInit;

  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.method = init.method ?? "GET";
    this.init = init;
  }
}

/** Checks headers and copies them, so that what was checked is what is sent; openapi-fetch would misread a list of pairs. */
function checkHeaders(headers: HeadersInit | object | undefined | null): Record<string, string> {
  const copy = headers && Symbol.iterator in headers ? Object.fromEntries(headers as Headers) : { ...headers };
  for (const [name, value] of Object.entries(copy)) {
    for (const each of [value].flat()) if (each != null) checkHeader(name, each);
  }
  return copy;
}

/** An empty body is `undefined`. The parser's own error would quote the text, and lenient decoding would hide an encoding. */
function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return bytes.byteLength > 0 ? JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) : undefined;
  } catch {
    throw new LoginError("unexpected_reply", "The reply is no JSON in UTF-8.");
  }
}
