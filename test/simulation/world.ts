import { LoginError } from "../../src/errors.ts";
import { openSession, type Session } from "../../src/session/session.ts";
import type { SessionStore } from "../../src/store/place.ts";
import type { LoginRecord } from "../../src/store/record.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { readRecord } from "../../src/store/text.ts";
import { memoryRecords } from "../support/memory-records.ts";
import type { Invariant } from "./invariants.ts";
import { apiWith, type Caller, type Credentials, loginModes, refreshModes, Service } from "./service.ts";
import { chance, VirtualTime } from "./time.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What a session's timeout is here. */
const timeout = 10 * second;
const claim = timeout + 5 * second;
/** A store that takes two seconds is left alone; a write may have read first. */
const slowestWrite = 5 * second;

const storeModes = ["good", "slow", "down", "full", "hangs", "loses answers"] as const;
type StoreMode = (typeof storeModes)[number];

/** How a world is made. */
export interface Setting {
  seed: number;
  steps: number;
  processes?: number;
  /** Makes what processes share, by the world's clock; in memory unless told otherwise. */
  records?: (clock: () => number) => RecordStore;
  /** Told of what happens. */
  trace?: (line: string) => void;
}

export interface Run {
  seed: number;
  steps: number;
  broken: { invariant: Invariant; what: string; step: number }[];
  sends: number;
  deaths: number;
  calls: number;
  failures: number;
}

/** What a wait says, as far as somebody who sees only the wire can tell. */
interface Expected {
  /** Nobody may send before. */
  until: number;
  /** Set until `reset()`. */
  refused: boolean;
}

interface Process {
  id: number;
  session: Session;
  dead: boolean;
  ended: boolean;
  offset: number;
  /** When its clock jumped last, by the world's time. */
  jumpedAt: number;
  /** The values that it was told to be rejected, where that counted. */
  counted: Set<string>;
  /** The values that calls of its own were told to be rejected, and when last. */
  told: Map<string, number>;
  /** What it handed out last. */
  held: { value: string; end: number; at: number } | undefined;
  /** The token of its last call. */
  used: string | undefined;
  sending: Send | undefined;
  /** The attempt whose refresh was answered last, and when: the password may follow at once. */
  chain: { from: number; at: number } | undefined;
  /** What was answered last, and when: it may not be written yet. */
  answered: { send: Send; at: number } | undefined;
  /** What the service refused to it, and nobody has reset since. */
  refused: Set<string>;
}

interface Send {
  by: Process;
  from: number;
  /** When its attempt began to send: the password may follow a refresh token. */
  began: number;
  password: string;
}

/**
 * Processes that share a login, or each have their own, a service, and everything that can happen to them. It watches
 * the invariants from outside: by what goes over the wire, what callers get, and what the store holds.
 */
export class World {
  readonly broken: Run["broken"] = [];
  readonly #seed: number;
  readonly #random: () => number;
  readonly #time = new VirtualTime();
  readonly #service: Service;
  readonly #records: RecordStore;
  readonly #isShared: boolean;
  /** The store fails, and clocks jump, far more often. */
  readonly #isStormy: boolean;
  readonly #declares: boolean;
  readonly #hasRefresh: boolean;
  readonly #hasFunction: boolean;
  readonly #lifetimeOption: number | undefined;
  readonly #processes: Process[] = [];
  #storeMode: StoreMode = "good";
  /** When the store failed last, by the world's time. */
  #storeTroubleAt = -Infinity;
  #functionMode: "good" | "fails" | "hangs" | "flaps" = "good";
  readonly #sends = new Set<Send>();
  /** By password, and by process where they share nothing. */
  readonly #expected = new Map<string, Expected>();
  /** What anybody was told to be rejected, dead ones too. */
  readonly #counted = new Set<string>();
  #countedAt = -Infinity;
  #helpedSince = false;
  #jumpedAt = -Infinity;
  #resetAt = -Infinity;
  readonly #abortedAt = new WeakMap<AbortSignal, number>();
  readonly #openCalls = new Map<Process, number>();
  /** What happened, for whoever looks at one seed. */
  readonly #trace: ((line: string) => void) | undefined;
  readonly #began: number;
  #step = 0;
  #ids = 0;
  readonly #figures = { sends: 0, deaths: 0, calls: 0, failures: 0 };

  constructor({ seed, processes, records = memoryRecords, trace }: Setting) {
    this.#trace = trace;
    this.#began = this.#time.now;
    this.#seed = seed;
    this.#random = chance(seed);
    this.#service = new Service(this.#time, this.#random);
    this.#isShared = this.#random() < 0.6;
    this.#isStormy = this.#isShared && this.#random() < 0.5;
    this.#declares = this.#random() < 0.75;
    this.#hasRefresh = this.#random() < 0.5;
    this.#hasFunction = this.#random() < 0.3;
    const lives = [1, 5, 20, 45, 90, 300, 1800, 86_400, 30 * 86_400];
    this.#service.life = this.#pick(lives) * second;
    this.#service.isExclusive = this.#random() < 0.15;
    this.#service.latency = this.#pick([5, 50, 500, 3_000]);
    this.#lifetimeOption = !this.#declares && this.#random() < 0.3 ? this.#service.life : undefined;
    this.#records = records(() => this.#time.now);
    const few = this.#isShared ? 1 + Math.floor(this.#random() * 6) : 1 + Math.floor(this.#random() * 2);
    const count = processes ?? few;
    this.#log(
      `shared ${this.#isShared}, declares ${this.#declares}, refresh ${this.#hasRefresh}, function ${this.#hasFunction}, life ${this.#service.life}, exclusive ${this.#service.isExclusive}, latency ${this.#service.latency}, lifetime ${this.#lifetimeOption}`,
    );
    for (let each = 0; each < count; each++) this.#processes.push(this.#start());
  }

  async run(steps: number): Promise<Run> {
    const uninstall = this.#time.install(this.#random);
    try {
      for (this.#step = 1; this.#step <= steps; this.#step++) {
        await this.#take();
        if (this.broken.length > 0) break;
      }
      if (this.broken.length === 0) await this.#finish();
    } finally {
      uninstall();
    }
    return { seed: this.#seed, steps: Math.min(steps, this.#step), broken: this.broken, ...this.#figures };
  }

  #break(invariant: Invariant, what: string): void {
    this.broken.push({ invariant, what, step: this.#step });
  }

  #pick<Each>(all: readonly Each[]): Each {
    return all[Math.floor(this.#random() * all.length)] as Each;
  }

  async #take(): Promise<void> {
    const alive = this.#processes.filter(({ dead, ended }) => !dead && !ended);
    const process = this.#pick(alive);
    const isBlown = this.#isStormy && this.#random() < 0.15;
    const dice = isBlown ? 92.5 + 3 * this.#random() : this.#random() * 100;
    if (dice < 30) this.#callToken(process);
    else if (dice < 42) this.#callFetch(process);
    else if (dice < 75) await this.#time.pass(this.#duration());
    else if (dice < 80) this.#kill(this.#random() < 0.7 ? (this.#sender() ?? process) : process);
    else if (dice < 85) this.#service.login = this.#random() < 0.55 ? "good" : this.#pick(loginModes);
    else if (dice < 87) this.#service.refresh = this.#pick(refreshModes);
    else if (dice < 88.5) this.#service.revokeAll();
    else if (dice < 90) this.#service.revokeNewest();
    else if (dice < 91.5) this.#reset(process);
    else if (dice < 92.5) this.#end(process);
    else if (dice < 93) this.#jump(process);
    else if (dice < 95.5 && this.#isShared) this.#setStore(this.#random() < 0.5 ? "good" : this.#pick(storeModes));
    else if (dice < 97 && this.#hasFunction)
      this.#functionMode = this.#pick(["good", "good", "fails", "hangs", "flaps"]);
    else if (dice < 98) this.#reject(process);
    else for (let times = 0; times < 5; times++) this.#callToken(process);
    await this.#time.pass(0);
  }

  #duration(): number {
    const longest = this.#pick([10, 300, 5 * second, 40 * second, 10 * minute, 2 * hour]);
    return Math.ceil(this.#random() * longest);
  }

  #setStore(mode: StoreMode): void {
    this.#noteTrouble();
    this.#storeMode = mode;
    this.#log(`store ${mode}`);
    this.#noteTrouble();
  }

  #noteTrouble(): void {
    if (this.#storeMode !== "good" && this.#storeMode !== "slow") this.#storeTroubleAt = this.#time.now;
  }

  /** Whether each process may have been on its own. */
  #isTroubled(): boolean {
    this.#noteTrouble();
    return this.#time.now - this.#storeTroubleAt < 60 * second;
  }

  #sender(): Process | undefined {
    return [...this.#sends].find(({ by }) => !by.dead)?.by;
  }

  #start(): Process {
    const id = ++this.#ids;
    const own: Process = {
      id,
      session: undefined as never,
      dead: false,
      ended: false,
      offset: this.#isShared ? Math.round((this.#random() - 0.5) * 20 * minute) : 0,
      jumpedAt: -Infinity,
      counted: new Set(),
      told: new Map(),
      held: undefined,
      used: undefined,
      sending: undefined,
      chain: undefined,
      answered: undefined,
      refused: new Set(),
    };
    const caller: Caller = {
      id,
      isDead: () => own.dead,
      sends: (kind, body) => this.#onSend(own, kind, body),
      calls: (path, token) => {
        own.used = token;
        if (own.ended) this.#break("ended", `process ${id} calls ${path} after end()`);
      },
      isRejected: (token) => {
        own.told.set(token, this.#time.now);
      },
      extends: (token) => {
        for (const each of this.#processes) if (each !== own) each.counted.delete(token);
      },
    };
    const store: SessionStore = {
      place: ({ credentials }, means) =>
        sharedPlace(this.#recordsFor(own), (credentials as Credentials).password, means),
    };
    const give = (): Credentials | Promise<Credentials> => {
      if (this.#functionMode === "fails") throw new Error("The vault is sealed.");
      if (this.#functionMode === "hangs") return new Promise(() => {});
      const isOther = this.#functionMode === "flaps" && this.#random() < 0.5;
      return { user: "user", password: isOther ? "outdated" : "right" };
    };
    own.session = openSession(
      apiWith(this.#hasRefresh, this.#declares),
      this.#hasFunction ? give : { user: "user", password: "right" },
      {
        fetch: this.#service.fetchFor(caller),
        timeout,
        clock: () => this.#time.now + own.offset,
        ...(this.#lifetimeOption !== undefined && { lifetime: this.#lifetimeOption }),
        ...(this.#isShared && { store }),
        observe: (event) => {
          this.#log(`process ${id} ${own.dead ? "(dead) " : ""}${JSON.stringify(event)}`);
          if (event.type === "store") this.#onStore();
          if (event.type === "rejection" && event.outcome === "replaced") this.#onCounted(own);
        },
      },
    );
    return own;
  }

  /** What a process learned just before the store was away for it is known to that process alone. */
  #onStore(): void {
    this.#storeTroubleAt = this.#time.now;
    for (const expected of this.#expected.values()) {
      expected.refused = false;
      expected.until = -Infinity;
    }
  }

  /** A store as one process sees it. */
  #recordsFor(process: Process): RecordStore {
    const ask = <Result>(work: () => Promise<Result>, isWrite: boolean): Promise<Result> =>
      new Promise((resolve, reject) => {
        if (process.dead) return;
        if (process.ended && isWrite) this.#break("ended", `process ${process.id} writes after end()`);
        const mode = this.#storeMode;
        if (mode === "hangs") return;
        const delay = mode === "slow" ? 100 + 2_300 * this.#random() : 1 + 5 * this.#random();
        if (delay > 1_900) this.#storeTroubleAt = this.#time.now + 2_500;
        this.#time.later(delay / 2, () => {
          const fails = mode === "down" || (mode === "full" && isWrite);
          if (fails) {
            reject(new Error(`The store is ${mode}.`));
            return;
          }
          if (process.dead && this.#random() < 0.5) return;
          const isLost = mode === "loses answers" && this.#random() < 0.5;
          this.#time.during(work()).then((result) => {
            this.#time.later(delay / 2, () => {
              if (process.dead || isLost) return;
              resolve(result);
            });
          }, reject);
        });
      });
    return {
      read: (name) => ask(() => this.#records.read(name), false),
      swap: (name, version, text, ttl) =>
        ask(async () => {
          const landed = await this.#records.swap(name, version, text, ttl);
          if (landed) this.#noteRejected(text);
          return landed;
        }, true),
    };
  }

  async #stored(password: string): Promise<LoginRecord> {
    const { text, age } = await this.#time.during(this.#records.read(password));
    const at = this.#time.now - age;
    return readRecord(text, { earliest: at, latest: at }).record;
  }

  #keyOf(process: Process, password: string): string {
    return this.#isShared ? password : `${process.id} ${password}`;
  }

  #expectedOf(key: string): Expected {
    const found = this.#expected.get(key) ?? { until: -Infinity, refused: false };
    this.#expected.set(key, found);
    return found;
  }

  #onSend(process: Process, kind: "login" | "refresh", body: { password?: string; refreshToken?: string }) {
    const { now } = this.#time;
    this.#figures.sends++;
    this.#log(`process ${process.id} sends ${kind} ${JSON.stringify(body)}; service ${this.#service.login}`);
    const password = body.password ?? "right";
    const key = this.#keyOf(process, password);
    const isAlone = this.#isShared && this.#isTroubled();
    const hasJumped = now - process.jumpedAt < 2 * claim;
    const chain = kind === "login" && process.chain?.at === now ? process.chain : undefined;
    if (process.ended) this.#break("ended", `process ${process.id} sends after end()`);
    const expected = this.#expectedOf(key);

    const others = [...this.#sends].filter(
      (send) => send.password === password && (this.#isShared || send.by === process) && send.from > now - timeout,
    );
    const isFollowing = chain !== undefined;
    if (process.refused.has(password) && !isFollowing)
      this.#break("refused", `process ${process.id} sends a password that was refused to it`);
    if (!isAlone && !hasJumped && !isFollowing) {
      const overlapping = others.find(({ by }) => !by.ended && now - by.jumpedAt > 2 * claim);
      if (overlapping) this.#break("oneSend", `process ${process.id} sends while ${overlapping.by.id} does`);
      if (expected.refused) this.#break("refused", `process ${process.id} sends although the password is refused`);
      else if (now < expected.until)
        this.#break(
          "oneSend",
          `process ${process.id} sends ${Math.round(expected.until - now)} ms before a wait is over`,
        );
    }
    if (kind === "refresh" && !isAlone && this.#service.spent.has(body.refreshToken ?? ""))
      this.#break("oneSend", `process ${process.id} sends a spent refresh token`);

    const send: Send = { by: process, from: now, began: chain?.from ?? now, password };
    // It was claimed some time before, which the store takes.
    const startedAt = (chain?.from ?? now) - 5 * second;
    process.sending = send;
    this.#sends.add(send);
    const over = () => {
      this.#sends.delete(send);
      process.answered = { send, at: this.#time.now };
      if (process.sending !== send) return;
      process.sending = undefined;
      process.chain = { from: chain?.from ?? now, at: this.#time.now };
    };
    return {
      over,
      arrives: (answer: { status: number; body: unknown; retryAfter: number }) => {
        if (process.ended) return;
        const isGranted = answer.status === 200 && (answer.body as { ok?: true })?.ok === true;
        if (isGranted) {
          expected.refused = false;
          expected.until = -Infinity;
          for (const each of this.#processes) if (this.#isShared || each === process) each.refused.delete(password);
          return;
        }
        // What follows a refused refresh token is the password, within the same claim.
        if (kind === "refresh") return;
        if (this.#resetAt >= startedAt) return;
        const error = (answer.body as { error?: string } | undefined)?.error;
        if (error === "wrong") process.refused.add(password);
        if ((this.#isShared && this.#isTroubled()) || this.#time.now - process.jumpedAt < 2 * claim) return;
        if (error === "wrong") expected.refused = true;
        const length = error === "locked" ? hour : shortestWait(answer);
        // A process dates a token from its arrival, which is later than the service does.
        const late = 3 * this.#service.latency;
        const ends = [...this.#service.issued.values()].flatMap(({ end, value }) =>
          end + late > this.#time.now && !this.#counted.has(value) ? [end] : [],
        );
        const goodEnd = Math.min(...ends);
        if (error !== "wrong") expected.until = Math.min(this.#time.now + length, goodEnd) - 10;
      },
    };
  }

  /** Whether a token is good for all that anybody knows. */
  #isGood(process: Process, { value, end }: { value: string; end: number }): boolean {
    const issued = [...this.#service.issued.values()].filter(({ by }) => this.#isShared || by === process.id);
    const [before, newest] = issued.slice(-2);
    // Of two that came to two processes at about the same time, a merge may take either for the newer.
    const isCertain = !newest || !before || newest.by === before.by || newest.end - before.end > slowestWrite;
    const isNewest = issued.at(-1)?.value === value && isCertain;
    const hasJumped = process.jumpedAt > this.#time.now - 2 * day;
    return !hasJumped && isNewest && !this.#counted.has(value) && this.#time.now + process.offset < end;
  }

  /** A rejection counts once it is stored: who wrote it may die before it says so. */
  #noteRejected(text: string): void {
    const { token } = readRecord(text, { earliest: this.#time.now, latest: this.#time.now }).record;
    if (token?.rejected) this.#counted.add(token.value);
  }

  #onCounted(process: Process): void {
    // Which it was, of those that it has, the event does not say.
    for (const value of [process.used, process.held?.value]) {
      if (value === undefined || !process.told.has(value)) continue;
      process.counted.add(value);
      this.#counted.add(value);
    }
    if (!this.#isShared && this.#processes.length > 1) return;
    const { now } = this.#time;
    const gap = now - this.#countedAt;
    const isUnknown = this.#isTroubled() || this.#processes.some(({ jumpedAt }) => jumpedAt >= this.#countedAt);
    const shortest = this.#helpedSince ? 10 * second : 30 * second;
    // What landed first is not always told of first.
    const isReset = this.#resetAt > this.#countedAt - slowestWrite;
    if (!isUnknown && !isReset && gap < shortest - 10)
      this.#break("rejections", `a token is replaced ${Math.round(gap)} ms after another was`);
    this.#countedAt = now;
    this.#helpedSince = false;
  }

  #callToken(process: Process): void {
    const { session } = process;
    const controller = new AbortController();
    const hasDeadline = this.#random() < 0.4;
    const { now: from } = this.#time;
    const held = process.held;
    const isGood = held !== undefined && !this.#hasFunction && from > process.jumpedAt && this.#isGood(process, held);
    this.#open(process, 1);
    this.#figures.calls++;
    session
      .token({ signal: controller.signal })
      .then(
        (token) => {
          if (process.dead) return;
          this.#log(
            `process ${process.id} gets ${token.value} until ${token.expiresAt ? (token.expiresAt.getTime() - process.offset - this.#began) / 1000 : "rejected"}`,
          );
          if (process.ended) this.#break("ended", `process ${process.id} hands a token out after end()`);
          this.#checkToken(process, token);
          const took = this.#time.now - from;
          // What is read from a store again is dated again, to within what that took to answer.
          const endNow = token.value === held?.value ? (token.expiresAt?.getTime() ?? Infinity) : 0;
          const left = Math.max(endNow, held?.end ?? 0) - process.offset - from;
          // No timer is shorter than a millisecond: a token that ends with it is gone when its half is over.
          const half = Math.max(left / 2, 1);
          const isHeldTooLong = isGood && half < left && took > half + 2 && process.jumpedAt < from;
          // While it is written that a token is rejected nobody knows whether that counts.
          const isUndecided = from - (process.told.get(held?.value ?? "") ?? -Infinity) < slowestWrite;
          if (isHeldTooLong && !isUndecided && !this.#counted.has(held.value))
            this.#break("goodToken", `a call is held ${took} ms for a token that is good for ${left} ms`);
          process.held = { value: token.value, end: token.expiresAt?.getTime() ?? Infinity, at: this.#time.now };
        },
        (error: unknown) => {
          this.#figures.failures++;
          this.#log(`process ${process.id} fails: ${String(error)}`);
          this.#checkError(process, error, controller.signal);
          const stillGood = isGood && held === process.held && this.#isGood(process, held);
          const hasReason = controller.signal.aborted || process.ended || process.dead || process.jumpedAt >= from;
          if (stillGood && !hasReason) this.#break("goodToken", `a call fails beside a good token: ${String(error)}`);
        },
      )
      .finally(() => {
        this.#open(process, -1);
        const took = this.#time.now - from;
        this.#checkAbort(process, controller.signal);
        if (!process.dead && took > 2 * timeout + 5 * second + 5) this.#break("settles", `token() takes ${took} ms`);
      });
    if (hasDeadline) this.#abortLater(controller);
  }

  #abortLater(controller: AbortController): void {
    this.#time.later(1 + this.#random() * this.#pick([10, 300, 20 * second]), () => {
      this.#abortedAt.set(controller.signal, this.#time.now);
      controller.abort(new Error("The caller's own."));
    });
  }

  /** A call settles no later than its own signal says. */
  #checkAbort(process: Process, signal: AbortSignal): void {
    const since = this.#time.now - (this.#abortedAt.get(signal) ?? this.#time.now);
    if (!process.dead && since > 1) this.#break("settles", `a call settles ${since} ms after it was aborted`);
  }

  #open(process: Process, by: number): void {
    this.#openCalls.set(process, (this.#openCalls.get(process) ?? 0) + by);
  }

  #log(what: string): void {
    this.#trace?.(`${String(this.#step).padStart(4)} ${((this.#time.now - this.#began) / 1000).toFixed(3)} ${what}`);
  }

  #checkToken(process: Process, { value, expiresAt }: { value: string; expiresAt?: Date }): void {
    const now = this.#time.now + process.offset;
    if (expiresAt && expiresAt.getTime() <= now) this.#break("badToken", "a token is handed out after its end");
    if (process.counted.has(value) && this.#service.refresh !== "repeats")
      this.#break("badToken", `process ${process.id} hands ${value} out, which it was told is rejected`);
    const issued = this.#service.issued.get(value);
    const tolerance = issued?.by === process.id ? this.#service.latency * 3 : 10 * second;
    const isOver = this.#declares && issued && this.#time.now > issued.end + tolerance;
    const hasJumped = this.#jumpedAt > this.#time.now - this.#service.life - day;
    if (isOver && !hasJumped && this.#service.refresh !== "lost")
      this.#break("badToken", `a token is handed out ${this.#time.now - issued.end} ms after its end`);
  }

  #checkError(process: Process, error: unknown, signal: AbortSignal): void {
    if (!(error instanceof LoginError)) {
      if (!signal.aborted) this.#break("settles", `process ${process.id} throws ${String(error)}`);
      return;
    }
    if (error.code === "aborted" && !signal.aborted) this.#break("settles", "a call is aborted with another");
    if (error.code === "ended" && !process.ended && !process.dead) this.#break("settles", "a call is ended by nobody");
  }

  /** As a channel beside `fetch` does. */
  #reject(process: Process): void {
    const value = process.held?.value ?? "none";
    process.told.set(value, this.#time.now);
    process.session.reject({ value } as never);
  }

  #callFetch(process: Process): void {
    const controller = new AbortController();
    const path = this.#random() < 0.15 ? "/always-401" : `/call-${this.#pick([1, 2, 3])}`;
    const { now: from } = this.#time;
    this.#open(process, 1);
    this.#figures.calls++;
    const before = this.#countedAt;
    process.session
      .fetch(path, { signal: controller.signal })
      .then(
        (reply) => {
          if (reply.status === 200 && path !== "/always-401" && this.#countedAt > before) this.#helpedSince = true;
        },
        (error: unknown) => this.#checkError(process, error, controller.signal),
      )
      .finally(() => {
        this.#open(process, -1);
        const took = this.#time.now - from;
        this.#checkAbort(process, controller.signal);
        const longest = 2 * (2 * timeout + 5 * second) + 4 * this.#service.latency * 2 + 5 * second;
        if (!process.dead && took > longest) this.#break("settles", `fetch() takes ${took} ms`);
      });
    if (this.#random() < 0.3) this.#abortLater(controller);
  }

  #kill(process: Process): void {
    this.#figures.deaths++;
    this.#log(`process ${process.id} dies`);
    process.dead = true;
    this.#noteLast(process);
    process.session.end();
    this.#replace(process);
  }

  /** What a process did last it may not have written. */
  #noteLast(process: Process): void {
    for (const send of this.#sends) if (send.by === process) this.#sends.delete(send);
    const { sending, answered } = process;
    const mayBeUnwritten = answered && this.#time.now - answered.at < 5 * second ? answered.send : undefined;
    const dying = sending ?? mayBeUnwritten;
    if (dying) this.#noteDeath(dying, sending !== undefined);
  }

  /** What a death leaves is what was claimed; a refusal that was not written yet is not known to anybody. */
  #noteDeath({ began, password, by }: Send, isUnanswered: boolean): void {
    if (!this.#isShared) return;
    const expected = this.#expectedOf(this.#keyOf(by, password));
    expected.until = isUnanswered && !this.#isTroubled() ? began + timeout : -Infinity;
    expected.refused = false;
    void this.#stored(password).then(({ wait }) => {
      if (wait?.row === "credentials" && wait.until === Infinity) expected.refused = true;
    });
  }

  #replace(process: Process): void {
    this.#processes[this.#processes.indexOf(process)] = this.#start();
    if (!this.#isShared) this.#countedAt = -Infinity;
  }

  #liftAll(): void {
    for (const expected of this.#expected.values()) {
      expected.refused = false;
      expected.until = -Infinity;
    }
    for (const each of this.#processes) each.refused.clear();
  }

  #reset(process: Process): void {
    this.#resetAt = this.#time.now;
    this.#log(`process ${process.id} resets`);
    this.#liftAll();
    // While a store is away the one who resets resets for itself alone.
    void process.session.reset().then(
      () => {
        this.#resetAt = this.#time.now;
        this.#liftAll();
      },
      (error: unknown) => this.#checkError(process, error, new AbortController().signal),
    );
  }

  #end(process: Process): void {
    if (this.#random() < 0.5) this.#callToken(process);
    process.session.end();
    process.ended = true;
    process.session.token().then(
      () => this.#break("ended", `process ${process.id} hands a token out after end()`),
      ({ code }: LoginError) => {
        if (code !== "ended") this.#break("ended", `a call after end() is told ${code}`);
      },
    );
    this.#noteLast(process);
    this.#replace(process);
  }

  #jump(process: Process): void {
    this.#log(`process ${process.id} jumps`);
    process.offset += (this.#random() < 0.5 ? -1 : 1) * Math.round(this.#random() * day);
    process.jumpedAt = this.#time.now;
    this.#jumpedAt = this.#time.now;
    if (!this.#isShared) for (const expected of this.#expected.values()) expected.until = -Infinity;
    process.held = undefined;
  }

  /** When all have settled nothing is left. */
  async #finish(): Promise<void> {
    this.#setStore("good");
    await this.#time.pass(4 * timeout + 60 * second);
    const open = [...this.#openCalls].filter(([{ dead }, count]) => !dead && count > 0);
    if (open.length > 0) this.#break("settles", `${open.length} processes have calls that never settle`);
    if (this.#time.timersLeft > 0) this.#break("settles", `${this.#time.timersLeft} timers are left`);
  }
}

/** How long nothing is sent at least after an answer that refuses nothing, or none (status 0). */
function shortestWait({ status, retryAfter }: { status: number; retryAfter: number }): number {
  return status === 0 ? second : Math.max(24 * second, retryAfter);
}

/** Runs one world. */
export function simulate(setting: Setting): Promise<Run> {
  return new World(setting).run(setting.steps);
}
