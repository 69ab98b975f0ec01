import type { Fetch, FetchInit, FetchReply } from "../../src/http/options.ts";
import type { Api, End } from "../../src/login/contract.ts";
import type { VirtualTime } from "./time.ts";

export interface Credentials {
  user: string;
  password: string;
}

export const loginModes = [
  "good",
  "wrong password",
  "not permitted",
  "unavailable",
  "busy",
  "busy by date",
  "silent",
  "offline",
  "broken",
  "redirect",
  "page",
  "ended token",
] as const;
/** Beside those that chance picks, what a steady state is of. */
export type LoginMode = (typeof loginModes)[number] | "shapeless";

export const refreshModes = ["rotates", "extends", "repeats", "refused", "limited", "lost", "brings nothing"] as const;
export type RefreshMode = (typeof refreshModes)[number];

/** An API that can all that the four can together. */
export function apiWith(hasRefresh: boolean, declares: boolean): Api<Credentials> {
  const ends: readonly End[] = [{ in: "$response.body#/in" }];
  const contract = {
    success: [{ status: "200", schema: { type: "object", required: ["ok"], properties: { ok: { const: true } } } }],
    refusal: [{ type: "object", required: ["error"] }],
    token: "$response.body#/token",
    refreshToken: "$response.body#/refresh",
    ...(declares && { ends }),
    code: "$response.body#/error",
    reasons: [
      { code: "wrong", reason: "invalid_credentials" },
      { code: "locked", reason: "not_permitted" },
    ],
  } as const;
  return {
    name: "simulated",
    host: "https://service.example",
    credentials: { user: { type: "string" }, password: { type: "string", secret: true } },
    header: { name: "Authorization", scheme: "Bearer" },
    rejection: [{ status: 401 }],
    login: { ...contract, request: (body) => ({ method: "POST", path: "/login", body }) },
    ...(hasRefresh && {
      refresh: {
        ...contract,
        credentials: [],
        request: ({ refreshToken }) => ({ method: "POST", path: "/refresh", body: { refreshToken } }),
      },
    }),
  };
}

export interface Issued {
  value: string;
  /** By the world's time; `Infinity` where it has no end. */
  end: number;
  /** Which process sent for it. */
  by: number;
  revoked: boolean;
}

/** What a process tells the service about itself, and how the world watches. */
export interface Caller {
  id: number;
  isDead(): boolean;
  sends(kind: "login" | "refresh", body: { password?: string; refreshToken?: string }): SendWatch;
  calls(path: string, token: string): void;
  /** A call is told that its token is no longer good. */
  isRejected(token: string): void;
  /** A token that was issued before is granted again. */
  extends(token: string): void;
}

export interface SendWatch {
  /** The service's answer is with the process. */
  arrives(answer: { status: number; body: unknown; retryAfter: number }): void;
  /** It will not come any more. */
  over(): void;
}

export class Service {
  login: LoginMode = "good";
  refresh: RefreshMode = "rotates";
  /** Milliseconds that a token lives. */
  life = 60_000;
  /** Every login revokes what was issued before. */
  isExclusive = false;
  /** Milliseconds to and from it, about. */
  latency = 50;
  goodPassword = "right";
  readonly issued: Map<string, Issued> = new Map();
  readonly #refreshTokens = new Map<string, string>();
  readonly spent: Set<string> = new Set();
  readonly #time: VirtualTime;
  readonly #random: () => number;
  #count = 0;

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  accepts(token: string): boolean {
    const found = this.issued.get(token);
    return found !== undefined && !found.revoked && this.#time.now < found.end;
  }

  revokeAll(): void {
    for (const token of this.issued.values()) token.revoked = true;
  }

  revokeNewest(): void {
    const newest = [...this.issued.values()].at(-1);
    if (newest) newest.revoked = true;
  }

  /** What one process calls the service by. */
  fetchFor(caller: Caller): Fetch {
    return (url, init) =>
      new Promise<FetchReply>((resolve, reject) => {
        if (caller.isDead()) return;
        const { pathname } = new URL(url);
        const isLogin = pathname === "/login" || pathname === "/refresh";
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        if (isLogin) this.#answerSend(caller, pathname === "/login" ? "login" : "refresh", init, resolve, reject);
        else this.#answerCall(caller, pathname, init, resolve, reject);
      });
  }

  #answerSend(
    caller: Caller,
    kind: "login" | "refresh",
    init: FetchInit,
    resolve: (reply: FetchReply) => void,
    reject: (error: unknown) => void,
  ): void {
    const sent = JSON.parse(String(init.body));
    const isNeverSent = this.login === "offline";
    if (isNeverSent) {
      const watch = caller.sends(kind, sent);
      const failed = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
      this.#time.later(1, () => {
        if (caller.isDead()) return;
        watch.arrives({ status: 0, body: undefined, retryAfter: 0 });
        watch.over();
        reject(failed);
      });
      return;
    }
    const watch = caller.sends(kind, sent);
    init.signal?.addEventListener("abort", () => watch.over());
    const delay = this.latency * (0.5 + this.#random());
    this.#time.later(delay, () => {
      const answer = kind === "login" ? this.#login(caller, sent) : this.#refresh(caller, sent);
      if (answer === "silent") return;
      this.#time.later(delay, () => {
        if (caller.isDead() || init.signal?.aborted) return;
        watch.over();
        if (answer === "broken") {
          watch.arrives({ status: -1, body: undefined, retryAfter: 0 });
          reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } }));
          return;
        }
        const retryAfter = answer.retryAfter ?? 0;
        watch.arrives({ status: answer.status, body: answer.body, retryAfter });
        resolve(replyOf(answer, this.#time.now));
      });
    });
  }

  #login(caller: Caller, { password }: { password?: string }): Answer | "silent" | "broken" {
    if (this.login === "silent") return "silent";
    if (this.login === "broken") return "broken";
    if (this.login === "unavailable") return { status: 503, body: "<h1>Later" };
    if (this.login === "busy") return { status: 429, body: "", retryAfter: 90_000 };
    if (this.login === "busy by date") return { status: 503, body: "", retryAfter: 120_000, isDate: true };
    if (this.login === "redirect") return { status: 302, body: "" };
    if (this.login === "shapeless") return { status: 400, body: "<html>" };
    if (this.login === "page") return { status: 404, body: "<html>" };
    if (this.login === "not permitted") return { status: 200, body: { error: "locked" } };
    if (this.login === "wrong password" || password !== this.goodPassword)
      return { status: 200, body: { error: "wrong" } };
    if (this.login === "ended token") return this.#grant(caller, 0);
    return this.#grant(caller);
  }

  #refresh(caller: Caller, { refreshToken = "" }: { refreshToken?: string }): Answer | "silent" | "broken" {
    if (this.login !== "good") return this.#login(caller, { password: this.goodPassword });
    const value = this.#refreshTokens.get(refreshToken);
    const held = value === undefined ? undefined : this.issued.get(value);
    if (!held || this.spent.has(refreshToken) || this.refresh === "refused")
      return { status: 200, body: { error: "spent" } };
    if (this.refresh === "limited") return { status: 429, body: "", retryAfter: 1_000 };
    if (this.refresh === "brings nothing") return { status: 200, body: { neither: true } };
    if (this.refresh === "extends" || this.refresh === "repeats") {
      // Also where the token is revoked: not every service looks.
      held.end = this.#time.now + this.life;
      held.by = caller.id;
      caller.extends(held.value);
      const brings = this.refresh === "repeats" ? { token: held.value } : {};
      return { status: 200, body: { ok: true, in: this.life / 1000, ...brings } };
    }
    this.spent.add(refreshToken);
    const granted = this.#grant(caller);
    return this.refresh === "lost" ? "broken" : granted;
  }

  #grant(caller: Caller, life: number = this.life): Answer {
    if (this.isExclusive) this.revokeAll();
    this.#count++;
    const value = `token-${this.#count}`;
    const refresh = `refresh-${this.#count}`;
    this.issued.set(value, { value, end: this.#time.now + life, by: caller.id, revoked: false });
    this.#refreshTokens.set(refresh, value);
    return { status: 200, body: { ok: true, token: value, refresh, in: life / 1000 } };
  }

  #answerCall(
    caller: Caller,
    path: string,
    { headers, signal }: FetchInit,
    resolve: (reply: FetchReply) => void,
    reject: (error: unknown) => void,
  ): void {
    const token = (headers.authorization ?? "").replace("Bearer ", "");
    caller.calls(path, token);
    this.#time.later(this.latency * (0.5 + this.#random()), () => {
      if (caller.isDead() || signal?.aborted) return;
      if (this.login === "offline") {
        reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }));
        return;
      }
      const status = path === "/always-401" || !this.accepts(token) ? 401 : 200;
      if (status === 401) caller.isRejected(token);
      resolve(replyOf({ status, body: undefined }, this.#time.now));
    });
  }
}

interface Answer {
  status: number;
  body: unknown;
  /** Milliseconds. */
  retryAfter?: number;
  isDate?: boolean;
}

function replyOf({ status, body, retryAfter, isDate }: Answer, now: number): FetchReply {
  const headers = new Headers({ "content-type": "application/json" });
  if (retryAfter !== undefined && !isDate) headers.set("retry-after", String(retryAfter / 1000));
  if (retryAfter !== undefined && isDate) {
    headers.set("retry-after", new Date(now + retryAfter).toUTCString());
    headers.set("date", new Date(now).toUTCString());
  }
  const bytes = new TextEncoder().encode(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
  // Without a stream, so that all that a reply needs are promises.
  return { status, headers, arrayBuffer: async () => bytes.buffer as ArrayBuffer };
}
