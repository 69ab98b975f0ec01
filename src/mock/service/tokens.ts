import type { Account } from "./accounts.ts";
import type { Life } from "./token-form.ts";

/** What is known of a token that a call carries. */
export type TokenVerdict = "good" | "ended" | "revoked" | "unknown";

export type TokenKind = "token" | "refreshToken";

/** All that came of one login: each refresh replaces what it renews, and a spent refresh token ends all of it. */
export interface Family {
  /** What the login sent, by the credentials' names. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Whose login it was, where that is known. */
  readonly account?: Account;
  /** Milliseconds that the login gave its token. */
  readonly life: number;
  /** The newest of each. */
  token?: string;
  refreshToken?: string;
}

/** A token that was given out. */
export interface Issued {
  readonly kind: TokenKind;
  readonly family: Family;
  /** Milliseconds since the epoch; `Infinity` where it has no end. */
  end: number;
  /** `replaced`: a refresh gave another in its place. */
  state: "good" | "revoked" | "replaced";
}

/** The tokens that were given out, at most `limit` of them: what can be good no more is forgotten first, then the oldest. */
export class Tokens {
  readonly #issued = new Map<string, Issued>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#issued.size;
  }

  has(value: string): boolean {
    return this.#issued.has(value);
  }

  find(kind: TokenKind, value: string): Issued | undefined {
    const issued = this.#issued.get(value);
    return issued?.kind === kind ? issued : undefined;
  }

  verdict(kind: TokenKind, value: string, now: number): TokenVerdict {
    const issued = this.find(kind, value);
    if (!issued) return "unknown";
    if (issued.state !== "good") return "revoked";
    return now < issued.end ? "good" : "ended";
  }

  /** Gives out a token, in place of the newest of its kind in the family. */
  give(kind: TokenKind, family: Family, value: string, { from, end }: Life): void {
    const before = this.#issued.get(family[kind] ?? "");
    if (before?.state === "good") before.state = "replaced";
    family[kind] = value;
    this.#issued.set(value, { kind, family, end, state: "good" });
    if (this.#issued.size > this.#limit) this.#forget(from);
  }

  /** Lets a token end later; it counts as given out just now. */
  extend(value: string, end: number): void {
    const issued = this.#issued.get(value);
    if (!issued) return;
    issued.end = end;
    this.#issued.delete(value);
    this.#issued.set(value, issued);
  }

  /** Revokes a token; with a refresh token all that came of its login. Whether it was given out. */
  revoke(value: string): boolean {
    const issued = this.#issued.get(value);
    if (!issued) return false;
    if (issued.kind === "refreshToken") this.endFamily(issued.family);
    else issued.state = "revoked";
    return true;
  }

  endFamily({ token, refreshToken }: Family): void {
    for (const value of [token, refreshToken]) {
      const issued = this.#issued.get(value ?? "");
      if (issued) issued.state = "revoked";
    }
  }

  clear(): void {
    this.#issued.clear();
  }

  /** Makes room for a quarter of the limit, so that it is done seldom. */
  #forget(now: number): void {
    for (const [value, { state, end, kind }] of this.#issued) {
      // A spent refresh token is kept as long as it could be sent again: it tells of a theft.
      const isSpent = kind === "refreshToken" && state === "replaced";
      const isOver = now >= end || (state !== "good" && !isSpent);
      if (isOver) this.#issued.delete(value);
    }
    const room = Math.floor((this.#limit * 3) / 4);
    for (const value of this.#issued.keys()) {
      if (this.#issued.size <= room) return;
      this.#issued.delete(value);
    }
  }
}
