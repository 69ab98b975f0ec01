import { authorizing, discard, type Sending } from "./authorized.ts";
import { LoginError, type LoginErrorCode } from "./errors.ts";
import { Flight } from "./flight.ts";
import { isFresh, marginOf, Pause } from "./freshness.ts";
import { buildRequest, type Call } from "./http/call.ts";
import { exchange } from "./http/exchange.ts";
import { type ClientOptions, connect } from "./http/options.ts";
import type { Api } from "./login/contract.ts";
import { checkCredentials, secretsOf, withoutSecrets } from "./login/credentials.ts";
import type { Ending, Grant } from "./login/grant.ts";
import { type Judgement, judge, judgeRefresh } from "./login/judge.ts";
import type { Refusal, RefusalReason, Token } from "./login/outcome.ts";
import type { AnyReply } from "./login/place.ts";
import { refreshCall } from "./login/refresh.ts";
import { endOf, tokenHeader, tokenOf } from "./login/token.ts";
import { rejects } from "./rejection.ts";
import type { Lock, Shared, SharedEvent, SharedToken, TokenStore } from "./shared.ts";

export interface SessionOptions extends ClientOptions {
  /**
   * Milliseconds that a token lasts, at most a year, for an API that does not say so. Without it such a token is used
   * until rejected.
   */
  lifetime?: number | undefined;
  /**
   * Whether a reply says that the token is no longer good, instead of the adapter's own judgement. If it needs the body,
   * it reads that of a `clone()`, since the reply is the caller's.
   */
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

/** A token and what is known of it. */
interface Held extends SharedToken {
  /** Whether it came because another was rejected, and whether the API has accepted it since. */
  replaces: boolean;
  accepted: boolean;
  rejection?: "renewing" | "kept";
}

const isTemporary = ({ reason }: Refusal) => reason === "server_error" || reason === "rate_limited";

const sessionOptions = [
  "lifetime",
  "isRejected",
  "allowedOrigins",
  "store",
  "lock",
  "observe",
  "clock",
] satisfies (keyof SessionOptions)[];

/**
 * Opens a session of an API; no request is made before a token is asked for. Throws a `LoginError` if an option or a
 * credential cannot be used.
 */
export function openSession<Credentials extends object>(
  api: Api<Credentials>,
  given: Credentials,
  options: SessionOptions = {},
): Session {
  const connection = connect(api.host, options, sessionOptions);
  const { lifetime, lock, store, observe, timeout, clock = Date.now } = options;
  const { isRejected = (reply: Response) => rejects(api, reply) } = options;
  if (lifetime !== undefined && !(lifetime > 0 && lifetime <= 31_536_000_000))
    throw new LoginError("invalid_argument", "lifetime is no number of milliseconds of at most a year");
  if (lock && !store) throw new LoginError("invalid_argument", "A lock needs a store beside it");

  const credentials = checkCredentials(api, given);
  const { baseUrl } = connection;
  const prepare = authorizing(baseUrl, options);
  const shared = store?.share({ api: api.name, origin: baseUrl.origin, credentials }, { lock, timeout, clock, tell });

  let held: Held | undefined;
  const rejectedValues = new Set<string>();
  /** The refresh token that was sent last, unless the reply said that it is still good: until then it may be spent. */
  let spentValue: string | undefined;
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

  function assertNotEnded(): void {
    if (ended) throw new LoginError("ended");
  }

  async function current(signal?: AbortSignal | null): Promise<Held> {
    assertNotEnded();
    if (held && isUsable(held)) return held;
    if (refusal && (!isTemporary(refusal) || refusalPause.holds(clock()))) throw new RefusedError(refusal);
    if (signal?.aborted) throw new LoginError("aborted");
    if (!flight || flight.isCancelled) {
      const own: Flight<Held> = new Flight((inner) =>
        obtain(inner).finally(() => {
          if (flight === own) flight = undefined;
        }),
      );
      flight = own;
    }
    const asked = clock();
    const obtained = await flight.join(signal);
    // While a store is slow to take a token, one that came before this call may be over, or rejected, by now.
    return obtained.from < asked || obtained.rejection === "renewing" ? current(signal) : obtained;
  }

  async function obtain(signal: AbortSignal): Promise<Held> {
    if (!shared) return renew(signal);
    const found = await adopt(shared);
    if (found) return found;
    return shared.exclusively(async () => (lock && (await adopt(shared))) || renew(signal));
  }

  /** Takes what another process has stored, if it is newer and not known to be rejected. */
  async function adopt(from: Shared): Promise<Held | undefined> {
    const content = await from.read();
    if (!content) return undefined;
    if ("refusal" in content) {
      if (content.from <= resetAt) return undefined;
      throw remember(content.refusal);
    }
    if (rejectedValues.has(content.grant.value) || (held && content.from <= held.from)) return undefined;
    const adopted = hold(content);
    return isUsable(adopted) ? adopted : undefined;
  }

  async function renew(signal: AbortSignal): Promise<Held> {
    const extended = held && (await refresh(held, signal));
    if (extended) return extended;
    const judgement = await attempt(
      "login",
      api.login.request(credentials),
      (reply) => judge(api.login, reply),
      signal,
    );
    if (judgement.ok) return keep({ value: judgement.grant.value, ...heldGrant(judgement.grant) });
    throw await refuse(judgement);
  }

  /** Renews without the password; gives nothing where that is impossible, refused, or would go on with a rejected token. */
  async function refresh(one: Held, signal: AbortSignal): Promise<Held | undefined> {
    const { refresh: contract } = api;
    const own = one.grant.refresh;
    if (!own || own.value === spentValue || !contract) return undefined;
    if (!isFresh(one.refreshFrom, own.lifetime, clock())) return undefined;

    spentValue = own.value;
    const call = refreshCall(
      { ...api, refresh: contract },
      { token: one.grant.value, refreshToken: own.value },
      credentials,
    );
    const judged = (reply: AnyReply) => judgeRefresh(contract, reply);
    const answer = await attempt("renewal", call, judged, signal).catch((error) => {
      if (error.code === "unexpected_reply" || error.code === "reply_too_large") return undefined;
      throw error;
    });
    if (!answer?.ok) return undefined;

    const granted = heldGrant(answer.grant);
    const { value = one.grant.value } = answer.grant;
    const { lifetime = one.grant.lifetime, refresh = own } = granted;
    if (one.rejection && value === one.grant.value) return undefined;
    // Without any new token the reply extends both; a new access token leaves the refresh token as old as it was.
    const isAsOld = answer.grant.value !== undefined && refresh === own;
    if (refresh === own) spentValue = undefined;
    return keep({ value, lifetime, refresh }, isAsOld ? one.refreshFrom : undefined);
  }

  async function attempt<Answer extends Judgement<unknown, Grant>>(
    type: "login" | "renewal",
    call: Call,
    read: (reply: AnyReply) => Answer,
    signal: AbortSignal,
  ): Promise<Answer> {
    const start = clock();
    const finish = (outcome: "success" | RefusalReason | LoginErrorCode) =>
      tell({ type, duration: clock() - start, outcome });
    try {
      const judgement = read(await exchange(connection, buildRequest(connection, call), signal));
      finish(judgement.ok ? "success" : judgement.reason);
      return judgement;
    } catch (error) {
      finish((error as LoginError).code);
      throw error;
    }
  }

  /** Holds what a reply that arrived just now grants, and shares it. */
  /** The grant with its ends as lifetimes from now. */
  function heldGrant({ refresh, ...grant }: Grant): Omit<SharedToken["grant"], "value"> {
    return {
      lifetime: lifetimeOf(grant),
      ...(refresh && { refresh: { value: refresh.value, lifetime: lifetimeOf(refresh) } }),
    };
  }

  function lifetimeOf(ending: Ending): number | undefined {
    const now = clock();
    const end = endOf(ending, now);
    return end === undefined ? undefined : end - now;
  }

  async function keep(
    { lifetime: said = lifetime, ...grant }: SharedToken["grant"],
    refreshFrom = clock(),
  ): Promise<Held> {
    const content = { grant: { ...grant, lifetime: said }, from: clock(), refreshFrom };
    const one = hold(content);
    await shared?.write(content);
    return one;
  }

  function hold(content: SharedToken): Held {
    assertNotEnded();
    const replaces = held?.rejection ? held.rejection === "renewing" : held?.replaces === true && !held.accepted;
    held = { ...content, replaces, accepted: false };
    if (isUsable(held)) {
      refusal = undefined;
      refusalPause.end();
    }
    return held;
  }

  /** Remembers a refusal, and shares one that lasts. */
  async function refuse(judgement: Refusal): Promise<LoginError> {
    const outcome = withoutSecrets(judgement, secretsOf(api, credentials));
    const error = remember(outcome);
    if (isTemporary(outcome)) tell({ type: "pause", duration: refusalPause.start(clock()), reason: "refusal" });
    else await shared?.write({ refusal: outcome, from: clock() });
    return error;
  }

  function remember(outcome: Refusal): LoginError {
    refusal = outcome;
    tell({ type: "refusal", reason: outcome.reason });
    return new RefusedError(outcome);
  }

  /**
   * Takes note that the API rejected a token, and says whether to send again with another. One that came for a rejected
   * one is kept if it was never accepted, or is rejected by the request that it came for (`again`): yet another would
   * hardly fare better, so a pause begins.
   */
  function noteRejection({ grant }: Held, again = false): boolean {
    if (!held || grant.value !== held.grant.value) return held !== undefined;
    if (held.rejection === "renewing") return true;
    const paused = rejectionPause.holds(clock());
    const keeps = paused || (held.replaces && !held.rejection && (again || !held.accepted));
    held.rejection = keeps ? "kept" : "renewing";
    tell({ type: "rejection", outcome: held.rejection });
    if (!keeps) rejectedValues.add(grant.value);
    else if (!paused) tell({ type: "pause", duration: rejectionPause.start(clock()), reason: "rejection" });
    return !keeps;
  }

  async function fetchWithToken(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = prepare(input, init);
    const first = await send(request);
    if (!first.rejected || !noteRejection(first.used) || !request.repeatable) return first.reply;

    discard(first.reply);
    const second = await send(request);
    if (second.rejected) noteRejection(second.used, true);
    return second.reply;
  }

  async function send(request: Sending): Promise<{ used: Held; reply: Response; rejected: boolean }> {
    const used = await current(request.signal);
    assertNotEnded();
    const reply = await request.send(tokenHeader(api.header, used.grant.value));
    const rejected = await isRejected(reply);
    const isAccepted = !rejected && reply.status < 500 && reply.status !== 401;
    // A token that was rejected elsewhere stays so, and its pause lasts: one call that accepts it proves nothing for others.
    if (isAccepted && held && held.grant.value === used.grant.value && !held.rejection) {
      held.accepted = true;
      rejectionPause.end();
    }
    return { used, reply, rejected };
  }

  return {
    async token({ signal } = {}) {
      const { grant, from, refreshFrom } = await current(signal);
      assertNotEnded();
      const token = tokenOf(api.header, plain(grant), from);
      const refresh = tokenOf(api.header, plain(grant), refreshFrom).refresh;
      return { ...token, ...(refresh && { refresh }) };
    },
    fetch: fetchWithToken,
    reset() {
      if (refusal && !isTemporary(refusal)) shared?.forget();
      refusal = undefined;
      refusalPause.end();
      rejectionPause.end();
      resetAt = clock();
    },
    end() {
      ended = true;
      held = refusal = spentValue = undefined;
      rejectedValues.clear();
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

/** Without what is undefined. */
function plain({ value, lifetime, refresh }: SharedToken["grant"]): Grant & { value: string } {
  const end = (ending: { lifetime?: number | undefined }) =>
    ending.lifetime === undefined ? {} : { lifetime: ending.lifetime };
  return { value, ...end({ lifetime }), ...(refresh && { refresh: { value: refresh.value, ...end(refresh) } }) };
}

/** In a private field, since whatever prints an error prints its properties. */
class RefusedError extends LoginError {
  readonly #outcome: Refusal;

  constructor(outcome: Refusal) {
    super("refused", outcome.reason);
    this.#outcome = outcome;
  }

  override get outcome(): Refusal {
    return this.#outcome;
  }
}
