import { isObject } from "../../login/fits.ts";
import type { Credential } from "../../openapi/request.ts";
import type { Reply } from "../../openapi/scenarios.ts";
import { isSame } from "./sent.ts";

/** Somebody who can log in. */
export interface Account {
  /** By their names in `x-login`. What an account leaves out is not looked at. */
  credentials: Readonly<Record<string, unknown>>;
  /** What a login of it is answered. */
  reply: Reply;
}

/** What the credentials of a login come to. */
export type Admission =
  | { verdict: "right"; account: Account }
  | { verdict: "wrong" | "locked"; account: Account }
  | { verdict: "stranger" };

/** The accounts of one API: who they are, how many wrong passwords each was tried with, and which are locked. */
export class Accounts {
  readonly all: readonly Account[];
  readonly #who: readonly string[];
  readonly #secrets: readonly string[];
  readonly #lockAfter: number;
  readonly #failures: Map<string, number>;
  readonly #locked: Set<string>;

  /** An account locks after `lockAfter` wrong passwords in a row. Wrong passwords and locks of `before` still count. */
  constructor(credentials: readonly Credential[], all: readonly Account[], lockAfter: number, before?: Accounts) {
    this.#failures = before ? before.#failures : new Map();
    this.#locked = before ? before.#locked : new Set();
    this.all = all;
    this.#who = credentials.filter(({ secret, required }) => required && !secret).map(({ name }) => name);
    this.#secrets = credentials.filter(({ secret }) => secret).map(({ name }) => name);
    this.#lockAfter = lockAfter;
  }

  /** Judges the credentials of a login, and takes note of a wrong password. */
  admit(sent: Readonly<Record<string, unknown>>): Admission {
    const candidates = this.all.filter((account) => this.#agree(account, sent, this.#who));
    const [first] = candidates;
    if (!first) return { verdict: "stranger" };
    const who = this.#identity(first);
    if (this.#locked.has(who)) return { verdict: "locked", account: first };
    const account = candidates.find((each) => this.#agree(each, sent, this.#secrets));
    if (account) {
      this.#failures.delete(who);
      return { verdict: "right", account };
    }
    const failures = (this.#failures.get(who) ?? 0) + 1;
    this.#failures.set(who, failures);
    if (failures >= this.#lockAfter) this.#locked.add(who);
    return { verdict: "wrong", account: first };
  }

  /** The account that credentials name, whatever the password. */
  of(sent: Readonly<Record<string, unknown>>): Account | undefined {
    return this.all.find((account) => this.#agree(account, sent, this.#who));
  }

  isLocked(account: Account): boolean {
    return this.#locked.has(this.#identity(account));
  }

  /**
   * Locks every account that has these credentials, or this text among them, its passwords apart. Gives how many those
   * are.
   */
  lock(wanted: string | Readonly<Record<string, unknown>>): number {
    const found = this.all.filter((account) => this.#isMeant(account, wanted));
    for (const account of found) this.#locked.add(this.#identity(account));
    return found.length;
  }

  /** Forgets wrong passwords and locks. */
  reset(): void {
    this.#failures.clear();
    this.#locked.clear();
  }

  /** An account without its passwords. */
  shown({ credentials }: Account): Record<string, unknown> {
    return Object.fromEntries(Object.entries(credentials).filter(([name]) => !this.#secrets.includes(name)));
  }

  #isMeant(account: Account, wanted: string | Readonly<Record<string, unknown>>): boolean {
    const shown = this.shown(account);
    if (typeof wanted === "string") return Object.values(shown).some((value) => isSame(value, wanted));
    const members = Object.entries(isObject(wanted) ? wanted : {});
    return members.length > 0 && members.every(([name, value]) => name in shown && isSame(shown[name], value));
  }

  #agree(account: Account, sent: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
    return names.every((name) => !(name in account.credentials) || isSame(account.credentials[name], sent[name]));
  }

  #identity(account: Account): string {
    return JSON.stringify(this.#who.map((name) => String(account.credentials[name])));
  }
}
