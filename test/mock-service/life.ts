import { strict as assert } from "node:assert";
import type { ReplyExpression } from "../../src/login/contract.ts";
import { judge } from "../../src/login/judge.ts";
import { at } from "../../src/login/place.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf, type MockHandle } from "../../src/mock/handle.ts";
import { createService } from "../../src/mock/service/service.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import type { Reply } from "../../src/openapi/scenarios.ts";
import type { Session } from "../../src/session/session.ts";
import { type Calling, type Entry, entryOf } from "../support/calling.ts";
import { days, hours, minutes, seconds } from "../support/clock.ts";
import { hasOutcome, type Operation, replyOf } from "../support/operations.ts";

/** How often each scenario was answered with each status: `login/success 200`. */
export type Tally = Record<string, number>;

/** Milliseconds from one call to the next. */
const step = 5 * minutes;
const lifetime = 30 * minutes;
const baseUrl = "https://mock.example";
const rejected = "protected, rejected";

/** A stretch of calls; all but the first begin with a token that was revoked. */
interface Stretch {
  calls: number;
  /** The first renewal in it is answered by an outage. */
  hasOutage?: true;
  /** The account is locked all the while. */
  isLocked?: true;
}

/**
 * Weeks of calls, every third with an outage, and at the end days in which the account is locked. No week ends when a
 * renewal is due, so that each revocation is of a token that would have gone on.
 */
export function stretchesOf(operations: Operations, whole: number): Stretch[] {
  const period = periodOf(factsOf(operations));
  const week = Math.floor((7 * days) / step / period) * period + 2;
  const weeks = Array.from({ length: Math.floor((whole - 2) / 7) }, (_, index): Stretch => {
    return index % 3 === 2 ? { calls: week, hasOutage: true } : { calls: week };
  });
  return [...weeks, { calls: (whole * days) / step - weeks.length * week, isLocked: true }];
}

/** Lets a session of the package live against the stateful mock, and gives what that answered. */
export async function live(api: ApiDocument, { login }: Operations, stretches: Stretch[]): Promise<Tally> {
  const start = Date.UTC(2030, 0, 1);
  const mock = handleOf(
    createCore([api], {
      service: (documents) => createService(documents, { clock: () => start, lifetime: lifetime / seconds }),
    }),
  );
  const tally: Tally = {};
  const entry = await entryOf(api.name);
  const { session, call } = openLife(entry, mock, login, tally);
  for (const [index, { calls, hasOutage, isLocked }] of stretches.entries()) {
    if (isLocked) mock.lock(withoutSecret(login));
    if (index > 0) mock.revoke((await session.token()).value);
    for (let count = 0; count < calls; count++) {
      await call();
      // A revoked token is replaced by now: what comes next is the renewal of another.
      if (hasOutage && count === 0) mock.next(api.name, "success", { fault: "503" });
      mock.advance(step);
    }
  }
  // Nobody tries again by himself; then the service is as it was at first, and so is its clock.
  await session.reset();
  await call();
  session.end();
  mock.reset();
  const again = openLife(entry, mock, login, tally);
  await again.call();
  again.session.end();
  return tally;
}

function openLife(
  entry: Entry,
  mock: MockHandle,
  login: Operation,
  tally: Tally,
): { session: Session; call(): Promise<void> } {
  const going: Promise<unknown>[] = [];
  const session = entry.createSession(login.credentials, {
    baseUrl,
    clock: mock.now,
    waitUntil: (work) => going.push(work),
    fetch: async (url, init) => {
      const response = await mock.fetch(url, init as RequestInit);
      const scenario = response.headers.get("x-mock-scenario") ?? "";
      const isRejected = scenario.startsWith("protected/") && scenario !== "protected/success";
      count(tally, isRejected ? rejected : `${scenario} ${response.status}`);
      return response;
    },
  });
  return {
    session,
    async call() {
      const answer = await session.fetch(`/protected/${login.api}/things`).catch(({ code }) => ({ status: code }));
      count(tally, `call ${answer.status}`);
      await Promise.all(going.splice(0));
    },
  };
}

export interface Operations {
  login: Operation;
  refresh: Operation | undefined;
}

/**
 * What should have been answered, by the documents and by the rules that the session has: a token is renewed by the
 * first call in the last fifth of its life, at most five minutes, or, where no reply says when it ends, by the first that
 * is rejected; by refresh while the refresh token lasts, else by login.
 */
export function expected(operations: Operations, stretches: Stretch[]): Tally {
  const tally: Tally = {};
  const facts = factsOf(operations);
  const { isTold, refreshLife, brings, rotates, refused } = facts;
  const period = periodOf(facts);
  /** The call at which the refresh token was given. */
  let given = 0;
  let first = 0;
  const isRefreshable = (at: number) => (at - given) * step < refreshLife;
  const logIn = (at: number) => {
    count(tally, facts.loggedIn);
    given = at;
  };
  const renew = (at: number) => {
    if (!isRefreshable(at)) return logIn(at);
    count(tally, facts.refreshed);
    if (rotates) given = at;
  };
  for (const [index, { calls, hasOutage, isLocked }] of stretches.entries()) {
    const canExtend = !brings && isRefreshable(first);
    const canRenew = brings && isRefreshable(first) && !isLocked;
    if (index > 0) count(tally, rejected);
    if (index > 0 && (canExtend || (isLocked && isRefreshable(first)))) count(tally, facts.notRefreshed);
    if (isLocked) {
      const refusals = refusalsWithin(calls, facts.reason);
      count(tally, refused, refusals);
      count(tally, "call refused", calls);
      continue;
    }
    if (index > 0 && canRenew) renew(first);
    else logIn(first);
    let next = first + period;
    let working = calls;
    if (hasOutage) {
      count(
        tally,
        isRefreshable(next) ? `${facts.refreshed.replace(/\d+$/, "503")}` : facts.loggedIn.replace(/\d+$/, "503"),
      );
      if (!isTold) {
        count(tally, rejected);
        count(tally, "call refused");
        working--;
      }
      // The refresh token went with the request that was not answered.
      logIn(next + 1);
      next += 1 + period;
    }
    for (; next < first + calls; next += period) {
      if (!isTold) count(tally, rejected);
      renew(next);
    }
    count(tally, "protected/success 200", working);
    count(tally, "call 200", working);
    first += calls;
  }
  count(tally, refused);
  count(tally, "call refused");
  count(tally, facts.loggedIn);
  count(tally, "protected/success 200");
  count(tally, "call 200");
  return tally;
}

/** An invalid credential is not sent again; any other refusal is after an hour, two, four, up to a day. */
function refusalsWithin(calls: number, reason: string): number {
  if (reason === "invalid_credentials") return 1;
  let refusals = 0;
  let wait = 1 * hours;
  for (let at = 0; at < calls * step; at += wait / 2) {
    refusals++;
    wait = Math.min(2 * wait, 2 * days);
  }
  return refusals;
}

/** After so many calls a token is renewed. */
function periodOf({ isTold, life }: ReturnType<typeof factsOf>): number {
  return Math.ceil((isTold ? life - Math.min(5 * minutes, life / 5) : life) / step);
}

/** What the documents say of the replies that a life is about. */
function factsOf({ login, refresh }: Operations) {
  const success = replyOf(login);
  const judgement = judge(login.contract, success);
  assert(judgement.ok);
  const { grant } = judgement;
  const renewed = refresh && replyOf(refresh);
  const lockedOr = login.documented.replies.find(({ name }) => name === "locked") ?? replyNamed(login, "wrongPassword");
  const brings = (place: ReplyExpression | undefined) =>
    renewed !== undefined && place !== undefined && at(place, renewed) !== undefined;
  return {
    loggedIn: keyOf(login, hasOutcome("success")),
    refused: keyOf(login, (reply) => reply === lockedOr),
    reason: lockedOr.example["x-outcome"] ?? "",
    refreshed: refresh ? keyOf(refresh, hasOutcome("success")) : "",
    notRefreshed: refresh ? keyOf(refresh, ({ example }) => example["x-outcome"] !== "success") : "",
    isTold: grant.lifetime !== undefined || grant.instants !== undefined,
    life: Math.min(grant.lifetime ?? Number.POSITIVE_INFINITY, lifetime),
    refreshLife: refresh ? (grant.refresh?.lifetime ?? Number.POSITIVE_INFINITY) : 0,
    brings: brings(refresh?.contract.token),
    rotates: brings(refresh?.contract.refreshToken),
  };
}

function keyOf({ documented }: Operation, isWanted: (reply: Reply) => boolean): string {
  const reply = documented.replies.find(isWanted);
  assert(reply);
  return `${documented.operation.operationId}/${reply.name} ${reply.status}`;
}

function replyNamed({ documented }: Operation, wanted: string): Reply {
  const reply = documented.replies.find(({ name }) => name === wanted);
  assert(reply);
  return reply;
}

function withoutSecret({ credentials, secret }: Calling): Record<string, unknown> {
  return Object.fromEntries(Object.entries(credentials).filter(([name]) => name !== secret));
}

function count(tally: Tally, key: string, times = 1): void {
  tally[key] = (tally[key] ?? 0) + times;
}
