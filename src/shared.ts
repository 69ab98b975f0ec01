import { LoginError, type LoginErrorCode } from "./errors.ts";
import { withinDeadline } from "./http/exchange.ts";
import { isSendable } from "./http/guards.ts";
import { isObject } from "./login/fits.ts";
import type { Refusal } from "./login/outcome.ts";

/** Where sessions of several processes keep what they share: `createStore` of `login-apis/store` makes one. */
export interface TokenStore {
  /** What sessions with the same credentials share, which only they can name and open. */
  share(login: SharedLogin, means: SharingMeans): Shared;
}

export interface SharedLogin {
  api: string;
  origin: string;
  credentials: object;
}

/** What a session brings with it. */
export interface SharingMeans {
  lock: Lock | undefined;
  /** How long the lock is waited for, in milliseconds. */
  timeout: number | undefined;
  clock: () => number;
  tell: (event: SharedEvent) => void;
}

/** One login's entry in a store. */
export interface StoreEntry {
  /** Tells nothing about the login. */
  name: string;
  /** What was stored; `undefined` if there is nothing, or nothing that can be opened. */
  get(): Promise<unknown>;
  /** Stores for a number of milliseconds. */
  set(content: unknown, ttl: number): Promise<void>;
  delete(): Promise<void>;
}

/** Runs a function while no other process runs one under the same name. */
export type Lock = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

/** Durations are in milliseconds. */
export type SharedEvent =
  | {
      type: "store";
      operation: StoreOperation;
      duration: number;
      outcome: "hit" | "miss" | "done" | SharedFailure;
    }
  | { type: "lock"; duration: number; outcome: "acquired" | SharedFailure };
type StoreOperation = "get" | "set" | "delete";
type SharedFailure = "failed" | "timeout";

/** What a reply grants: a token, and for how many milliseconds. */
interface HeldGrant {
  value: string;
  lifetime?: number | undefined;
  refresh?: { value: string; lifetime?: number | undefined } | undefined;
}

/** A token, and when the reply arrived that its lifetime counts from, and that of its refresh token: in ms since the epoch. */
export interface SharedToken {
  grant: HeldGrant;
  from: number;
  refreshFrom: number;
}

/** A refusal, and when it was answered. */
export interface SharedRefusal {
  refusal: Refusal;
  from: number;
}

/** How long a store may take to answer, in milliseconds. */
const patience = 2000;

/** An hour: how long a refusal, and a token of unknown lifetime, are shared at most. */
const longest = 60 * 60_000;

/**
 * One login's entry in a store, and the lock of its name. Whatever fails or takes too long there is told to the
 * observer, and gone without.
 */
export class Shared {
  readonly #entry: Promise<StoreEntry>;
  readonly #means: SharingMeans;

  constructor(entry: Promise<StoreEntry>, means: SharingMeans) {
    this.#entry = entry;
    this.#entry.catch(() => {});
    this.#means = means;
  }

  read(): Promise<SharedToken | SharedRefusal | undefined> {
    return this.#ask("get", async (entry) => {
      const content = await entry.get();
      if (isSharedToken(content)) return content;
      // Not every store forgets in time.
      return isSharedRefusal(content) && this.#means.clock() < content.from + longest ? content : undefined;
    });
  }

  async write(content: SharedToken | SharedRefusal): Promise<void> {
    await this.#ask("set", (entry) => entry.set(content, "grant" in content ? timeToLive(content.grant) : longest));
  }

  async forget(): Promise<void> {
    await this.#ask("delete", (entry) => entry.delete());
  }

  async #ask<Result>(
    operation: StoreOperation,
    work: (entry: StoreEntry) => Promise<Result>,
  ): Promise<Result | undefined> {
    const { clock, tell } = this.#means;
    const start = clock();
    const finish = (outcome: "hit" | "miss" | "done" | SharedFailure) =>
      tell({ type: "store", operation, duration: clock() - start, outcome });
    try {
      const result = await withinDeadline(patience, undefined, async () => work(await this.#entry));
      finish(operation !== "get" ? "done" : result ? "hit" : "miss");
      return result;
    } catch (error) {
      finish(failureOf(error));
      return undefined;
    }
  }

  /** Runs `work` once, under the lock if there is one and it can be had. */
  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const { lock, timeout = 30_000, clock, tell } = this.#means;
    let result: Promise<Result> | undefined;
    const once = () => {
      result ??= work();
      return result;
    };
    if (!lock) return once();

    const start = clock();
    const finish = (outcome: "acquired" | SharedFailure) => {
      if (!result) tell({ type: "lock", duration: clock() - start, outcome });
    };
    try {
      const { name } = await this.#entry;
      await withinDeadline(
        timeout,
        undefined,
        () =>
          new Promise<void>((resolve, reject) => {
            const run = () => {
              finish("acquired");
              resolve();
              return once();
            };
            // What becomes of the lock is of no interest once it has run the work; if it has not, it never will.
            lock(name, run).then(reject, reject);
          }),
      );
    } catch (error) {
      finish(failureOf(error));
    }
    return once();
  }
}

function failureOf(error: unknown): SharedFailure {
  return error instanceof LoginError && error.code === ("timeout" satisfies LoginErrorCode) ? "timeout" : "failed";
}

/** How long a token can be of use to others, in milliseconds. */
function timeToLive({ lifetime = longest, refresh }: HeldGrant): number {
  return Math.ceil(Math.max(lifetime, refresh ? (refresh.lifetime ?? longest) : 0));
}

// Sealed entries are a session's own, but perhaps of another version.
function isSharedToken(content: unknown): content is SharedToken {
  if (!isObject(content) || !isNumber(content.from) || !isNumber(content.refreshFrom)) return false;
  const { grant } = content;
  if (!isObject(grant) || !isToken(grant) || !isMaybeNumber(grant.lifetime)) return false;
  return grant.refresh === undefined || (isObject(grant.refresh) && isToken(grant.refresh));
}

function isSharedRefusal(content: unknown): content is SharedRefusal {
  if (!isObject(content) || !isNumber(content.from)) return false;
  const { refusal } = content;
  return isObject(refusal) && [refusal.reason, refusal.code, refusal.message].every((each) => typeof each === "string");
}

function isToken({ value, lifetime }: Record<string, unknown>): boolean {
  return typeof value === "string" && isSendable(value) && isMaybeNumber(lifetime);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function isMaybeNumber(value: unknown): boolean {
  return value === undefined || isNumber(value);
}
