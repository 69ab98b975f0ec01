import { LoginError, type LoginErrorCode } from "./errors.ts";
import type { Grant, Refusal } from "./outcome.ts";
import { hasMembers, isString, isToken, optional } from "./reply.ts";
import { withDeadline } from "./transport.ts";

/** Where sessions of several processes keep what they share: `createStore` of `login-apis/store` makes one. */
export interface TokenStore {
  /** The entry of one login, that only whoever has its credentials can name and open. */
  entry(login: { api: string; origin: string; credentials: object }): Promise<StoreEntry>;
}

export interface StoreEntry {
  /** Tells nothing about the login. */
  name: string;
  /** What was stored; `undefined` if there is nothing, or nothing that can be opened. */
  get(): Promise<unknown>;
  /** Stores for a number of milliseconds. */
  set(content: unknown, ttl: number): Promise<unknown>;
  delete(): Promise<unknown>;
}

/** Runs a function while no other process runs one under the same name. */
export type Lock = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

/** Durations are in milliseconds. */
export type SharedEvent =
  | {
      type: "store";
      operation: "get" | "set" | "delete";
      duration: number;
      outcome: "hit" | "miss" | "done" | SharedFailure;
    }
  | { type: "lock"; duration: number; outcome: "acquired" | SharedFailure };
type SharedFailure = "failed" | "timeout";

/** What is shared: the last token of a login, or its refusal. Instants are milliseconds since the epoch. */
export type Content = StoredToken | StoredRefusal;
export interface StoredToken {
  from: number;
  grant: Omit<Grant, "expiresAt"> & { expiresAt?: number };
}
export interface StoredRefusal {
  from: number;
  refusal: Refusal;
}

/** How long a store may take to answer, in milliseconds. */
const patience = 1000;

/**
 * One login's entry in a store, and the lock of its name. Whatever fails or takes too long there is told to the
 * observer, and gone without.
 */
export class Shared {
  readonly #entry: Promise<StoreEntry>;
  readonly #lock: Lock | undefined;
  readonly #lockPatience: number;
  readonly #clock: () => number;
  readonly #tell: (event: SharedEvent) => void;

  constructor(
    entry: Promise<StoreEntry>,
    lock: Lock | undefined,
    lockPatience: number,
    clock: () => number,
    tell: (event: SharedEvent) => void,
  ) {
    this.#entry = entry;
    this.#entry.catch(() => {});
    this.#lock = lock;
    this.#lockPatience = lockPatience;
    this.#clock = clock;
    this.#tell = tell;
  }

  async read(): Promise<Content | undefined> {
    const content = await this.#ask("get", (entry) => entry.get());
    return isContent(content) ? content : undefined;
  }

  async write(content: Content, ttl: number): Promise<void> {
    await this.#ask("set", (entry) => entry.set(content, ttl));
  }

  async forget(): Promise<void> {
    await this.#ask("delete", (entry) => entry.delete());
  }

  async #ask(operation: "get" | "set" | "delete", work: (entry: StoreEntry) => Promise<unknown>): Promise<unknown> {
    const start = this.#clock();
    const tell = (outcome: "hit" | "miss" | "done" | SharedFailure) =>
      this.#tell({ type: "store", operation, duration: this.#clock() - start, outcome });
    try {
      const result = await withDeadline(patience, undefined, async () => work(await this.#entry));
      tell(operation !== "get" ? "done" : isContent(result) ? "hit" : "miss");
      return result;
    } catch (error) {
      tell(failureOf(error));
    }
  }

  /** Runs `work` once, under the lock if there is one and it can be had. */
  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const lock = this.#lock;
    let result: Promise<Result> | undefined;
    const once = () => {
      result ??= work();
      return result;
    };
    if (!lock) return once();

    const start = this.#clock();
    const tell = (outcome: "acquired" | SharedFailure) =>
      this.#tell({ type: "lock", duration: this.#clock() - start, outcome });
    try {
      const { name } = await this.#entry;
      await withDeadline(
        this.#lockPatience,
        undefined,
        () =>
          new Promise<void>((resolve, reject) => {
            const run = () => {
              if (!result) tell("acquired");
              resolve();
              return once();
            };
            lock(name, run).then(() => resolve(), reject);
          }),
      );
    } catch (error) {
      if (!result) tell(failureOf(error));
    }
    return once();
  }
}

function failureOf(error: unknown): SharedFailure {
  return error instanceof LoginError && error.code === ("timeout" satisfies LoginErrorCode) ? "timeout" : "failed";
}

const isNumber = Number.isFinite;
const maybeNumber = optional(isNumber);
const isGrant = hasMembers({
  value: isToken,
  lifetime: maybeNumber,
  expiresAt: maybeNumber,
  refresh: optional(hasMembers({ value: isToken, lifetime: maybeNumber })),
});
const isRefusal = hasMembers({ reason: isString, code: isString, message: isString });

/** Sealed entries are a session's own, but perhaps of another version. */
function isContent(content: unknown): content is Content {
  return (
    hasMembers({ from: isNumber, grant: isGrant })(content) ||
    hasMembers({ from: isNumber, refusal: isRefusal })(content)
  );
}

export const isStoredToken = (content: Content): content is StoredToken => "grant" in content;
