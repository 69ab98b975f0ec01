import { LoginError } from "../errors.ts";
import type { OutgoingRequest } from "./call.ts";
import type { Connection, FetchReply } from "./options.ts";

/** What a service answered. */
export interface Reply {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, else text; `undefined` if it is empty. */
  body: unknown;
}

/** No more of a reply is read than this, in bytes, counted after decompression. */
const longestReply = 2 ** 20;

/**
 * Sends one request and reads its whole reply, within one deadline. Rejects with `redirected`, `reply_too_large`,
 * `timeout`, `aborted`, `network`, and with `invalid_argument` for a `fetch` or a signal that is none.
 */
export function exchange(
  connection: Connection,
  request: OutgoingRequest,
  signal?: AbortSignal | null | undefined,
): Promise<Reply> {
  return withinDeadline(connection.timeout, signal, async (joined) => {
    const { response, bytes } = await send(connection, request, joined);
    const { status, headers } = response;
    return { status, headers, body: parseBody(headers.get("Content-Type"), new TextDecoder().decode(bytes)) };
  });
}

/**
 * Runs a call with one deadline for all of it, in milliseconds, joined with the caller's signal. Rejects with `timeout`
 * or `aborted` at once, also if `run` does not heed the signal that it is given, which frees the connection.
 */
export async function withinDeadline<Result>(
  timeout: number,
  caller: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (caller && !isSignal(caller)) throw new LoginError("invalid_argument", "signal is no AbortSignal");
  if (caller?.aborted) throw aborted(caller);

  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LoginError("timeout")), timeout);
  });
  try {
    return await untilAborted(caller, Promise.race([run(controller.signal), late]), () => aborted(caller));
  } catch (error) {
    // Without a reason of its own it would make an error, with a stack, for nobody.
    controller.abort(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with a reason as soon as a signal is aborted, also where what is under way does not heed it. */
export async function untilAborted<Result>(
  signal: AbortSignal | null | undefined,
  work: Promise<Result>,
  reason: () => unknown,
): Promise<Result> {
  if (!signal) return work;
  let onAbort = () => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(reason());
  });
  const forget = listen(signal, onAbort);
  // What is under way may have aborted it as it began.
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, stopped]);
  } finally {
    forget();
  }
}

/** Who is told of a signal's abort, and the one listener that tells them. */
interface Told {
  all: Set<() => void>;
  tell: () => void;
}

const told = new WeakMap<AbortSignal, Told>();

/**
 * Has a signal's abort told, until the function that it gives is called. One listener serves all: Node.js 20 warns of a
 * dozen, and it and 22 keep whatever `AbortSignal.any` makes for as long as the caller's own signal lives.
 */
function listen(signal: AbortSignal, onAbort: () => void): () => void {
  const { all, tell } = told.get(signal) ?? toldFrom(signal);
  all.add(onAbort);
  return () => {
    all.delete(onAbort);
    if (all.size > 0) return;
    told.delete(signal);
    signal.removeEventListener("abort", tell);
  };
}

function toldFrom(signal: AbortSignal): Told {
  const all = new Set<() => void>();
  function tell(): void {
    for (const each of all) each();
  }
  told.set(signal, { all, tell });
  signal.addEventListener("abort", tell);
  return { all, tell };
}

function aborted(caller: AbortSignal | null | undefined): LoginError {
  return new LoginError("aborted", undefined, { cause: caller?.reason });
}

/** Asked by its members: there may be several classes of that name. */
export function isSignal(value: Partial<AbortSignal>): boolean {
  return typeof value.aborted === "boolean" && typeof value.addEventListener === "function";
}

/** A browser would answer a login by GET from its cache, whatever the password; some workers know no such option. */
function noStore(): { cache?: "no-store" } {
  return "cache" in Request.prototype ? { cache: "no-store" } : {};
}

/**
 * Sends one request, and gives the response and the bytes of its body. Rejects with `redirected` and `reply_too_large`, with
 * `network` for whatever `fetch` or the body fails with, and with `invalid_argument` if there is no Response. Further
 * members of the request, such as `dispatcher`, go on.
 */
export async function send(
  { fetch }: Pick<Connection, "fetch">,
  { url, ...init }: OutgoingRequest,
  signal: AbortSignal,
): Promise<{ response: Response; bytes: Uint8Array<ArrayBuffer> }> {
  try {
    // Looked up now: others may have replaced it since.
    const response = await (fetch ?? globalThis.fetch)(url, { ...init, ...noStore(), redirect: "manual", signal });
    if (!isResponse(response)) throw new LoginError("invalid_argument", "fetch gives no Response");
    if (isRedirect(response)) throw new LoginError("redirected");
    return { response, bytes: await readBytes(response) };
  } catch (error) {
    throw networkError(error);
  }
}

/** Asked by its members: there may be several classes of that name. */
export function isResponse(value: unknown): value is Response {
  const reply = value as Partial<FetchReply> | null | undefined;
  return typeof reply?.status === "number" && typeof reply.headers?.get === "function";
}

/** Whether a reply is a redirect: also one that a browser hides behind status 0, or that `fetch` followed in spite of all. */
function isRedirect({ status, redirected }: Response): boolean {
  return redirected || status === 0 || (status >= 300 && status < 400);
}

/** Reads a body chunk by chunk: that it is too large should be known before it is in memory. */
async function readBytes(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array();
  // Not every `fetch` has web streams.
  const isStream = typeof response.body?.getReader === "function";
  if (!isStream) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > longestReply) throw new LoginError("reply_too_large");
    return bytes;
  }

  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    // Not by class: there may be several of that name.
    if (!ArrayBuffer.isView(value)) throw new LoginError("invalid_argument", "fetch gives no bytes");
    length += value.byteLength;
    if (length > longestReply) {
      reader.cancel().catch(() => {});
      throw new LoginError("reply_too_large");
    }
    chunks.push(value);
  }
}

export function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

/**
 * The body of a reply: parsed where the content type is JSON, or where it is an object or a list all the same; else its
 * text, also of what says that it is JSON and is not. An empty one is `undefined`.
 */
export function parseBody(contentType: string | null, text: string): unknown {
  if (text === "") return undefined;
  const mayBeJson = isJson(contentType) || /^\s*[{[]/.test(text);
  if (!mayBeJson) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether a content type is JSON's, or one of its kinds, such as `application/problem+json`. */
export function isJson(contentType: string | null | undefined): boolean {
  return /^\s*(application\/json|[^;]+\+json)\s*(;|$)/i.test(contentType ?? "");
}

/** Of what `fetch` throws only an error code is passed on, such as ECONNREFUSED: the rest may quote the request. */
export function networkError(error: unknown): LoginError {
  return error instanceof LoginError ? error : new LoginError("network", errorCode(error));
}

function errorCode(error: unknown): string | undefined {
  try {
    const { code, cause, digest } = error as { code?: unknown; cause?: { code?: unknown }; digest?: unknown };
    // Next says by `digest` why its `fetch` sends nothing while a page is made at build time.
    const found = cause?.code ?? code ?? digest;
    return typeof found === "string" && /^[A-Za-z_]{1,40}$/.test(found) ? found : undefined;
  } catch {
    // Not everything that is thrown can be read.
    return undefined;
  }
}
