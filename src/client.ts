import createFetchClient, { type FetchResponse, type MaybeOptionalInit, type Middleware } from "openapi-fetch";
import { type ClientOptions, connect, readJson } from "./connection.ts";
import { LoginError } from "./errors.ts";
import { type ApiClient, register } from "./registry.ts";
import { checkHeaders, exchange, fillPath, withDeadline } from "./transport.ts";

/** A client of one API, typed by the `paths` of its document. Its every call keeps the transport's rules. */
export interface Client<Api extends string, Paths> extends ApiClient<Api>, Methods<Paths> {
  /**
   * Registers openapi-fetch middleware. It sees every request, that of a login too. What it throws may quote the request,
   * so that the call rejects with `invalid_argument` instead, unless it is a `LoginError`.
   */
  use(...middleware: Middleware[]): void;
  eject(...middleware: Middleware[]): void;
}

type Methods<Paths> = {
  [Name in Uppercase<HttpMethod>]: Method<Paths, Lowercase<Name>>;
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

interface Init extends RequestInit {
  params?: { path?: Record<string, unknown>; header?: object };
  headers?: HeadersInit;
  parseAs?: string;
}
type Result = { data?: unknown; error?: unknown; response: Response };

/** openapi-fetch's client as it is at run time, for operations of any document. */
interface Inner {
  request(method: string, path: string, init: object): Promise<Result>;
  use(...middleware: Middleware[]): void;
  eject(...middleware: Middleware[]): void;
}

/**
 * Creates a client of one API. Throws `invalid_argument`, `insecure_url` or `unsendable_credential` if an option cannot
 * be used.
 */
export function createApiClient<Api extends string, Paths>(
  api: Api,
  host: string | undefined,
  options: ClientOptions,
): Client<Api, Paths> {
  const connection = connect(host, options);
  const { url, timeout, headers } = connection;
  const inner = createFetchClient({ baseUrl: url.href, headers, pathSerializer: fillPath }) as unknown as Inner;
  let hasMiddleware = false;

  async function request(method: string, path: string, init: Init = {}): Promise<Result> {
    return withDeadline(timeout, init.signal, async (signal) => {
      const clash = fixed.find((name) => name in init);
      if (clash) throw new LoginError("invalid_argument", clash);
      const { params, parseAs = "json" } = init;
      const result = await inner.request(method, path, {
        ...init,
        headers: checkHeaders(init.headers),
        params: { ...params, path: params?.path ?? {}, header: checkHeaders(params?.header) },
        parseAs: parseAs === "json" ? "arrayBuffer" : parseAs,
        async fetch(given: Request) {
          // A middleware's Request may say one URL and have another, and a `fetch` may drop its second argument: a copy does neither.
          const request = new Request(given, { signal, redirect: "manual" });
          if (!request.url.startsWith(`${url.origin}/`)) throw new LoginError("insecure_url");
          const [response, bytes] = await exchange(options.fetch, request, { signal });
          return new Response(bytes as BodyInit, response);
        },
      });
      if (parseAs === "json") {
        const bytes = result.data as ArrayBuffer | undefined;
        // An empty body is no data, as openapi-fetch has it.
        result.data = bytes?.byteLength ? readJson(bytes, true) : undefined;
      }
      return result;
    });
  }

  const client: Record<string, unknown> = {
    use(...middleware: Middleware[]) {
      hasMiddleware = true;
      inner.use(...middleware);
    },
    eject: inner.eject,
  };
  // Its methods have capitals for names, all else has not.
  for (const name in inner) if (name < "a") client[name] = (path: string, init?: Init) => request(name, path, init);

  // Middleware wants to see a Request; without it, a login does without the cost of one.
  register(client, api, async (call, signal) => {
    if (!hasMiddleware) return connection.call(call, signal);
    const { method = "POST", path, ...init } = call;
    const { data, error, response } = await request(method, path, { ...init, signal } as Init);
    return { status: response.status, body: response.ok ? data : error };
  });
  return client as unknown as Client<Api, Paths>;
}
