import { LoginError } from "../errors.ts";
import { type ClientOptions, connect } from "../http/options.ts";
import type { Api } from "../login/contract.ts";
import type { Token } from "../login/outcome.ts";
import { tokenHeader } from "../login/token.ts";
import { ownPlace, type SessionStore } from "../store/place.ts";
import { type HeldToken, isRefused, renewalOf } from "../store/record.ts";
import type { SessionEvent } from "./events.ts";
import { authorizedFetch } from "./fetch.ts";
import { Keeper } from "./keeper.ts";
import type { CredentialsSource } from "./logins.ts";
import { retryAtOf } from "./wait-error.ts";

export type { KeptEvent, RejectionEvent, RequestEvent, SessionEvent, WaitEvent } from "./events.ts";
export type { CredentialsSource } from "./logins.ts";

/** `timeout` is that of a login; a `fetch` of the session lasts as long as the caller's signal lets it. */
export interface SessionOptions extends ClientOptions {
  /**
   * Milliseconds that a token lasts, at most a year, for an API that does not say so. Without it such a token is used
   * until it is rejected.
   */
  lifetime?: number | undefined;
  /**
   * Whether a reply says that the token is no longer good, instead of what the document says. If it needs the body, it
   * reads that of a `clone()`, since the reply is the caller's.
   */
  isRejected?: ((reply: Response) => boolean | Promise<boolean>) | undefined;
  /**
   * Where the token may go beside the base URL's own origin and path: origins, such as `https://files.example.org`, or
   * URLs whose path is the prefix.
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * Where the record of a login is shared with other processes: what `fileStore` of `login-apis/file`, `redisStore` of
   * `login-apis/redis` or `createStore` of `login-apis/store` makes.
   */
  store?: SessionStore | undefined;
  /** Told of what happens, for logs, metrics and traces. No event holds a secret; what it throws is ignored. */
  observe?: ((event: SessionEvent) => void) | undefined;
  /** Takes what goes on after a call, as a worker's `ctx.waitUntil` does. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  clock?: (() => number) | undefined;
}

const knownOptions: readonly string[] = [
  "lifetime",
  "isRejected",
  "allowedOrigins",
  "store",
  "observe",
  "waitUntil",
  "clock",
] satisfies Exclude<keyof SessionOptions, keyof ClientOptions>[];

/** A login that is kept good: it has a token when one is asked for, renews it, and sends it. */
export interface Session {
  /**
   * A token that is good now: the one held, or a new one, by one login for all who wait. In a wait it rejects at once
   * with what the wait is for, and with `retryAt`; with `refused` after a refusal, `credentials_unavailable` where the
   * function for the credentials failed, `aborted`, `ended`, and whatever keeps the service from answering.
   */
  token(options?: { signal?: AbortSignal | null | undefined }): Promise<Token>;
  /**
   * `fetch` with the token's header on it, for the API's own origin and path; a relative URL is relative to the base
   * URL with its path. A reply that rejects the token is followed by one renewal, and by the same request once more if
   * its body can be sent again. Rejects with the signal's own reason, with what `token()` does, and with `network`,
   * `redirected`, `insecure_url`, `unsendable_credential` and `invalid_argument`.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Says that another channel, such as a WebSocket, found a token no longer good. */
  reject(token: Token): void;
  /** Forgets refusals and waits, for all who share them, so that the next call tries again. */
  reset(): Promise<void>;
  /** Forgets everything. Every later call rejects with `ended`, and nothing of the session keeps the process alive. */
  end(): void;
  /** What the session holds now; nothing is asked for it. */
  readonly state: SessionState;
}

/** What a session holds at one moment. It has no secret. */
export interface SessionState {
  /**
   * `empty` before the first login, `ready` with a good token, `refused` or `waiting` while nothing is sent, after a refusal
   * or for another reason, and `ended` after `end()`.
   */
  status: "empty" | "ready" | "refused" | "waiting" | "ended";
  /** When the token came, by the session's clock. */
  obtainedAt?: Date;
  /** When a call begins to renew the token. */
  renewAt?: Date;
  /** When the wait is over; absent where time does not lift it. */
  retryAt?: Date;
}

const year = 365 * 24 * 60 * 60_000;

/**
 * Opens a session; no request is made before a token is asked for. Credentials may come from a function, which is asked
 * when they are needed. Throws `invalid_argument`, `insecure_url` or `unsendable_credential` if an option or a credential
 * cannot be used.
 */
export function openSession<Credentials extends object>(
  api: Api<Credentials>,
  credentials: CredentialsSource<Credentials>,
  options: SessionOptions = {},
): Session {
  const connection = connect(api.host, options, knownOptions);
  const { lifetime, store, observe, waitUntil } = options;
  const isLifetime = lifetime === undefined || (typeof lifetime === "number" && lifetime > 0 && lifetime <= year);
  if (!isLifetime) throw new LoginError("invalid_argument", "lifetime is no number of milliseconds of at most a year");
  for (const name of ["isRejected", "observe", "waitUntil", "clock"] as const) {
    const isFunction = options[name] === undefined || typeof options[name] === "function";
    if (!isFunction) throw new LoginError("invalid_argument", `${name} is no function`);
  }
  if (store !== undefined && typeof store?.place !== "function") {
    throw new LoginError("invalid_argument", "store is no store");
  }
  const clock = steady(options.clock ?? (() => Date.now()));

  function tell(event: SessionEvent): void {
    try {
      // An observer may well be asynchronous, and what it rejects with is ignored as what it throws is.
      Promise.resolve(observe?.(event)).catch(() => {});
    } catch {}
  }

  const { baseUrl, headers } = connection;
  const means = { clock, tell };
  const openPlace = (own: Credentials) =>
    store ? store.place({ api: api.name, baseUrl: baseUrl.href, headers, credentials: own }, means) : ownPlace(clock);
  const keeper = new Keeper({ api, connection, lifetime, clock, tell, waitUntil, openPlace }, credentials);

  return {
    async token({ signal } = {}) {
      const held = await keeper.current(signal);
      keeper.assertNotEnded();
      return tokenFrom(api.header, held);
    },
    fetch: authorizedFetch({ api, connection, options, keeper }),
    reject({ value }) {
      keeper.rejectValue(value);
    },
    reset: () => keeper.reset(),
    end: () => keeper.end(),
    get state() {
      return stateOf(keeper, clock());
    },
  };
}

/**
 * A clock that fails for a moment stands still: without a time no wait is on, and a refused password is sent again and
 * again. Throws `invalid_argument` for one that gives no number now.
 */
function steady(clock: () => number): () => number {
  let last = clock();
  if (!Number.isFinite(last)) throw new LoginError("invalid_argument", "clock gives no number");
  return () => {
    try {
      const now = clock();
      if (Number.isFinite(now)) last = now;
    } catch {}
    return last;
  };
}

function tokenFrom(header: Api<object>["header"], { value, end, refresh }: HeldToken): Token {
  return {
    value,
    header: tokenHeader(header, value),
    ...(end !== undefined && { expiresAt: new Date(end) }),
    ...(refresh && {
      refresh: { value: refresh.value, ...(refresh.end !== undefined && { expiresAt: new Date(refresh.end) }) },
    }),
  };
}

function stateOf(keeper: Pick<Keeper<object>, "isEnded" | "good" | "wait">, now: number): SessionState {
  if (keeper.isEnded) return { status: "ended" };
  const token = keeper.good(now);
  const wait = keeper.wait(now);
  const instant = wait && retryAtOf(wait);
  const retryAt = instant && { retryAt: instant };
  if (token) {
    const renewal = renewalOf(token);
    const renewAt = renewal === undefined ? {} : { renewAt: new Date(renewal) };
    return { status: "ready", obtainedAt: new Date(token.from), ...renewAt, ...retryAt };
  }
  if (!wait) return { status: "empty" };
  return { status: isRefused(wait) ? "refused" : "waiting", ...retryAt };
}
