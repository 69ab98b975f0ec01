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
import { days, hours, minutes } from "../support/clock.ts";
import { hasOutcome, type Operation, replyOf } from "../support/operations.ts";

/** How often each scenario was answered with each status, `login/success 200`, and how often a call came to what. */
export type Tally = Record<string, number>;

/** A call of the session, and what happens right before it. */
interface Moment {
  /** Milliseconds from the beginning. */
  at: number;
  happens?: "revocation" | "outage" | "lock";
}

export interface Operations {
  login: Operation;
  refresh: Operation | undefined;
}

/** Forty busy minutes a day, and then a call every four hours; twice a week something happens, and in the last two days the account is locked. */
export function momentsOf(wholeDays: number): Moment[] {
  const busy = Array.from({ length: 9 }, (_, index) => index * 5 * minutes);
  const seldom = Array.from({ length: 4 }, (_, index) => (index + 1) * 4 * hours);
  return Array.from({ length: wholeDays }, (_, day) =>
    [...busy, ...seldom].map((time) => momentAt(day, time, wholeDays)),
  ).flat();
}

function momentAt(day: number, time: number, wholeDays: number): Moment {
  const moment = { at: day * days + time };
  // No token that lives a multiple of a quarter of an hour is renewed then.
  if (time !== 20 * minutes) return moment;
  if (day === wholeDays - 2) return { ...moment, happens: "lock" };
  if (day % 7 === 2) return { ...moment, happens: "outage" };
  return day % 7 === 5 ? { ...moment, happens: "revocation" } : moment;
}

const baseUrl = "https://mock.example";
const rejected = "protected, rejected";

/** Lets a session of the package live against the stateful mock, and gives what that answered. */
export async function live(api: ApiDocument, { login }: Operations, moments: Moment[]): Promise<Tally> {
  const start = Date.UTC(2030, 0, 1);
  const mock = handleOf(
    createCore([api], { service: (documents) => createService(documents, { clock: () => start }) }),
  );
  const tally: Tally = {};
  const entry = await entryOf(api.name);
  const { session, call } = openLife(entry, mock, login, tally);
  for (const { at: time, happens } of moments) {
    mock.advance(start + time - mock.now());
    if (happens === "lock") mock.lock(withoutSecret(login));
    if (happens === "outage") mock.next(api.name, "success", { fault: "503" });
    if (happens === "lock" || happens === "revocation") mock.revoke((await session.token()).value);
    await call();
  }
  await session.reset();
  await call();
  session.end();
  mock.reset();
  assert.equal(mock.now(), start, "the clock is at its beginning");
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

/**
 * What should have been answered, by the documents and by the rules that a session keeps: the first call in the last
 * fifth of a token's life, at most five minutes, renews it, or, where no reply says when it ends, the first that is
 * rejected; by refresh while the refresh token lasts, else by login.
 */
export function expected(operations: Operations, moments: Moment[]): Tally {
  const tally: Tally = {};
  const facts = factsOf(operations);
  const { isTold, life, refreshLife, loggedIn, refreshed, notRefreshed, refused } = facts;
  const inTime = life - Math.min(5 * minutes, life / 5);
  /** When the token and the refresh token came. */
  let from = Number.NEGATIVE_INFINITY;
  let refreshFrom = Number.NEGATIVE_INFINITY;
  let wait = { until: Number.NEGATIVE_INFINITY, length: 0 };
  let isOut = false;
  let isLocked = false;
  let isHeld = false;

  for (const { at: now, happens } of moments) {
    isOut ||= happens === "outage";
    isLocked ||= happens === "lock";
    const isRevoked = happens === "revocation" || happens === "lock";
    const isRejected: boolean = isHeld && (isRevoked || (!isTold && now - from >= life));
    const isOver: boolean = !isHeld || isRejected || now - from >= life;
    const isDue = isOver || (isTold && now - from >= inTime);
    if (isRejected) count(tally, rejected);
    if (isRejected) isHeld = false;
    if (isDue && now >= wait.until) {
      const isRefreshed = now - refreshFrom < refreshLife;
      // A refresh that only extends a token extends none that was revoked.
      const isGranted = isRefreshed && !isLocked && (facts.brings || !isRevoked);
      if (isOut) {
        count(tally, (isRefreshed ? refreshed : loggedIn).replace(/[^/]+$/, "- 503"));
        // It went with the request.
        refreshFrom = Number.NEGATIVE_INFINITY;
        isHeld &&= !isOver;
      } else {
        if (isRefreshed) count(tally, isGranted ? refreshed : notRefreshed);
        if (!isGranted) count(tally, isLocked ? refused : loggedIn);
        if (!isGranted || facts.rotates) refreshFrom = isLocked ? Number.NEGATIVE_INFINITY : now;
        if (!isLocked) from = now;
        isHeld = !isLocked;
        if (isLocked) wait = afterRefusal(wait, now, facts.reason);
      }
      isOut = false;
    }
    if (isHeld) count(tally, "protected/success 200");
    count(tally, isHeld ? "call 200" : "call refused");
  }
  // After reset() the session tries once more, and after the mock's own reset all is well again.
  for (const key of [refused, "call refused", loggedIn, "protected/success 200", "call 200"]) count(tally, key);
  return tally;
}

/** An invalid credential is not sent again; any other refusal is after an hour, two, four, up to a day. */
function afterRefusal({ until, length }: { until: number; length: number }, now: number, reason: string) {
  if (reason === "invalid_credentials") return { until: Number.POSITIVE_INFINITY, length };
  const isForgotten = now - until >= length;
  const next = isForgotten ? 1 * hours : Math.min(2 * length, 1 * days);
  return { until: now + next, length: next };
}

/** What the documents say of the replies that a life is about. */
function factsOf({ login, refresh }: Operations) {
  const judgement = judge(login.contract, replyOf(login));
  assert(judgement.ok);
  const { grant } = judgement;
  const renewed = refresh && replyOf(refresh);
  const refusal = login.documented.replies.find(({ name }) => name === "locked") ?? replyNamed(login, "wrongPassword");
  const brings = (place: ReplyExpression | undefined) =>
    renewed !== undefined && place !== undefined && at(place, renewed) !== undefined;
  return {
    loggedIn: keyOf(login, hasOutcome("success")),
    refused: keyOf(login, (reply) => reply === refusal),
    reason: refusal.example["x-outcome"] ?? "",
    refreshed: refresh ? keyOf(refresh, hasOutcome("success")) : "",
    notRefreshed: refresh ? keyOf(refresh, ({ example }) => example["x-outcome"] !== "success") : "",
    isTold: grant.lifetime !== undefined || grant.instants !== undefined,
    // Where the example's end is no instant, the mock takes an hour.
    life: grant.lifetime ?? 1 * hours,
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

function count(tally: Tally, key: string): void {
  tally[key] = (tally[key] ?? 0) + 1;
}
