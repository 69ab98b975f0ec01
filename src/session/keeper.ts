import { LoginError } from "../errors.ts";
import { withinDeadline } from "../http/exchange.ts";
import type { Connection } from "../http/options.ts";
import type { Api } from "../login/contract.ts";
import { checkCredentials } from "../login/credentials.ts";
import { type AttemptMeans, canRefresh, checkSendable, neverSent, newId, type Outcome, obtain } from "./attempt.ts";
import type { SessionEvent } from "./events.ts";
import type { RecordPlace } from "./place.ts";
import {
  after,
  asOf,
  claimSlack,
  type HeldToken,
  isGood,
  isRefused,
  isUnderWay,
  isWaiting,
  mustWait,
  type RecordEvent,
  shouldRenew,
} from "./record.ts";
import { errorOf } from "./wait-error.ts";

export type CredentialsSource<Credentials> = Credentials | (() => Credentials | PromiseLike<Credentials>);

export interface KeeperMeans<Credentials extends object> {
  api: Api<Credentials>;
  connection: Connection;
  /** Milliseconds that a token lasts where nothing says so. */
  lifetime: number | undefined;
  clock: () => number;
  tell: (event: SessionEvent) => void;
  waitUntil: ((work: Promise<unknown>) => void) | undefined;
  openPlace: (credentials: Credentials) => RecordPlace;
}

/** Credentials, and the record that belongs to them. */
interface Login<Credentials> {
  key: string;
  credentials: Credentials;
  place: RecordPlace;
}

/** An attempt of this process, from the asking for credentials to the writing of what came of it. */
interface Running {
  from: number;
  /** Nobody waits for it any longer than that, settled or not. */
  until: number;
  controller: AbortController;
  /** Settles when it is over, and never rejects. */
  done: Promise<void>;
  /** What it brought, while that is being written. */
  token?: HeldToken;
}

/** A rejection that is being written. */
interface Told {
  id: string;
  from: number;
  /** Whether the rejection counted. Never rejects. */
  done: Promise<boolean>;
}

/** A wait of this session alone, after the function for the credentials failed. */
interface CredentialsWait {
  from: number;
  until: number;
  error: LoginError;
}

/** How long a call that waits for others does not look at the record, in milliseconds. */
const tick = 250;
/** A call that is about to fail looks at the store first, unless somebody did within these milliseconds. */
const lookAge = 5_000;
/** While credentials are refused, the function that gives them is asked no more often than that, in milliseconds. */
const askAge = 30_000;
const shortestCredentialsWait = 1_000;
const longestCredentialsWait = 30_000;
/** How many logins are remembered where a function gives other credentials by turns, lest a refused one is sent again. */
const longestMemory = 4;
/** The longest that a timer can wait, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Keeps one token good: who asks for it, who sends, and who waits. */
export class Keeper<Credentials extends object> {
  readonly #means: KeeperMeans<Credentials>;
  #source: (() => Credentials | PromiseLike<Credentials>) | undefined;
  #login: Login<Credentials> | undefined;
  #remembered: Login<Credentials>[] = [];
  #lookedAt = -Infinity;
  #askedAt = -Infinity;
  #running: Running | undefined;
  #told: Told | undefined;
  #credentialsWait: CredentialsWait | undefined;
  #keptToEnd: string | undefined;
  readonly #sleepers = new Set<() => void>();
  #ended = false;

  constructor(means: KeeperMeans<Credentials>, source: CredentialsSource<Credentials>) {
    this.#means = means;
    if (typeof source === "function") this.#source = source;
    else this.#login = this.#loginOf(source);
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  assertNotEnded(): void {
    if (this.#ended) throw new LoginError("ended");
  }

  /** A token that is good now. Rejects with `aborted` when the signal is, and with whatever keeps a token from coming. */
  async current(signal?: AbortSignal | null): Promise<HeldToken> {
    this.assertNotEnded();
    if (signal?.aborted) throw new LoginError("aborted", undefined, { cause: signal.reason });
    const now = this.#means.clock();
    const token = this.#good(now);
    if (token && !shouldRenew(token, now)) return token;
    if (token && !mustWait(token, now)) {
      this.#renewBehind(token, now);
      return token;
    }
    if (token) return this.#renewed(token, now, signal);
    return this.#patiently(this.#limit, signal);
  }

  /** No call takes longer than that: another's claim, and an attempt of one's own after it. */
  get #limit(): number {
    return 2 * this.#means.connection.timeout + claimSlack;
  }

  /** A token is renewed by one attempt that nobody waits for. */
  #renewBehind(token: HeldToken, now: number): void {
    if (this.#isRunning(now)) return;
    const wait = this.#login?.place.look().wait;
    const isHeldBack = isWaiting(wait, now) || this.#isCredentialsWait(now) || !this.#mayAsk(now);
    if (isHeldBack) this.#tellKept(token, wait && isWaiting(wait, now) ? wait.why.code : undefined);
    else this.#begin();
  }

  /** Shortly before its end a call waits for the token's renewal, for half of what is left, and else takes the token. */
  async #renewed(token: HeldToken, now: number, signal: AbortSignal | null | undefined): Promise<HeldToken> {
    const half = Math.max(1, ((token.end ?? now) - now) / 2);
    try {
      return await withinDeadline(half, signal, (stop) => this.#newToken(stop, token.id));
    } catch (error) {
      this.assertNotEnded();
      if (signal?.aborted || !(error instanceof LoginError)) throw error;
      const held = this.#good(this.#means.clock());
      if (!held) return this.#patiently(this.#limit - half, signal);
      this.#tellKept(held, error.code);
      return held;
    }
  }

  async #patiently(limit: number, signal: AbortSignal | null | undefined): Promise<HeldToken> {
    try {
      return await withinDeadline(Math.min(limit, longestTimer), signal, (stop) => this.#newToken(stop));
    } catch (error) {
      this.assertNotEnded();
      if (signal?.aborted) throw error;
      const held = this.#good(this.#means.clock());
      if (!held) throw error;
      return held;
    }
  }

  /** Looks, sends and waits until there is a good token, and another one than `old`. */
  async #newToken(stop: AbortSignal, old?: string): Promise<HeldToken> {
    const { clock } = this.#means;
    for (let isFirst = true; ; ) {
      this.assertNotEnded();
      stop.throwIfAborted();
      const now = clock();
      const token = this.#good(now);
      if (token && token.id !== old) return token;

      const own = this.#pending(now)?.done ?? (this.#isRunning(now) ? this.#running?.done : undefined);
      if (own) {
        await this.#pause(stop, own);
        continue;
      }
      const wait = this.#login?.place.look().wait;
      if (isUnderWay(wait?.attempt, now)) {
        await this.#pause(stop);
        await this.#lookUnlessWithin(tick);
        continue;
      }
      if (this.#isCredentialsWait(now)) throw this.#credentialsError();
      if (isWaiting(wait, now)) {
        if (await this.#lookUnlessWithin(lookAge)) continue;
        const mayHaveOthers = this.#source !== undefined && isRefused(wait) && this.#mayAsk(clock());
        if (!mayHaveOthers) throw errorOf(wait);
      }
      // What was begun and brought nothing is not begun again at once.
      if (!isFirst) await this.#pause(stop);
      if (!isFirst && this.#isRunning(clock())) continue;
      isFirst = false;
      await this.#pause(stop, this.#begin().done);
    }
  }

  /** The token held: also one that is only being written. */
  #held(): HeldToken | undefined {
    const known = this.#login?.place.look().token;
    const brought = this.#running?.token;
    if (!brought || known?.id === brought.id) return known;
    return known && known.from > brought.from ? known : brought;
  }

  /** The token held, if it may be handed out: none whose rejection is being written. */
  #good(now: number): HeldToken | undefined {
    const token = this.#held();
    return isGood(token, now) && token.id !== this.#pending(now)?.id ? token : undefined;
  }

  /** The rejection that is being written, while that can still take. */
  #pending(now: number): Told | undefined {
    const told = this.#told;
    return told && now >= told.from && now < told.from + lookAge ? told : undefined;
  }

  #isRunning(now: number): boolean {
    const running = this.#running;
    return running !== undefined && now >= running.from && now < running.until;
  }

  /** Waits until something settles, a tick has passed, or nobody waits any longer. */
  #pause(stop: AbortSignal, settling?: Promise<unknown>): Promise<void> {
    if (stop.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        stop.removeEventListener("abort", wake);
        this.#sleepers.delete(wake);
        resolve();
      };
      // In a worker another request's promise may never settle: a timer of one's own looks again.
      const timer = setTimeout(wake, tick);
      stop.addEventListener("abort", wake);
      this.#sleepers.add(wake);
      settling?.then(wake);
    });
  }

  /** Reads the record, unless somebody has within so many milliseconds. */
  async #lookUnlessWithin(age: number): Promise<boolean> {
    const since = this.#means.clock() - this.#lookedAt;
    if (since >= 0 && since < age) return false;
    await this.#read(this.#login);
    return true;
  }

  async #read(login: Login<Credentials> | undefined): Promise<void> {
    this.#lookedAt = this.#means.clock();
    await login?.place.read();
  }

  /** Begins an attempt for all who wait. It is finished, whoever leaves. */
  #begin(): Running {
    const now = this.#means.clock();
    const running: Running = {
      from: now,
      until: now + this.#means.connection.timeout + claimSlack,
      controller: new AbortController(),
      done: Promise.resolve(),
    };
    running.done = running.done
      .then(() => this.#attempt(running))
      .catch(() => {})
      .then(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
    this.#goesOn(running.done);
    return running;
  }

  #goesOn(work: Promise<unknown>): void {
    try {
      this.#means.waitUntil?.(work);
    } catch {
      // It may belong to a request that has left.
    }
  }

  async #attempt(running: Running): Promise<void> {
    const login = await this.#ask();
    if (!login) {
      // Others may have renewed the token, whatever this session's function does.
      await this.#read(this.#login);
      return;
    }
    const claimed = await this.#claim(login);
    if (!claimed) return;
    running.from = claimed.from;
    running.until = claimed.until;
    const outcome = await this.#send(login, claimed, running.controller.signal);
    if (this.#ended) return;
    if (outcome.type === "granted" && login === this.#login) running.token = outcome.token;
    await this.#change(login.place, outcome);
    this.#adopt(login);
    if (outcome.type === "granted") this.#askedAt = -Infinity;
    else this.#tellWait(login);
  }

  /** Asks for the credentials, within the call's deadline. */
  async #ask(): Promise<Login<Credentials> | undefined> {
    const source = this.#source;
    if (!source) return this.#login;
    const { clock, connection } = this.#means;
    this.#askedAt = clock();
    try {
      const given = await withinDeadline(connection.timeout, undefined, async () => source()).catch((cause) => {
        throw new LoginError("credentials_unavailable", undefined, { cause });
      });
      if (this.#ended) return undefined;
      const login = this.#loginOf(given);
      this.#login ??= login;
      this.#credentialsWait = undefined;
      return login;
    } catch (error) {
      this.#waitForCredentials(error as LoginError);
      return undefined;
    }
  }

  /** Throws where the credentials are none, or cannot be sent. */
  #loginOf(given: Credentials): Login<Credentials> {
    const { api, openPlace } = this.#means;
    const credentials = checkCredentials(api, given);
    const key = JSON.stringify(credentials);
    const known = this.#remembered.find((each) => each.key === key);
    if (known) return known;
    checkSendable(this.#means, credentials);
    const login = { key, credentials, place: openPlace(credentials) };
    this.#remembered = [login, ...this.#remembered.filter((each) => each === this.#login)].slice(0, longestMemory);
    return login;
  }

  #waitForCredentials(error: LoginError): void {
    const now = this.#means.clock();
    const last = this.#credentialsWait;
    const length = last ? last.until - last.from : 0;
    const isForgotten = !last || now < last.from || now >= last.until + length;
    const next = isForgotten ? shortestCredentialsWait : Math.min(longestCredentialsWait, length * 2);
    if (this.#ended) return;
    this.#credentialsWait = { from: now, until: now + next, error };
    this.#means.tell({ type: "wait", duration: next, code: error.code });
  }

  #isCredentialsWait(now: number): boolean {
    const wait = this.#credentialsWait;
    return wait !== undefined && now >= wait.from && now < wait.until;
  }

  #credentialsError(): LoginError {
    const { error, until } = this.#credentialsWait as CredentialsWait;
    const { code, message, cause } = error;
    return errorOf({ until, why: { code, detail: message.slice(code.length + 2) } }, cause);
  }

  /** Whether the function for the credentials may be asked although nothing says that they are other ones. */
  #mayAsk(now: number): boolean {
    const since = now - this.#askedAt;
    return this.#source === undefined || since < 0 || since >= askAge;
  }

  /** Writes the wait before anything is sent. Gives nothing where that is not needed, or somebody else was faster. */
  async #claim(login: Login<Credentials>): Promise<Claim | undefined> {
    const { api, clock, connection } = this.#means;
    for (let times = 0; times < 3; times++) {
      if (login === this.#login) this.#lookedAt = clock();
      const reading = await login.place.read();
      if (this.#ended) return undefined;
      const now = clock();
      const record = asOf(reading.record, now);
      const { token, wait } = record;
      const isFresh = isGood(token, now) && !shouldRenew(token, now);
      if (isFresh || isWaiting(wait, now)) {
        this.#adopt(login);
        return undefined;
      }
      const id = newId();
      const held = canRefresh(api, token, now) ? token : undefined;
      const refreshes = held !== undefined;
      const next = after(record, { type: "claimed", attempt: id, timeout: connection.timeout, refreshes }, now);
      const landed = await login.place.swap(reading, next);
      if (landed && !this.#ended) return { id, held, from: now, until: now + connection.timeout + claimSlack };
    }
    return undefined;
  }

  async #send(login: Login<Credentials>, { id, held, until }: Claim, signal: AbortSignal): Promise<Outcome> {
    const { api, connection, clock, lifetime, tell } = this.#means;
    const isTooLate = clock() + connection.timeout > until;
    if (isTooLate) return neverSent(id, held);
    const means: AttemptMeans<Credentials> = {
      api,
      connection,
      credentials: login.credentials,
      lifetime,
      clock,
      observe: (type, duration, outcome) => tell({ type, duration, outcome }),
    };
    const isRejected = () => {
      const { token } = login.place.look();
      const isTold = this.#pending(clock())?.id === held?.id;
      return isTold || (token?.id === held?.id && token?.rejected === true);
    };
    return obtain(means, id, held, isRejected, signal);
  }

  /** Other credentials take over where they have a token, or those before have none. */
  #adopt(login: Login<Credentials>): void {
    const now = this.#means.clock();
    if (this.#ended || login === this.#login) return;
    if (this.#good(now) && !isGood(login.place.look().token, now)) return;
    this.#login = login;
  }

  /** Brings an event into a record, until that has landed. Gives whether it changed anything. */
  async #change(place: RecordPlace, event: RecordEvent): Promise<boolean> {
    while (!this.#ended) {
      const reading = await place.read();
      if (this.#ended) return false;
      const now = this.#means.clock();
      const record = asOf(reading.record, now);
      const next = after(record, event, now);
      if (next === record) return false;
      if (await place.swap(reading, next)) return true;
    }
    return false;
  }

  #tellWait(login: Login<Credentials>): void {
    const { wait } = login.place.look();
    if (!wait || wait.attempt) return;
    const { code, outcome } = wait.why;
    const reason = outcome && { reason: outcome.reason };
    this.#means.tell({ type: "wait", duration: wait.until - wait.from, code, ...reason });
  }

  /** Says once of a token that it is used although it should have been renewed. */
  #tellKept({ id, end = Infinity }: HeldToken, code: LoginError["code"] | undefined): void {
    if (this.#keptToEnd === id || !code) return;
    this.#keptToEnd = id;
    this.#means.tell({ type: "kept", duration: end - this.#means.clock(), code });
  }

  /**
   * Takes note that the service said of a token that it is no longer good. `began` says whether that made it rejected;
   * `isReplaced` whether another token is held, or will be.
   */
  async rejected(id: string, signal?: AbortSignal | null): Promise<{ began: boolean; isReplaced: boolean }> {
    this.assertNotEnded();
    const pending = this.#pending(this.#means.clock());
    const isFirst = pending?.id !== id;
    const told = isFirst ? this.#tell(id) : pending;
    if (!told) return { began: false, isReplaced: true };
    const began = await withinDeadline(Math.min(this.#limit, longestTimer), signal, async (stop) => {
      let counted: boolean | undefined;
      told.done.then((result) => {
        counted = result;
      });
      while (counted === undefined && this.#pending(this.#means.clock()) === told) {
        this.assertNotEnded();
        stop.throwIfAborted();
        await this.#pause(stop, told.done);
      }
      return counted === true && isFirst;
    });
    const token = this.#held();
    return { began, isReplaced: token?.id !== id || token.rejected === true };
  }

  /** Begins to write a rejection. Gives nothing where the token is not held, or rejected already. */
  #tell(id: string, byHand = false): Told | undefined {
    const { clock, tell } = this.#means;
    const place = this.#login?.place;
    const held = this.#held();
    if (!place || held?.id !== id || held.rejected) return undefined;
    // What is being written now must be there first.
    const written = this.#running?.token?.id === id ? this.#running.done : Promise.resolve();
    const done = written
      .then(() => this.#change(place, { type: "rejected", token: id, ...(byHand && { byHand }) }))
      .then((counted) => {
        if (this.#told === told) this.#told = undefined;
        if (!this.#ended) tell({ type: "rejection", outcome: counted ? "replaced" : "kept" });
        return counted;
      });
    const told: Told = { id, from: clock(), done };
    this.#told = told;
    this.#goesOn(done);
    return told;
  }

  /** Takes note of what another channel found out. */
  rejectValue(value: string): void {
    this.assertNotEnded();
    const token = this.#good(this.#means.clock());
    if (token?.value === value) this.#tell(token.id, true);
  }

  /** Takes note that the request that was told of a rejection was accepted with the token that came for it. */
  helped(rejected: string, token: string): void {
    const place = this.#login?.place;
    if (place && !this.#ended) this.#goesOn(this.#change(place, { type: "helped", rejected, token }));
  }

  /** Forgets refusals and waits, for all who share them. */
  async reset(): Promise<void> {
    this.assertNotEnded();
    this.#credentialsWait = undefined;
    this.#askedAt = -Infinity;
    const own = this.#login ?? (await this.#ask());
    if (!own && this.#isCredentialsWait(this.#means.clock())) throw this.#credentialsError();
    await Promise.all(this.#remembered.map(({ place }) => this.#change(place, { type: "reset" })));
  }

  end(): void {
    this.#ended = true;
    this.#source = undefined;
    for (const { place } of this.#remembered) place.end();
    this.#login = undefined;
    this.#remembered = [];
    this.#told = undefined;
    this.#credentialsWait = undefined;
    try {
      this.#running?.controller.abort(new LoginError("ended"));
    } catch {
      // In a worker it belongs to a request that has left.
    }
    this.#running = undefined;
    for (const wake of this.#sleepers) wake();
  }

  /** What is known now, without asking anybody. */
  look(): { token: HeldToken | undefined; wait: ReturnType<RecordPlace["look"]>["wait"]; now: number } {
    const now = this.#means.clock();
    const wait = this.#login?.place.look().wait;
    return { token: this.#good(now), wait: isWaiting(wait, now) ? wait : undefined, now };
  }
}

interface Claim {
  id: string;
  /** The token that is renewed; absent where the password is sent. */
  held: HeldToken | undefined;
  from: number;
  until: number;
}
