import { LoginError } from "../../src/errors.ts";
import type { Session, SessionEvent } from "../../src/session.ts";
import { Shared, type TokenStore } from "../../src/shared.ts";
import { type ApiUnderTest, sessionOf } from "../support/apis.ts";
import { seconds, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";

/** How the service, and the store, answer until told otherwise. */
export const serviceModes = [
  "good",
  "wrong password",
  "unavailable",
  "down",
  "nonsense",
  "refresh refused",
  "refresh extends",
  "refresh lost",
] as const;
export const storeModes = ["good", "fails", "loses", "garbage"] as const;

export type Step =
  | { do: "token" | "fetch"; abortable: boolean }
  | { do: "abort" | "answer"; which: number }
  | { do: "move"; by: number }
  | { do: "settle" | "revoke" | "reset" | "end" | "another process logs in" | "another process extends" }
  | { do: "service"; mode: (typeof serviceModes)[number] }
  | { do: "store"; mode: (typeof storeModes)[number] };

const lifetime = 100;

/** What sessions store: a token, or a refusal. */
interface Stored {
  grant?: { value: string; lifetime?: number; refresh?: { value: string } };
  from: number;
  refreshFrom?: number;
}

/**
 * A session, a service and a store in which nothing is answered before a step says so, and every rule is watched. It
 * collects what broke a rule.
 */
export class World {
  readonly broken: string[] = [];
  readonly #api: ApiUnderTest;
  readonly #session: Session;
  readonly #clock = testClock();
  readonly #waiting: (() => void)[] = [];
  readonly #aborts: AbortController[] = [];
  readonly #calls: Promise<void>[] = [];
  #settled = 0;

  #service: (typeof serviceModes)[number] = "good";
  #store: (typeof storeModes)[number] = "good";
  #stored: Stored | undefined;
  #loginsUnderWay = 0;
  #ended = false;
  /** Whether a refusal is remembered that only reset() ends. */
  #refused = false;
  readonly #issued: string[] = [];
  /** The order in which tokens were granted: an extension makes one newer than those that came since. */
  readonly #order: string[] = [];
  readonly #revoked = new Set<string>();
  readonly #spent = new Set<string>();
  /** The token that the API answered to last that it is not good, and those that the session has noted so. */
  #answeredRejected = "";
  readonly #rejected = new Set<string>();
  /** The newest token that a caller has got. */
  #newest = -1;

  constructor(api: ApiUnderTest, hasStore: boolean) {
    this.#api = api;
    this.#session = sessionOf(api, {
      baseUrl: "https://service.example",
      clock: this.#clock,
      lifetime: lifetime * seconds,
      fetch: (input, init) => this.#answer(new Request(input, init)),
      observe: (event) => this.#observe(event),
      ...(hasStore ? { store: this.#sharedStore(), lock: (_, run) => this.#gate().then(run) } : {}),
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "token":
      case "fetch":
        this.#call(step.do, step.abortable);
        break;
      case "abort":
        this.#aborts[step.which % this.#aborts.length]?.abort();
        break;
      case "answer":
        this.#waiting.splice(step.which % Math.max(1, this.#waiting.length), 1)[0]?.();
        break;
      case "settle":
        await this.#answerAll();
        break;
      case "move":
        this.#clock.move(step.by);
        break;
      case "revoke":
        for (const token of this.#issued) this.#revoked.add(token);
        break;
      case "reset":
        this.#refused = false;
        this.#session.reset();
        break;
      case "end":
        this.#ended = true;
        this.#session.end();
        break;
      case "another process logs in":
        this.#stored = this.#storedByAnother();
        break;
      case "another process extends":
        if (this.#stored) this.#stored = this.#extended(this.#stored);
        break;
      case "service":
        this.#service = step.mode;
        break;
      case "store":
        this.#store = step.mode;
    }
    await turn();
    if (this.#settled === this.#calls.length && this.#loginsUnderWay > 0)
      this.broken.push("A login goes on for nobody.");
  }

  /** Answers whatever waits, one after the other, until nothing does. */
  async #answerAll(): Promise<void> {
    for (let answers = 0; this.#waiting.length > 0 && answers < 200; answers++) {
      this.#waiting.shift()?.();
      await turn();
    }
  }

  /** Answers whatever waits, and checks that every promise has settled. */
  async finish(): Promise<void> {
    await this.#answerAll();
    if (this.#settled < this.#calls.length) this.broken.push("A promise never settles.");
  }

  #call(kind: "token" | "fetch", abortable: boolean): void {
    const controller = new AbortController();
    if (abortable) this.#aborts.push(controller);
    const options = abortable ? { signal: controller.signal } : {};
    const { length: call } = this.#calls;
    const endedBefore = this.#ended;
    const newestBefore = this.#newest;
    const calledAt = this.#clock();
    const done =
      kind === "token"
        ? this.#session.token(options).then(({ value, expiresAt }) => {
            if (this.#ended) this.broken.push(`Call ${call} got a token after end().`);
            const latest = Math.min(calledAt, this.#clock());
            if (!expiresAt || expiresAt.getTime() <= latest) this.broken.push(`Call ${call} got a token that is over.`);
            this.#note(value, newestBefore);
          })
        : this.#session.fetch(`/call-${call}-${newestBefore}`, options).then(() => {
            if (endedBefore) this.broken.push(`Call ${call} was answered after end().`);
          });
    this.#calls.push(
      done
        .catch((error: unknown) => {
          if (!(error instanceof LoginError)) this.broken.push(`Call ${call} threw ${String(error)}.`);
          else if (error.code === "aborted" && !controller.signal.aborted)
            this.broken.push(`Call ${call} was aborted with another.`);
          else if (endedBefore && error.code !== "ended") this.broken.push(`Call ${call} was not told of the end.`);
        })
        .finally(() => {
          this.#settled++;
        }),
    );
  }

  #note(token: string, newestBefore: number): void {
    const number = this.#order.lastIndexOf(token);
    if (number < newestBefore) this.broken.push(`Token ${number} was given after token ${newestBefore}.`);
    this.#newest = Math.max(this.#newest, number);
  }

  #observe(event: SessionEvent): void {
    if (event.type === "rejection" && event.outcome === "renewing") this.#rejected.add(this.#answeredRejected);
    if (event.type !== "refusal" || event.reason === "server_error" || event.reason === "rate_limited") return;
    this.#refused = true;
  }

  /** Waits until a step answers; rejects when the signal is aborted, as a request does. */
  #gate(signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = deferred();
    this.#waiting.push(resolve);
    if (!signal) return promise;
    return Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        const abort = () => reject(new DOMException("Aborted.", "AbortError"));
        if (signal.aborted) abort();
        signal.addEventListener("abort", abort);
      }),
    ]);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (this.#ended) this.broken.push(`${pathname} is asked for after end().`);
    if (pathname.startsWith("/call-")) return this.#answerCall(request, pathname);

    if (++this.#loginsUnderWay > 1) this.broken.push("Two logins are under way at once.");
    if (this.#refused) this.broken.push("A login is made although a refusal is remembered.");
    try {
      if (pathname === this.#api.loginPath) {
        await this.#gate(request.signal);
        return this.#answerLogin();
      }
      const { refresh_token } = await request.json();
      if (this.#spent.has(refresh_token)) this.broken.push(`The refresh token ${refresh_token} is spent.`);
      await this.#gate(request.signal);
      return this.#answerRefresh(refresh_token);
    } finally {
      this.#loginsUnderWay--;
    }
  }

  async #answerCall(request: Request, pathname: string): Promise<Response> {
    const token = this.#api.tokenIn(Object.fromEntries(request.headers)) ?? "none";
    this.#note(token, Number(pathname.split("-")[2]));
    if (this.#rejected.has(token)) this.broken.push(`${token} is used although it was rejected.`);
    await this.#gate(request.signal);
    if (this.#service === "down") throw new TypeError("fetch failed");
    if (!this.#revoked.has(token)) return Response.json({});
    this.#answeredRejected = token;
    return Response.json(this.#api.rejection.body, { status: this.#api.rejection.status });
  }

  #answerLogin(): Response {
    if (this.#service === "down") throw new TypeError("fetch failed");
    if (this.#service === "nonsense") return new Response("<!doctype html>");
    if (this.#service === "unavailable") return new Response(null, { status: 503 });
    if (this.#service !== "wrong password") return Response.json(this.#issue());
    return Response.json(this.#api.wrongPassword.body, { status: this.#api.wrongPassword.status });
  }

  /** A new refresh token spends the old one, also where the reply gets lost. */
  #answerRefresh(refreshToken: string): Response {
    if (this.#service === "nonsense") return new Response("<!doctype html>");
    if (this.#service === "refresh extends") return Response.json({ result: { code: 0 } });
    this.#spent.add(refreshToken);
    if (this.#service === "refresh refused") return Response.json({ result: { code: 1 } });
    if (this.#service === "unavailable") return new Response(null, { status: 503 });
    const { result } = this.#issue() as { result: object };
    if (this.#service === "down" || this.#service === "refresh lost") throw new TypeError("fetch failed");
    return Response.json({ result: { code: 0, ...result } });
  }

  #issue(): unknown {
    const { token, body } = this.#api.success(this.#issued.length + 1, { lifetime, refreshLifetime: 4 * lifetime });
    this.#issued.push(token);
    this.#order.push(token);
    return body;
  }

  #storedByAnother(): Stored {
    this.#issue();
    const from = this.#clock();
    const value = this.#issued.at(-1) ?? "none";
    return { grant: { value, lifetime: lifetime * seconds }, from, refreshFrom: from };
  }

  /** Another process renews what is stored, if it can. */
  #extended(stored: Stored): Stored {
    if (!stored.grant || this.#spent.has(stored.grant.refresh?.value ?? "")) return stored;
    this.#order.push(stored.grant.value);
    return { ...stored, from: this.#clock() };
  }

  #sharedStore(): TokenStore {
    const ask = async <Result>(answer: () => Result): Promise<Result | undefined> => {
      await this.#gate();
      if (this.#store === "fails") throw new Error("The store is down.");
      return this.#store === "loses" ? undefined : answer();
    };
    const entry = {
      name: "login",
      get: () => ask(() => (this.#store === "garbage" ? { grant: "garbage" } : this.#stored)),
      set: (content: unknown) =>
        ask(() => {
          this.#stored = JSON.parse(JSON.stringify(content));
        }),
      delete: () =>
        ask(() => {
          this.#stored = undefined;
        }),
    };
    return { share: (_, means) => new Shared(Promise.resolve(entry), means) };
  }
}

/** Lets every promise that can go on do so. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
