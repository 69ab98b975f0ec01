import { LoginError } from "../errors.ts";
import { withinDeadline } from "../http/exchange.ts";
import type { Change, RecordPlace } from "../store/place.ts";
import {
  type Attempt,
  claimSlack,
  type HeldToken,
  isGood,
  isRefused,
  isUnderWay,
  isWaiting,
  mustWait,
  newId,
  shouldRenew,
  type Wait,
} from "../store/record.ts";
import { type AttemptMeans, neverSent, type Outcome, obtain } from "./attempt.ts";
import type { SessionEvent } from "./events.ts";
import { type CredentialsSource, type Login, type LoginMeans, Logins } from "./logins.ts";
import { errorOf } from "./wait-error.ts";

export interface KeeperMeans<Credentials extends object> extends LoginMeans<Credentials> {
  /** Milliseconds that a token lasts where nothing says so. */
  lifetime: number | undefined;
  tell: (event: SessionEvent) => void;
  waitUntil: ((work: Promise<unknown>) => void) | undefined;
}

/** How long a call that waits for others does not look at the record, in milliseconds. */
const tick = 250;
/** A call that is about to fail looks at the store first, unless somebody did within these milliseconds. */
const lookAge = 5_000;
/** So many attempts are known that are under way: in a worker one may never settle. */
const mostAttempts = 4;
/** The longest that a timer can wait, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Keeps one token good: who asks for it, who sends, and who waits. */
export class Keeper<Credentials extends object> {
  readonly #means: KeeperMeans<Credentials>;
  readonly #logins: Logins<Credentials>;
  /** This process's newest attempt, for those who wait. Whether it is still worth waiting for the record says. */
  #attempt: Promise<void> | undefined;
  /** What is sent is cancelled by these, by `end()` alone. */
  #controllers: AbortController[] = [];
  #keptToEnd: string | undefined;
  #ended = false;

  constructor(means: KeeperMeans<Credentials>, source: CredentialsSource<Credentials>) {
    this.#means = means;
    this.#logins = new Logins(means, source);
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  assertNotEnded(): void {
    if (this.#ended) throw new LoginError("ended");
  }

  /** The token held, if it may be handed out now. */
  good(now: number): HeldToken | undefined {
    const { token } = this.#logins.place.look();
    return isGood(token, now) ? token : undefined;
  }

  /** The wait that is on now; rather one in which somebody may bring a token than another. */
  wait(now: number): Wait | undefined {
    const all = [this.#logins.asking.look().wait, this.#logins.place.look().wait];
    const waits = all.filter((wait) => isWaiting(wait, now));
    return waits.find(({ attempt }) => isUnderWay(attempt, now)) ?? waits[0];
  }

  /** No call takes longer than that, in milliseconds: another's claim, and an attempt of one's own after it. */
  get #limit(): number {
    return Math.min(2 * this.#means.connection.timeout + claimSlack, longestTimer);
  }

  /** A token that is good now. Rejects with `aborted` when the signal is, and with whatever keeps a token from coming. */
  async current(signal?: AbortSignal | null, limit: number = this.#limit): Promise<HeldToken> {
    this.assertNotEnded();
    if (signal?.aborted) throw new LoginError("aborted", undefined, { cause: signal.reason });
    const now = this.#means.clock();
    const held = this.good(now);
    if (held && !mustWait(held, now)) {
      if (shouldRenew(held, now)) this.#renewBehind(held, now);
      return held;
    }
    const patience = held ? halfOfWhatIsLeft(held, now) : limit;
    try {
      return await withinDeadline(patience, signal, (stop) => this.#newToken(stop, held?.id));
    } catch (error) {
      this.assertNotEnded();
      if (signal?.aborted) throw error;
      const token = this.good(this.#means.clock());
      if (!token && !held) throw error;
      if (!token) return this.current(signal, limit - patience);
      if (token.id === held?.id) this.#tellKept(token, (error as LoginError).code);
      return token;
    }
  }

  /** A token is renewed by one attempt that nobody waits for. */
  #renewBehind(token: HeldToken, now: number): void {
    const wait = this.wait(now);
    if (isUnderWay(wait?.attempt, now)) return;
    if (wait) this.#tellKept(token, wait.why.code);
    else if (this.#logins.mayAsk(now)) this.#begin();
  }

  /** Looks, sends and waits until there is a good token, and another one than `old`. */
  async #newToken(stop: AbortSignal, old: string | undefined): Promise<HeldToken> {
    for (let hasBegun = false; ; ) {
      this.assertNotEnded();
      stop.throwIfAborted();
      const now = this.#means.clock();
      const token = this.good(now);
      // Where a clock was set back meanwhile, the old one is good for long again.
      if (token && (token.id !== old || !mustWait(token, now))) return token;

      const { place } = this.#logins;
      const wait = this.wait(now);
      const isWriting = place.writing() !== undefined;
      const isUndecided = isWriting || isUnderWay(wait?.attempt, now);
      if (isUndecided) {
        // Whoever writes reads first: to read beside it only keeps a store that is busy from both.
        if (!isWriting) void place.refresh(tick);
        await this.#pause(stop, place.writing(), this.#attempt);
      } else if (wait) {
        if (await place.refresh(lookAge)) continue;
        // Of several calls that come here at once the first asks, and the others wait for that.
        const isAsked = isUnderWay(this.#logins.asking.look().wait?.attempt, now);
        if (isAsked) continue;
        const isFinal = !isRefused(wait) || !this.#logins.mayHaveOthers(now);
        if (isFinal) throw errorOf(wait);
        this.#begin();
      } else if (hasBegun) {
        // What was begun and brought nothing is not begun again at once.
        hasBegun = false;
        await this.#pause(stop);
      } else {
        hasBegun = true;
        this.#begin();
        await this.#pause(stop, place.writing(), this.#attempt);
      }
    }
  }

  /** Waits until one of these settles, a tick has passed, or nobody waits any longer. */
  #pause(stop: AbortSignal, ...awaited: (Promise<unknown> | undefined)[]): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        stop.removeEventListener("abort", wake);
        resolve();
      };
      // In a worker another request's promise may never settle: a timer of one's own looks again.
      const timer = setTimeout(wake, tick);
      stop.addEventListener("abort", wake);
      for (const each of awaited) each?.then(wake);
    });
  }

  /** Begins an attempt for all who wait. It is finished, whoever leaves. */
  #begin(): void {
    const controller = new AbortController();
    this.#controllers = [...this.#controllers, controller].slice(-mostAttempts);
    const done = this.#renew(controller.signal)
      .catch(() => {})
      .then(() => {
        this.#controllers = this.#controllers.filter((each) => each !== controller);
        if (this.#attempt === done) this.#attempt = undefined;
      });
    this.#attempt = done;
    this.#goesOn(done);
  }

  #goesOn(work: Promise<unknown>): void {
    try {
      // It may well be asynchronous, and what it rejects with is ignored as what it throws is.
      Promise.resolve(this.#means.waitUntil?.(work)).catch(() => {});
    } catch {
      // It may belong to a request that has left.
    }
  }

  /** Claims, sends, and writes what came of it. */
  async #renew(signal: AbortSignal): Promise<void> {
    const logins = this.#logins;
    const { timeout } = this.#means.connection;
    // Without a pause, so that whoever asks next sees that somebody does.
    const login = logins.fixed ?? (await logins.ask());
    if (!login) {
      this.#tellWait(logins.asking.look().wait);
      // Others may have renewed the token, whatever this session's function does.
      await logins.place.refresh(0);
      return;
    }
    const refreshes = this.#means.api.refresh !== undefined;
    const claimed = await login.place.change({ type: "claimed", attempt: newId(), timeout, refreshes });
    if (this.#ended) return;
    logins.settle(login);
    if (!claimed) return;
    const outcome = await this.#send(login, claimed, signal);
    if (this.#ended) return;
    const written = login.place.change(outcome);
    // It is used at once, while it is written.
    logins.adopt(login);
    const changed = await written;
    if (outcome.type === "granted") logins.forget();
    else this.#tellWait(changed?.after.wait);
  }

  async #send(
    { credentials, place }: Login<Credentials>,
    { before, after }: Change,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { api, connection, clock, lifetime, tell } = this.#means;
    const attempt = after.wait?.attempt as Attempt;
    const refreshed = after.token?.refresh ? undefined : before.token;
    // The refusal of an earlier attempt, which a clock that jumped had ended, may still be on its way into the record.
    const isKnownToBeWrong = place.look().wait?.until === Number.POSITIVE_INFINITY;
    if (isKnownToBeWrong) return neverSent(attempt.id, refreshed);
    const isRejected = ({ id }: HeldToken) => {
      const { token } = place.look();
      return token?.id === id && token.rejected === true;
    };
    const means: AttemptMeans<Credentials> = {
      api,
      connection,
      credentials,
      lifetime,
      clock,
      observe: (type, duration, outcome) => tell({ type, duration, outcome }),
    };
    return obtain(means, attempt, refreshed, isRejected, signal);
  }

  #tellWait(wait: Wait | undefined): void {
    if (!wait || wait.attempt || this.#ended) return;
    const { code, outcome } = wait.why;
    const reason = outcome && { reason: outcome.reason };
    this.#means.tell({ type: "wait", duration: wait.until - wait.from, code, ...reason });
  }

  /** Says once of a token that it is used although it should have been renewed. */
  #tellKept({ id, end = Number.POSITIVE_INFINITY }: HeldToken, code: LoginError["code"]): void {
    if (this.#keptToEnd === id) return;
    this.#keptToEnd = id;
    this.#means.tell({ type: "kept", duration: end - this.#means.clock(), code });
  }

  /**
   * Takes note that the service said of a token that it is no longer good. `began` says whether that made it rejected;
   * `isReplaced` whether another token is held, or will be.
   */
  async rejected(id: string, signal?: AbortSignal | null): Promise<{ began: boolean; isReplaced: boolean }> {
    this.assertNotEnded();
    const { place } = this.#logins;
    const began = await withinDeadline(this.#limit, signal, async (stop) => {
      const counted = await this.#reject(id, place);
      while (place.writing()) {
        stop.throwIfAborted();
        await this.#pause(stop, place.writing());
      }
      return counted;
    });
    const { token } = this.#logins.place.look();
    return { began, isReplaced: token?.id !== id || token.rejected === true };
  }

  /** Gives whether that made the token rejected. */
  async #reject(id: string, place: RecordPlace, byHand = false): Promise<boolean> {
    const { token } = place.look();
    if (token?.id !== id || token.rejected) return false;
    const changing = place.change({ type: "rejected", token: id, byHand });
    this.#goesOn(changing);
    const counted = (await changing) !== undefined;
    if (!this.#ended) this.#means.tell({ type: "rejection", outcome: counted ? "replaced" : "kept" });
    return counted;
  }

  /** Takes note of what another channel found out. */
  rejectValue(value: string): void {
    this.assertNotEnded();
    const token = this.good(this.#means.clock());
    if (token && token.value === value) void this.#reject(token.id, this.#logins.place, true);
  }

  /** Takes note that the request that was told of a rejection was accepted with the token that came for it. */
  helped(rejected: string, token: string): void {
    this.#goesOn(this.#logins.place.change({ type: "helped", rejected, token }));
  }

  /** Forgets refusals and waits, for all who share them. */
  async reset(): Promise<void> {
    this.assertNotEnded();
    const logins = this.#logins;
    logins.forget();
    const done = this.#attempt;
    if (!logins.current && done) await withinDeadline(this.#limit, undefined, () => done).catch(() => {});
    // Whose refusal it is only the function says.
    if (!logins.current) {
      const login = await logins.ask();
      const { wait } = logins.asking.look();
      if (login) logins.settle(login);
      else if (wait) throw errorOf(wait);
    }
    await Promise.all(logins.places.map((place) => place.change({ type: "reset" })));
  }

  end(): void {
    this.#ended = true;
    this.#logins.end();
    for (const controller of this.#controllers) {
      try {
        controller.abort(new LoginError("ended"));
      } catch {
        // In a worker it belongs to a request that has left.
      }
    }
    this.#controllers = [];
    this.#attempt = undefined;
  }
}

function halfOfWhatIsLeft({ end = 0 }: HeldToken, now: number): number {
  return Math.max(1, (end - now) / 2);
}
