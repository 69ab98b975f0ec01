import { LoginError } from "../errors.ts";
import { untilAborted } from "../http/exchange.ts";
import { checkBaseUrl, hasDotSegment } from "../http/guards.ts";
import type { Connection } from "../http/options.ts";
import type { Api, ReplyContract } from "../login/contract.ts";
import { tokenHeader } from "../login/token.ts";
import type { HeldToken } from "../store/record.ts";
import type { Keeper } from "./keeper.ts";
import { type JudgedReply, judgeCall } from "./rejection.ts";
import { checkedHeaders, discard, type FetchLike, noRequest, prepare, type Sending } from "./request.ts";
import type { SessionOptions } from "./session.ts";

export interface FetchMeans {
  api: Pick<Api<object>, "header" | "rejection"> & { login: ReplyContract };
  connection: Connection;
  options: Pick<SessionOptions, "allowedOrigins" | "allowInsecureHttp" | "isRejected">;
  keeper: Pick<Keeper<object>, "current" | "assertNotEnded" | "rejected" | "helped">;
}

/**
 * Makes the `fetch` that carries a session's token: to the base URL's origin and below its path, and to `allowedOrigins`.
 * Throws `invalid_argument` where those are no list, and as `checkBaseUrl` does for one of them.
 */
export function authorizedFetch(means: FetchMeans): FetchLike {
  const { api, options, keeper } = means;
  const connection = { ...means.connection, headers: checkedHeaders(means.connection.headers) };
  const { baseUrl } = connection;
  const origins = options.allowedOrigins ?? [];
  if (!Array.isArray(origins)) throw new LoginError("invalid_argument", "allowedOrigins is no list");
  const allowed = origins.map((each) => checkBaseUrl(each, options.allowInsecureHttp, "allowedOrigins"));
  const places = [baseUrl, ...allowed].map(addressOf);
  const mayGo = (url: URL) => places.some((place) => isBelow(place, url));
  const { isRejected } = options;
  /** A rejection whose request could not be sent again: the next of its route says whether the new token helped. */
  let open: { route: string; rejected: string } | undefined;

  async function sendWith(token: HeldToken, request: Sending): Promise<JudgedReply> {
    const reply = await request.send(tokenHeader(api.header, token.value));
    const judged = isRejected
      ? { reply, isRejection: await about(reply, () => isRejected(reply)) }
      : await judgeCall(api, reply);
    if (request.signal?.aborted) {
      discard(reply);
      throw request.signal.reason;
    }
    return judged;
  }

  async function run(request: Sending): Promise<Response> {
    const used = await tokenFor(request);
    const first = await sendWith(used, request);
    if (!first.isRejection) {
      if (open?.route === request.route && isAccepted(first.reply)) noteHelp(open.rejected, used);
      return first.reply;
    }
    const { began, isReplaced } = await about(first.reply, () => keeper.rejected(used.id, request.signal));
    if (!isReplaced) return first.reply;
    if (!request.isRepeatable) {
      if (began) open = { route: request.route, rejected: used.id };
      return first.reply;
    }

    discard(first.reply);
    const next = await tokenFor(request);
    const second = await sendWith(next, request);
    if (second.isRejection) await about(second.reply, () => keeper.rejected(next.id, request.signal));
    else if (began && isAccepted(second.reply)) noteHelp(used.id, next);
    return second.reply;
  }

  async function tokenFor({ signal }: Sending): Promise<HeldToken> {
    const token = await keeper.current(signal);
    keeper.assertNotEnded();
    return token;
  }

  function noteHelp(rejected: string, token: HeldToken): void {
    open = undefined;
    keeper.helped(rejected, token.id);
  }

  function prepared(input: string | URL | Request, init: RequestInit | undefined): Sending {
    try {
      return prepare(connection, mayGo, input, init);
    } catch (error) {
      // What cannot even be read, such as a buffer that was given away, throws errors of the platform's own.
      throw error instanceof LoginError ? error : noRequest();
    }
  }

  return async (input, init) => {
    keeper.assertNotEnded();
    const request = prepared(input, init);
    try {
      return await untilAborted(request.signal, run(request), () => request.signal?.reason);
    } catch (error) {
      throw request.signal?.aborted ? request.signal.reason : error;
    } finally {
      request.forget();
    }
  };
}

/** Asks what decides whether the caller gets a reply. Where that fails nobody does, and its connection is freed. */
async function about<Answer>(reply: Response, ask: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    discard(reply);
    throw error;
  }
}

/** Whether a reply shows that the token was good: what a service that is broken says shows nothing. */
function isAccepted({ status }: Response): boolean {
  return status < 500;
}

/** Origin and path, without a slash at the end. */
function addressOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/$/, "");
}

/** Whether a URL is of the same origin, and of the same path or below it. */
function isBelow(place: string, { origin, pathname }: URL): boolean {
  if (!`${origin}${pathname}/`.startsWith(`${place}/`)) return false;
  return place === origin || !hidesDotSegment(pathname);
}

/**
 * Whether a path has a dot segment for a gateway that decodes slashes before it asks where a path leads, as nginx does, or
 * leaves out what follows a semicolon, as Tomcat does. Where that leads is open: some take two slashes for one, or a
 * backslash for a slash, and others do not.
 */
function hidesDotSegment(pathname: string): boolean {
  const decoded = pathname.replace(/%2f|%5c/gi, "/").replace(/%2e/gi, ".");
  return hasDotSegment(decoded.replace(/;[^/]*/g, ""));
}
