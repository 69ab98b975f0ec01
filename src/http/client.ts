import createFetchClient, {
  defaultBodySerializer,
  type FetchResponse,
  type MaybeOptionalInit,
  type Middleware,
  mergeHeaders,
} from "openapi-fetch";
import { LoginError } from "../errors.ts";
import { fillPath, form, formText, type Primitive } from "./call.ts";
import { isResponse, send, withinDeadline } from "./exchange.ts";
import { type HeadersLike, headerEntries, headerValue } from "./guards.ts";
import type { Connection } from "./options.ts";

/** A client of one API, typed by the `paths` of its document. Its every call keeps the transport's rules. */
export interface Client<Paths> extends Methods<Paths> {
  /**
   * Registers openapi-fetch middleware. What it throws may quote the request, so that the call rejects with
   * `invalid_argument` instead, unless it is a `LoginError`.
   */
  use(...middleware: Middleware[]): void;
  /** Takes middleware out again. */
  eject(...middleware: Middleware[]): void;
}

/** A method for each of HTTP's: it takes the path of an operation, and what its document describes for it. */
interface Methods<Paths> {
  /** Sends a GET request to a path of the document. */
  GET: Method<Paths, "get">;
  /** Sends a PUT request to a path of the document. */
  PUT: Method<Paths, "put">;
  /** Sends a POST request to a path of the document. */
  POST: Method<Paths, "post">;
  /** Sends a DELETE request to a path of the document. */
  DELETE: Method<Paths, "delete">;
  /** Sends an OPTIONS request to a path of the document. */
  OPTIONS: Method<Paths, "options">;
  /** Sends a HEAD request to a path of the document. */
  HEAD: Method<Paths, "head">;
  /** Sends a PATCH request to a path of the document. */
  PATCH: Method<Paths, "patch">;
  /** Sends a TRACE request to a path of the document. */
  TRACE: Method<Paths, "trace">;
}
type Method<Paths, Name extends HttpMethod> = <
  Path extends PathsWith<Paths, Name>,
  Init extends MaybeOptionalInit<Paths[Path], Name & keyof Paths[Path]>,
>(
  path: Path,
  ...init: undefined extends Init ? [(Init & Fixed)?] : [Init & Fixed]
) => Promise<FetchResponse<Paths[Path][Name & keyof Paths[Path]] & {}, Init, `${string}/${string}`>>;
type HttpMethod = Lowercase<(typeof methods)[number]>;
type PathsWith<Paths, Name extends HttpMethod> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Name, object> ? Path : never;
}[keyof Paths];

const methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

/** What a client settles once for all its calls, so that no single call can undo it. */
const fixed = ["baseUrl", "fetch", "redirect", "Request", "pathSerializer"] as const;
type Fixed = { [Name in (typeof fixed)[number]]?: never };

/** What a method takes beside the path, for operations of any document. */
interface Init extends Omit<RequestInit, "body" | "headers"> {
  params?: { path?: Record<string, unknown>; header?: HeadersLike };
  headers?: HeadersLike;
  body?: unknown;
  bodySerializer?: (body: unknown, headers: Headers) => unknown;
  querySerializer?: unknown;
  parseAs?: string;
  middleware?: Middleware[];
}

type Result = { data?: unknown; error?: unknown; response: Response };

/** openapi-fetch's client as it is at run time, for operations of any document. */
interface Inner {
  request(method: string, path: string, init: object): Promise<Result>;
}

/**
 * What a middleware may have set on a request, beside URL, method, headers and body; the last three are what undici,
 * Workers and Next.js hang on one.
 */
const settings = [
  "credentials",
  "integrity",
  "keepalive",
  "mode",
  "referrer",
  "referrerPolicy",
  "dispatcher",
  "cf",
  "next",
] as const;

/**
 * Creates the typed client of an API. `forms` are the operations whose body is a form, such as `POST /token`, which need
 * not say so at the call.
 */
export function createClient<Paths>(connection: Connection, forms: readonly string[] = []): Client<Paths> {
  const { baseUrl, headers, timeout } = connection;
  const inner = createFetchClient({ baseUrl: baseUrl.href, headers, pathSerializer: fillPath }) as unknown as Inner;
  const registered: Middleware[] = [];

  async function call(method: string, path: string, init: Omit<Init, "signal">, signal: AbortSignal): Promise<Result> {
    const { params, headers: own, body, bodySerializer, querySerializer, parseAs = "json", middleware, ...rest } = init;
    const further: object = rest;
    for (const name of fixed) {
      if (name in further) throw new LoginError("invalid_argument", `${name} is no option of a call`);
    }
    if (!String(path).startsWith("/")) throw new LoginError("invalid_argument", "the path does not begin with /");

    const sent = { ...(forms.includes(`${method} ${path}`) && { "Content-Type": form }), ...checked(own) };
    const header = checked(params?.header);
    const write = bodySerializer ?? defaultSerializer;
    const written = body === undefined ? undefined : write(body, mergeHeaders(headers, sent, header));
    const all = [...registered, ...(middleware ?? [])];
    const hasMiddleware = all.length > 0;
    const isAsWritten = !hasMiddleware && (written === undefined || typeof written === "string");
    // To make a Response costs as much as all else, so that one is made only for those who look at it.
    const isCopied = hasMiddleware || parseAs !== "json";
    let reply: Response | undefined;

    const result = await inner.request(method, path, {
      ...further,
      ...(hasMiddleware && { signal }),
      headers: sent,
      params: { ...params, path: params?.path ?? {}, header },
      querySerializer,
      body: written,
      bodySerializer: (ready: unknown) => ready,
      middleware: all.map(adapted),
      // The platform's error for what is no JSON would quote it.
      parseAs: parseAs === "json" ? "text" : parseAs,
      // Whichever it is now: openapi-fetch would take the one of the client's making, and others may replace it.
      Request: globalThis.Request,
      fetch: async (request: Request) => {
        if (new URL(request.url).origin !== baseUrl.origin) {
          throw new LoginError("insecure_url", "the request goes to another origin");
        }
        const content = isAsWritten ? written : await contentOf(request);
        const outgoing = {
          ...further,
          ...(hasMiddleware && settingsOf(request)),
          url: request.url,
          method: request.method,
          headers: Object.fromEntries(request.headers),
          ...(content !== undefined && { body: content }),
        };
        const { response, bytes } = await send(connection, outgoing, signal);
        reply = response;
        return isCopied ? copyOf(response, bytes) : asText(response, bytes);
      },
    });
    const response = isCopied ? result.response : (reply ?? result.response);
    if (parseAs !== "json" || result.data === undefined) return { ...result, response };
    return { data: parsed(result.data, response.status), response };
  }

  const client: Record<string, unknown> = {
    use: (...middleware: Middleware[]) => void registered.push(...middleware),
    eject: (...middleware: Middleware[]) => {
      for (const each of middleware) {
        const place = registered.indexOf(each);
        if (place >= 0) registered.splice(place, 1);
      }
    },
  };
  for (const method of methods) {
    client[method] = (path: string, { signal, ...init }: Init = {}) =>
      withinDeadline(timeout, signal, (joined) => call(method, path, init, joined).catch(rethrow));
  }
  return client as unknown as Client<Paths>;
}

/** What is thrown by the platform, by openapi-fetch or by a middleware may quote the request. */
function rethrow(error: unknown): never {
  throw error instanceof LoginError ? error : new LoginError("invalid_argument", "the call or a middleware failed");
}

/** openapi-fetch asks by class whether a middleware gives a reply, and others may have replaced that class. */
function adapted(middleware: Middleware): Middleware {
  return {
    onRequest: async (given) => withPlatformClass(await middleware.onRequest?.(given)),
    onResponse: async (given) => withPlatformClass(await middleware.onResponse?.(given)),
    onError: async (given) => withPlatformClass(await middleware.onError?.(given)),
  };
}

function withPlatformClass<Given>(given: Given): Given | Response {
  if (!isResponse(given)) return given;
  const isOfPlatformClass: boolean = given instanceof Response;
  return isOfPlatformClass ? given : new Response(given.body, given);
}

type CheckedHeaders = Record<string, Primitive | Primitive[] | null | undefined>;

/** Checks headers and gives a copy in the one form that openapi-fetch reads alike, with its lists and its `null`. */
function checked(headers: HeadersLike | undefined): CheckedHeaders {
  const entries = headerEntries(headers);
  for (const [name, value] of entries) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (each !== undefined && each !== null) headerValue(name, each);
    }
  }
  return Object.fromEntries(entries) as CheckedHeaders;
}

function defaultSerializer(body: unknown, headers: Headers): unknown {
  const isForm = headers.get("Content-Type") === form;
  const hasMembers = typeof body === "object" && body !== null && !(Symbol.iterator in body);
  if (isForm && hasMembers) return formText(body);
  const write = defaultBodySerializer as (body: unknown, headers: Headers) => unknown;
  return write(body, headers);
}

/** A request's body in bytes; its stream could not be sent everywhere. */
async function contentOf(request: Request): Promise<ArrayBuffer | undefined> {
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > 0 ? bytes : undefined;
}

/** What a platform knows no setting of is left out. */
function settingsOf(request: Partial<Record<(typeof settings)[number], unknown>>): typeof request {
  const known = settings.filter((name) => request[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, request[name]]));
}

/** What openapi-fetch reads of a reply whose body is there already. */
function asText({ status, headers }: Response, bytes: Uint8Array) {
  return { status, headers, ok: status >= 200 && status < 300, text: async () => new TextDecoder().decode(bytes) };
}

/** A reply of our own, whose body is there already. */
function copyOf({ status, statusText, headers, url }: Response, bytes: Uint8Array<ArrayBuffer>): Response {
  try {
    const copy = new Response(bytes.length > 0 ? bytes : null, { status, statusText, headers });
    return Object.defineProperty(copy, "url", { value: url });
  } catch {
    // No Response has a status beyond 599, nor a body with 204.
    throw new LoginError("unexpected_reply", `HTTP ${status}`);
  }
}

function parsed(text: unknown, status: number): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw new LoginError("unexpected_reply", `HTTP ${status} without JSON`);
  }
}
