import { strict as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { Grant } from "../../src/login/grant.ts";
import { judge, judgeRefresh } from "../../src/login/judge.ts";
import { endOf, tokenHeader } from "../../src/login/token.ts";
import { scenarioCredentials } from "../../src/mock/service/sent.ts";
import { createService } from "../../src/mock/service/service.ts";
import type { TokenVerdict } from "../../src/mock/service/tokens.ts";
import { asAnswered, readAt, withHeader, written } from "../../src/mock/service/written.ts";
import type { Service } from "../../src/mock/service.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { type DocumentedCall, type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import type { Credential } from "../../src/openapi/request.ts";
import {
  type DocumentedOperation,
  type Reply,
  readOperations,
  type ScenarioRequest,
} from "../../src/openapi/scenarios.ts";

/** What somebody does to the service; numbers choose among what there is. */
export interface Step {
  act: (typeof acts)[number];
  one: number;
  other: number;
}

export const acts = [
  "log in",
  "log in",
  "log in with a wrong password",
  "log in as a stranger",
  "refresh",
  "refresh",
  "refresh by a spent token",
  "refresh by what is no refresh token",
  "refresh as another client",
  "wait",
  "wait long",
  "set the machine's clock back",
  "revoke",
  "lock",
  "reset",
] as const;

interface KnownToken {
  kind: "token" | "refreshToken";
  login: KnownLogin;
  state: "good" | "revoked" | "replaced";
  /** When it ends, as far as the replies say it. */
  end: number | undefined;
}

interface KnownLogin {
  account: number | undefined;
  sent: Record<string, unknown>;
  token?: string;
  refreshToken?: string;
  /** Milliseconds that the login said the token lasts. */
  life: number | undefined;
}

const secondsOff = 1000;
const lockAfter = 3;

/** The service of one document beside what is known of it from its replies alone, which is held against it after each step. */
export class Model {
  readonly name: string;
  /** How often something was given out, and refused: a run in which nothing happens shows nothing. */
  readonly seen = { grants: 0, refusals: 0, renewals: 0, thefts: 0 };
  readonly #login: DocumentedLogin;
  readonly #operations: DocumentedOperation[];
  readonly #accounts: Record<string, unknown>[];
  readonly #service: Service;
  readonly #strict: boolean;
  #machine = Date.UTC(2030, 0, 1);
  #latest = 0;
  #tokens = new Map<string, KnownToken>();
  #failures = new Map<number, number>();
  #locked = new Set<number>();
  readonly #everGiven = new Set<string>();

  constructor(api: ApiDocument, strict: boolean, random: (below: number) => number) {
    const { login } = readLogin(api.document);
    if (!login) throw new Error(`${api.name} states no login`);
    this.name = api.name;
    this.#login = login;
    this.#operations = readOperations([api]);
    this.#strict = strict;
    this.#accounts = this.#scenarios(login).map(({ request }) =>
      withRequired(scenarioCredentials(login, request), login.credentials),
    );
    this.#service = createService([api], { strict, lockAfter, random, clock: () => this.#machine });
  }

  run(steps: Step[]): void {
    this.#reset();
    for (const step of steps) {
      this.#do(step);
      this.#checkTime();
      this.#checkTokens();
    }
  }

  #do({ act, one, other }: Step): void {
    const account = one % this.#accounts.length;
    if (act === "log in") this.#logIn(account, this.#credentialsOf(account), "right");
    if (act === "log in with a wrong password") {
      const secrets = this.#login.credentials.filter(
        ({ secret, name }) => secret && name in this.#credentialsOf(account),
      );
      const secret = this.#statedSecret(secrets, other);
      if (secret) this.#logIn(account, changed(this.#credentialsOf(account), secret), "wrong");
    }
    if (act === "log in as a stranger") {
      const whos = this.#login.credentials.filter(({ secret, required }) => required && !secret);
      const who = this.#statedSecret(whos, other);
      if (who) this.#logIn(account, changed(this.#credentialsOf(account), who), "strange");
    }
    if (act.startsWith("refresh")) this.#refresh(act, one);
    if (act === "wait") this.#service.advance(one % 120_000);
    if (act === "wait long") this.#service.advance(one * 3_600_000);
    if (act === "set the machine's clock back") this.#machine -= one * 1000;
    if (act === "revoke") this.#revoke(one);
    if (act === "lock") this.#lock(account);
    if (act === "reset" && other % 4 === 0) this.#reset();
  }

  /** Those that a scenario states: of others the service knows nothing. */
  #statedSecret(credentials: Credential[], choice: number): Credential | undefined {
    const [{ request } = { request: undefined }] = this.#scenarios(this.#login);
    const stated = request ? scenarioCredentials(this.#login, request) : {};
    const known = credentials.filter(({ name, enum: values }) => name in stated && (values?.length ?? 2) > 1);
    return known[choice % known.length];
  }

  #credentialsOf(account: number): Record<string, unknown> {
    return this.#accounts[account] ?? {};
  }

  #logIn(account: number, credentials: Record<string, unknown>, who: "right" | "wrong" | "strange"): void {
    const wrongPassword = this.#reply(this.#login, "wrongPassword");
    const documented = who === "wrong" && wrongPassword ? wrongPassword : this.#documentedSuccess(this.#login);
    const reply = this.#service.answer({ api: this.name, kind: "login", credentials, headers: {} }, documented);
    const isLocked = who !== "strange" && this.#locked.has(account);
    const isGranted = who === "right" ? !isLocked : who === "strange" && !this.#strict;
    const grant = this.#judged(this.#login, "login", reply, isGranted, `${who}${isLocked ? ", locked" : ""}`);
    const locked = this.#reply(this.#login, "locked");
    const expected = isLocked && locked ? "locked" : "wrongPassword";
    if (!isGranted && this.#reply(this.#login, expected)) assert.equal(reply.name, expected, `${this.name}: ${who}`);
    if (who === "right" && !isLocked) this.#failures.delete(account);
    if (who === "wrong" && !isLocked) this.#failures.set(account, (this.#failures.get(account) ?? 0) + 1);
    if ((this.#failures.get(account) ?? 0) >= lockAfter) this.#locked.add(account);
    if (!grant) return;
    const now = this.#service.now();
    const end = endOf(grant, now);
    const login: KnownLogin = {
      account: who === "right" ? account : undefined,
      sent: credentials,
      life: end === undefined ? undefined : end - now,
    };
    this.#take(login, grant);
  }

  #refresh(act: Step["act"], one: number): void {
    const { refresh } = this.#login;
    if (!refresh) return;
    const all = [...this.#tokens].filter(([, { kind }]) => kind === "refreshToken");
    const spent = all.filter(([, { state }]) => state === "replaced");
    const [value, known] = pick(act === "refresh by a spent token" ? spent : all, one) ?? [];
    if (value === undefined || !known) return;
    const { login } = known;
    const others = refresh.credentials.filter(({ name, required }) => name !== "refreshToken" && required);
    const other = others[one % others.length];
    const isOther = act === "refresh as another client" && other !== undefined;
    const isNone = act === "refresh by what is no refresh token";
    const sent = isOther ? changed(login.sent, other) : login.sent;
    const refreshToken = isNone ? pick([login.token ?? "", `${value}x`, ""], one) : value;
    const credentials = Object.fromEntries(
      refresh.credentials.map(({ name }) => [name, name === "refreshToken" ? refreshToken : sent[name]]),
    );
    const carried = refresh.authorization === "refreshToken" ? refreshToken : login.token;
    const sentHeader = tokenHeader(this.#login.header, carried ?? "").value;
    const reply = this.#service.answer(
      {
        api: this.name,
        kind: "refresh",
        credentials,
        headers: { [this.#login.header.name.toLowerCase()]: sentHeader },
      },
      this.#documentedSuccess(refresh),
    );

    const now = this.#service.now();
    const held = this.#tokens.get(login.token ?? "");
    const isExtending = readAt(this.#documentedSuccess(refresh), refresh.contract.token) === undefined;
    const isReused = known.state === "replaced" && !isOther && !isNone;
    const isEnded = known.end !== undefined && now >= known.end;
    const isLocked = login.account !== undefined && this.#locked.has(login.account);
    const isDead = isExtending && held?.state !== "good";
    const isGranted = !isOther && !isNone && known.state === "good" && !isEnded && !isLocked && !isDead;
    const grant = this.#judged(refresh, "refresh", reply, isGranted, act);
    if (isReused) this.#endLogin(login);
    if (isReused) this.seen.thefts++;
    if (!grant) return;
    this.seen.renewals++;
    this.#take(login, grant);
  }

  /** Takes note of what a reply granted; none of it was given out before. */
  #take(login: KnownLogin, grant: Grant): void {
    const now = this.#service.now();
    const held = this.#tokens.get(login.token ?? "");
    if (grant.value === undefined && held) {
      const lasts = login.life === undefined ? undefined : now + login.life;
      held.end = endOf(grant, now) ?? lasts;
    }
    const brought = [
      { kind: "token" as const, value: grant.value, end: endOf(grant, now) },
      { kind: "refreshToken" as const, value: grant.refresh?.value, end: grant.refresh && endOf(grant.refresh, now) },
    ];
    for (const { kind, value, end } of brought) {
      if (value === undefined) continue;
      assert(!this.#everGiven.has(value), `${this.name}: ${value} was given out twice`);
      this.#everGiven.add(value);
      const before = this.#tokens.get(login[kind] ?? "");
      if (before?.state === "good") before.state = "replaced";
      login[kind] = value;
      this.#tokens.set(value, { kind, login, state: "good", end });
    }
    this.seen.grants++;
  }

  #revoke(one: number): void {
    const [value, known] = pick([...this.#tokens], one) ?? [];
    if (value === undefined || !known) return;
    this.#service.revoke(value);
    if (known.kind === "refreshToken") this.#endLogin(known.login);
    else known.state = "revoked";
  }

  #endLogin({ token = "", refreshToken = "" }: KnownLogin): void {
    for (const value of [token, refreshToken]) {
      const known = this.#tokens.get(value);
      if (known) known.state = "revoked";
    }
  }

  #lock(account: number): void {
    const who = this.#login.credentials.filter(({ secret, required }) => required && !secret);
    const [{ request } = { request: undefined }] = this.#scenarios(this.#login);
    const stated = request ? scenarioCredentials(this.#login, request) : {};
    const shown = who.flatMap(({ name }) => (name in stated ? [[name, stated[name]]] : []));
    this.#service.lock(Object.fromEntries(shown));
    this.#locked.add(account);
  }

  #reset(): void {
    this.#service.reset();
    this.#tokens = new Map();
    this.#failures = new Map();
    this.#locked = new Set();
    this.#latest = 0;
  }

  /** What a reply grants. It is what the service meant, and documented but for what is new in it. */
  #judged(
    call: DocumentedCall,
    kind: "login" | "refresh",
    reply: Reply,
    isGranted: boolean,
    why: string,
  ): Grant | undefined {
    const judgement = (kind === "login" ? judge : judgeRefresh)(call.contract, asAnswered(reply));
    assert.equal(judgement.ok, isGranted, `${this.name}, ${kind}, ${why}: ${reply.name}`);
    const outcome = judgement.ok ? "success" : judgement.reason;
    assert.equal(outcome, reply.example["x-outcome"] ?? outcome, `${this.name}: the outcome of ${reply.name}`);
    assert.equal(reply.headers.Date, new Date(this.#service.now()).toUTCString(), `${this.name}: Date`);
    const documented = this.#reply(call, reply.name);
    if (documented)
      assert(
        isDeepStrictEqual(this.#plain(call, reply, documented), this.#plain(call, documented, documented)),
        `${this.name}: ${reply.name} is as documented: ${JSON.stringify(reply)}`,
      );
    if (!judgement.ok) this.seen.refusals++;
    return judgement.ok ? judgement.grant : undefined;
  }

  /** A reply with the documented values wherever something new may stand. */
  #plain({ contract }: DocumentedCall, reply: Reply, documented: Reply): Reply {
    const { token, refreshToken = token, ends = [], refreshEnds = [] } = contract;
    const told = [...ends, ...refreshEnds].flatMap((end) => {
      if ("jwt" in end) return [];
      const at = "at" in end ? end.at : end.in;
      return typeof at === "number" ? [] : [at];
    });
    const places = [token, refreshToken, ...told];
    const plain = places.reduce((changed, at) => written(changed, at, readAt(documented, at)), reply);
    return withHeader(plain, "Date", "");
  }

  #checkTime(): void {
    const now = this.#service.now();
    assert(now >= this.#latest, `${this.name}: time runs backwards`);
    this.#latest = now;
  }

  /** A token is good if, and only if, it was given out and neither ended, revoked nor replaced. */
  #checkTokens(): void {
    const now = this.#service.now();
    for (const [value, known] of this.#tokens) {
      const verdict = this.#service.check(this.name, tokenHeader(this.#login.header, value).value);
      const { kind, state, end } = known;
      if (!verdictsOf(known, now).includes(verdict))
        assert.fail(`${this.name}: ${value}, a ${kind}, ${state}, that ends ${end}, is ${verdict} at ${now}`);
    }
    const example = readAt(this.#documentedSuccess(this.#login), this.#login.contract.token);
    for (const none of [undefined, "", String(example), tokenHeader(this.#login.header, String(example)).value])
      assert.equal(this.#service.check(this.name, none), "unknown", `${this.name}: ${none}`);
  }

  #operation({ operation }: DocumentedCall): DocumentedOperation {
    const found = this.#operations.find(({ method, path }) => method === operation.method && path === operation.path);
    if (!found) throw new Error(`${this.name} has no ${operation.path}`);
    return found;
  }

  #reply(call: DocumentedCall, name: string): Reply | undefined {
    return this.#operation(call).replies.find((reply) => reply.name === name);
  }

  /** The scenarios in which a call succeeds. */
  #scenarios(call: DocumentedCall): { request: ScenarioRequest; reply: Reply }[] {
    const { requests, replies } = this.#operation(call);
    return requests.flatMap((request) => {
      const reply = replies.find(({ name }) => name === request.name);
      const sent = scenarioCredentials(call, request);
      const needed = call.credentials.filter(
        ({ required, place }) => required && place.in !== "basic" && place.in !== "security",
      );
      const isWhole = needed.every(({ name }) => name in sent);
      return reply?.example["x-outcome"] === "success" && isWhole ? [{ request, reply }] : [];
    });
  }

  #documentedSuccess(call: DocumentedCall): Reply {
    const [scenario] = this.#scenarios(call);
    const reply = scenario?.reply ?? this.#reply(call, "success");
    if (!reply) throw new Error(`${this.name} has no success`);
    return reply;
  }
}

/** What a token may be found to be; only a second, or the replies' silence, leaves a choice. */
function verdictsOf({ kind, state, end }: KnownToken, now: number): TokenVerdict[] {
  if (kind === "refreshToken") return ["unknown"];
  if (state !== "good") return ["revoked"];
  if (end !== undefined && now < end) return ["good"];
  const isLongOver = end !== undefined && now >= end + secondsOff;
  return isLongOver ? ["ended"] : ["good", "ended"];
}

function withRequired(stated: Record<string, unknown>, credentials: Credential[]): Record<string, unknown> {
  const missing = credentials.filter(({ name, required }) => required && !(name in stated));
  return { ...stated, ...Object.fromEntries(missing.map(({ name }) => [name, `some-${name}`])) };
}

function changed(credentials: Record<string, unknown>, { name, enum: values }: Credential): Record<string, unknown> {
  const value = credentials[name];
  const another = values?.find((each) => each !== value) ?? (typeof value === "number" ? value + 1 : `${value}-other`);
  return { ...credentials, [name]: another };
}

function pick<Value>(all: Value[], choice: number): Value | undefined {
  return all[choice % all.length];
}
