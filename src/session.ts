import { type Adapter, credentialsIn, judge, tokenOf, withoutSecrets } from "./adapter.ts";
import { authorizing, discard } from "./authorized.ts";
import type { Call, ClientOptions, Connection } from "./connection.ts";
import { LoginError, type LoginErrorCode } from "./errors.ts";
import { Flight } from "./flight.ts";
import { isFresh, marginOf, Pause } from "./freshness.ts";
import type { Grant, Judgement, Refusal, RefusalReason, Reply, Token } from "./outcome.ts";
import { isStoredToken, type Lock, Shared, type SharedEvent, type TokenStore } from "./shared.ts";

export interface SessionOptions extends ClientOptions {
  /** Milliseconds that a token lasts, for an API that does not say so. Without it such a token is used until rejected. */
  lifetime?: number | undefined;
  /** Whether a reply says that the token is no longer good, instead of the adapter's own judgement. */
  isRejected?: ((reply: Response) => boolean | Promise<boolean>) | undefined;
  /** Origins beside the base URL's own that the token may go to, such as `https://files.example.org`. */
  allowedOrigins?: readonly string[] | undefined;
  /** Shares tokens, and refusals that last, with other processes: see `login-apis/store`. */
  store?: TokenStore | undefined;
  /** Runs a function while no other process runs one under the same name, so that only one logs in. Needs a store. */
  lock?: Lock | undefined;
  /** Told of what happens, for logs, metrics and traces. No event holds a secret; what it throws is ignored. */
  observe?: ((event: SessionEvent) => void) | undefined;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  clock?: (() => number) | undefined;
}

/** Durations are in milliseconds. */
export type SessionEvent =
  | { type: "login" | "renewal"; duration: number; outcome: "success" | RefusalReason | LoginErrorCode }
  | { type: "refusal"; reason: RefusalReason }
  | { type: "rejection"; outcome: "renewing" | "kept" }
  | { type: "pause"; duration: number; reason: "rejection" | "refusal" }
  | SharedEvent;

export interface Session {
  /**
   * A token that is good now: the one held, or else a new one, by one login for all who wait. Rejects with `refused`
   * while a refusal is remembered, with `ended`, and with whatever keeps the service from answering.
   */
  token(options?: { signal?: AbortSignal | undefined }): Promise<Token>;
  /**
   * `fetch` with the token's header, for the API's own origin; a relative URL is relative to the base URL. A reply that
   * rejects the token is followed by one renewal, and by the same request once more if its body can be sent again. Only
   * the reply's headers are waited for: its body is the caller's own stream.
   */
  fetch: typeof fetch;
  /** Forgets a refusal and a pause, so that the next call tries again. */
  reset(): void;
  /** Forgets the token, also one that is on its way. Every later call rejects with `ended`. */
  end(): void;
  readonly state: SessionState;
}

export interface SessionState {
  status: "empty" | "ready" | "refused" | "paused" | "ended";
  obtainedAt?: Date;
  renewAt?: Date;
}

/** What a session needs to know of an API beside its login; of refreshing only where the API has it. */
export interface Upkeep {
  /** Whether a reply to any other call of the API says that the token is no longer good. Leaves the reply readable. */
  isRejected(reply: Response): boolean | Promise<boolean>;
  refreshCall?(refreshToken: string): Call;
  judgeRefresh?(reply: Reply): Judgement<unknown, Partial<Grant>>;
}

/** A token and what is known of it. */
interface Held {
  token: Token;
  grant: Grant;
  /** When the reply arrived that the lifetimes count from. */
  from: number;
  /** Whether it came because another was rejected, and whether the API has accepted it since. */
  replaces: boolean;
  accepted: boolean;
  rejection?: "renewing" | "kept";
}

/** An hour: how long a refusal, and a token of unknown lifetime, are shared at most. */
const longestShared = 60 * 60_000;

const isTemporary = ({ reason }: Refusal) => reason === "server_error" || reason === "rate_limited";

/** Opens a session; no request is made before a token is asked for. Throws `invalid_argument` if an option cannot be used. */
export function openSession<Credentials extends object>(
  adapter: Adapter<string, Credentials, unknown>,
  upkeep: Upkeep,
  connection: Connection,
  options: Credentials & SessionOptions,
): Session {
  const { api, header } = adapter;
  const {
    lifetime,
    lock,
    store,
    observe,
    timeout = 30_000,
    clock = Date.now,
    isRejected = upkeep.isRejected,
  } = options;
  if (lifetime !== undefined && !(lifetime > 0 && lifetime < Infinity))
    throw new LoginError("invalid_argument", "lifetime is no positive number of milliseconds");
  if (lock && !store) throw new LoginError("invalid_argument", "A lock needs a store beside it");

  const credentials = credentialsIn(options, adapter);
  const prepare = authorizing(connection.url, options);
  const shared =
    store && new Shared(store.entry({ api, origin: connection.url.origin, credentials }), lock, timeout, clock, tell);

  let held: Held | undefined;
  let rejectedValue: string | undefined;
  const rejectionPause = new Pause();
  let refusal: Refusal | undefined;
  const refusalPause = new Pause();
  let resetAt = -Infinity;
  let flight: Flight<Held> | undefined;
  let ended = false;

  function tell(event: SessionEvent): void {
    try {
      // An observer may well be asynchronous, and what it rejects with is ignored as what it throws is.
      Promise.resolve(observe?.(event)).catch(() => {});
    } catch {}
  }

  const isUsable = (one: Held) => one.rejection !== "renewing" && isFresh(one.from, one.grant.lifetime, clock());

  async function current(signal?: AbortSignal | null): Promise<Held> {
    if (ended) throw new LoginError("ended");
    if (held && isUsable(held)) return held;
    if (refusal && (!isTemporary(refusal) || refusalPause.holds(clock()))) throw refused(refusal);
    if (!flight || flight.isCancelled) {
      const own: Flight<Held> = new Flight((inner) =>
        obtain(inner).finally(() => {
          if (flight === own) flight = undefined;
        }),
      );
      flight = own;
    }
    const obtained = await flight.join(signal);
    if (ended) throw new LoginError("ended");
    return obtained;
  }

  async function obtain(signal: AbortSignal): Promise<Held> {
    if (!shared) return renew(signal);
    const found = await adopt(shared, signal);
    if (found) return found;
    return shared.exclusively(async () => (lock && (await adopt(shared, signal))) || renew(signal));
  }

  /** Takes what another process has stored, if it is newer and not known to be rejected. */
  async function adopt(from: Shared, signal: AbortSignal): Promise<Held | undefined> {
    const content = await from.read();
    if (!content || signal.aborted) return undefined;
    if (isStoredToken(content)) {
      const { grant } = content;
      if (grant.value === rejectedValue || (held && content.from <= held.from)) return undefined;
      const { expiresAt, ...rest } = grant;
      const instant = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
      const adopted = hold({ ...rest, ...instant }, content.from);
      return isUsable(adopted) ? adopted : undefined;
    }
    if (content.from <= resetAt) return undefined;
    refusal = content.refusal;
    throw refused(refusal);
  }

  async function renew(signal: AbortSignal): Promise<Held> {
    const extended = held && (await refresh(held, signal));
    if (extended) return extended;
    const judgement = await attempt("login", adapter.request(credentials), (reply) => judge(adapter, reply), signal);
    if (judgement.ok) return keep(judgement.grant);
    throw await refuse(judgement);
  }

  /** Renews without the password; gives nothing where that is impossible, refused, or would go on with a rejected token. */
  async function refresh(one: Held, signal: AbortSignal): Promise<Held | undefined> {
    const { refreshCall, judgeRefresh } = upkeep;
    const own = one.grant.refresh;
    if (!own || !refreshCall || !judgeRefresh || !isFresh(one.from, own.lifetime, clock())) return undefined;

    const answer = await attempt("renewal", refreshCall(own.value), judgeRefresh, signal).catch((error) => {
      // A reply that cannot be understood leaves open what became of the refresh token, as a refusal does.
      if (error.code === "unexpected_reply" || error.code === "reply_too_large") return undefined;
      throw error;
    });
    if (!answer?.ok) {
      one.grant = withoutRefresh(one.grant);
      return undefined;
    }
    const { value = one.grant.value, lifetime = one.grant.lifetime, refresh: next } = answer.grant;
    if (one.rejection && value === one.grant.value) {
      one.grant = next ? { ...one.grant, refresh: next } : one.grant;
      return undefined;
    }
    // Without any new token the reply extends both; a new access token leaves the refresh token as old as it was.
    const rest = own.lifetime && answer.grant.value ? { lifetime: one.from + own.lifetime - clock() } : {};
    return keep({ value, refresh: next ?? { ...own, ...rest }, ...(lifetime && { lifetime }) });
  }

  async function attempt<Judgement extends { ok: true } | Refusal>(
    type: "login" | "renewal",
    call: Call,
    judge: (reply: Reply) => Judgement,
    signal: AbortSignal,
  ): Promise<Judgement> {
    const start = clock();
    const finish = (outcome: "success" | RefusalReason | LoginErrorCode) =>
      tell({ type, duration: clock() - start, outcome });
    try {
      const judgement = judge(await connection.call(call, signal));
      if (signal.aborted) throw new LoginError("aborted");
      finish(judgement.ok ? "success" : judgement.reason);
      return judgement;
    } catch (error) {
      finish((error as LoginError).code);
      throw error;
    }
  }

  /** Holds what a reply that arrived just now grants, and shares it. */
  async function keep(grant: Grant): Promise<Held> {
    const said = grant.lifetime ?? lifetime;
    const one = hold({ ...grant, ...(said && { lifetime: said }) }, clock());
    const { expiresAt, ...rest } = one.grant;
    const instant = expiresAt ? { expiresAt: expiresAt.getTime() } : {};
    const ttl = Math.max(said ?? longestShared, (grant.refresh && (grant.refresh.lifetime ?? longestShared)) ?? 0);
    await shared?.write({ from: one.from, grant: { ...rest, ...instant } }, ttl);
    return one;
  }

  function hold(grant: Grant, from: number): Held {
    const token = tokenOf(grant, header, from);
    held = { token, grant, from, replaces: held?.rejection === "renewing", accepted: false };
    refusal = undefined;
    refusalPause.end();
    return held;
  }

  /** Remembers a refusal, and shares one that lasts. */
  async function refuse(judgement: Refusal): Promise<LoginError> {
    const outcome = withoutSecrets(judgement, credentials);
    refusal = outcome;
    tell({ type: "refusal", reason: outcome.reason });
    if (isTemporary(outcome)) tell({ type: "pause", duration: refusalPause.start(clock()), reason: "refusal" });
    else await shared?.write({ from: clock(), refusal: outcome }, longestShared);
    return refused(outcome);
  }

  /**
   * Takes note that the API rejected a token, and says whether to send again with another. One that came for a rejected
   * one and was never accepted is kept, since yet another would hardly fare better, and a pause begins.
   */
  function noteRejection(used: Held): boolean {
    if (!held || used.token.value !== held.token.value) return held !== undefined;
    if (held.rejection === "renewing") return true;
    const paused = rejectionPause.holds(clock());
    const keeps = paused || (held.replaces && !held.accepted && !held.rejection);
    held.rejection = keeps ? "kept" : "renewing";
    tell({ type: "rejection", outcome: held.rejection });
    if (!keeps) rejectedValue = held.token.value;
    else if (!paused) tell({ type: "pause", duration: rejectionPause.start(clock()), reason: "rejection" });
    return !keeps;
  }

  async function fetchWithToken(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = prepare(input, init);
    const first = await current(request.signal);
    const reply = await request.send(first.token.header);
    if (!(await rejects(reply, first)) || !noteRejection(first) || !request.repeatable) return reply;

    discard(reply);
    const second = await current(request.signal);
    const answer = await request.send(second.token.header);
    if (await rejects(answer, second)) noteRejection(second);
    return answer;
  }

  async function rejects(reply: Response, { token }: Held): Promise<boolean> {
    if (await isRejected(reply)) return true;
    if (reply.status < 500 && reply.status !== 401 && held?.token.value === token.value) {
      held.accepted = true;
      rejectionPause.end();
    }
    return false;
  }

  return {
    token: async ({ signal } = {}) => (await current(signal)).token,
    fetch: fetchWithToken,
    reset() {
      if (refusal) shared?.forget();
      refusal = undefined;
      refusalPause.end();
      rejectionPause.end();
      resetAt = clock();
    },
    end() {
      ended = true;
      held = refusal = rejectedValue = undefined;
      flight?.cancel(new LoginError("ended"));
    },
    get state(): SessionState {
      if (ended) return { status: "ended" };
      if (!held || !isUsable(held)) {
        if (!refusal) return { status: "empty" };
        return { status: !isTemporary(refusal) ? "refused" : refusalPause.holds(clock()) ? "paused" : "empty" };
      }
      const { from, grant } = held;
      const renewAt =
        grant.lifetime === undefined ? {} : { renewAt: new Date(from + grant.lifetime - marginOf(grant.lifetime)) };
      return { status: "ready", obtainedAt: new Date(from), ...renewAt };
    },
  };
}

function refused(outcome: Refusal): LoginError {
  return Object.defineProperty(new LoginError("refused", outcome.reason), "outcome", { get: () => outcome });
}

function withoutRefresh({ refresh: _, ...grant }: Grant): Grant {
  return grant;
}
