import { LoginError } from "./errors.ts";

/** One piece of work for all who wait for it. It is aborted when the last of them has left, and not before. */
export class Flight<Result> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  #cancel!: (reason: LoginError) => void;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<Result>) {
    const cancelled = new Promise<never>((_, reject) => {
      this.#cancel = reject;
    });
    this.#result = Promise.race([cancelled, work(this.#controller.signal)]);
    this.#result.catch(() => {});
  }

  /** Whether it can no longer bring a result. */
  get isCancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Waits for the result. Rejects with `aborted` when the caller's own signal, which is not aborted yet, does. */
  async join(signal: AbortSignal | null | undefined): Promise<Result> {
    this.#waiting++;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new LoginError("aborted"));
    });
    signal?.addEventListener("abort", leave);
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal?.removeEventListener("abort", leave);
      if (--this.#waiting === 0 && signal?.aborted) this.cancel(new LoginError("aborted"));
    }
  }

  /** Ends it for all who wait. */
  cancel(reason: LoginError): void {
    this.#cancel(reason);
    this.#controller.abort();
  }
}
