import createFetchClient, { type FetchResponse, type MaybeOptionalInit, type Middleware } from "openapi-fetch";
import { type ClientOptions, connect, readJson } from "./connection.ts";
import { LoginError } from "./errors.ts";
import { type ApiClient, senders } from "./registry.ts";
import { checkHeaders, exchange, fillPath, type PlainRequest, withDeadline } from "./transport.ts";

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

/** Stands in for `Request` where no middleware looks at it: making one costs more than all else that a login does. */
function Plain(url: string, init: RequestInit): PlainRequest {
  return { ...init, url };
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
  options: ClientOptions = {},
  host?: string,
): Client<Api, Paths> {
  const { url, timeout, headers } = connect(host, options);
  const inner = createFetchClient({ baseUrl: url.href, headers, pathSerializer: fillPath }) as unknown as Inner;
  /** What a login gives openapi-fetch for `Request`, until there is middleware that would miss the real one. */
  let LoginRequest: typeof Plain | undefined = Plain;

  function request(
    method: string,
    path: string,
    init: Init = {},
    caller = init.signal,
    Request?: typeof Plain,
  ): Promise<Result> {
    return withDeadline(timeout, caller, async (signal) => {
      for (const name of fixed) if (name in init) throw new LoginError("invalid_argument", name);
      const { params, parseAs = "json" } = init;
      const result = await inner.request(method, path, {
        ...init,
        headers: checkHeaders(init.headers),
        params: { ...params, path: params?.path ?? {}, header: checkHeaders(params?.header) },
        parseAs: parseAs === "json" ? "arrayBuffer" : parseAs,
        Request,
        fetch: (given: PlainRequest) => exchange(options.fetch, given, url.origin, signal),
      });
      if (parseAs === "json") result.data = readJson(result.data as ArrayBuffer | undefined);
      return result;
    });
  }

  const client: Record<string, unknown> = {
    use(...middleware: Middleware[]) {
      LoginRequest = undefined;
      inner.use(...middleware);
    },
    eject: inner.eject,
  };
  // Its methods have capitals for names, all else has not.
  for (const name in inner) if (name < "a") client[name] = (path: string, init?: Init) => request(name, path, init);

  senders.set(
    client,
    (wanted, call, signal) =>
      wanted === api &&
      request(...(call as [string, string, Init]), signal, LoginRequest).then(({ data, error, response }) => ({
        status: response.status,
        body: data ?? error,
      })),
  );
  return client as unknown as Client<Api, Paths>;
}
