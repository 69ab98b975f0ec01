import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Api } from "../../src/login/contract.ts";
import { minutes, seconds } from "../support/clock.ts";
import { apiOf, type Credentials, right } from "../support/login-service.ts";
import {
  claim,
  grantOf,
  opened,
  pass,
  standStill,
  type TestPlace,
  testPlace,
  timeout,
  tokenOf,
  underWay,
  watched,
} from "./opened.ts";

beforeEach(standStill);
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Milliseconds that a call may take: another's claim, and an attempt of its own. */
const limit = 2 * timeout + 5 * seconds;
const refusedBody = { error: "wrong" };
const kept = (duration: number, code: string) => ({ type: "kept", duration, code });

/** A keeper that holds a token of 600 s that came so long ago. */
async function holding(age: number, given: Parameters<typeof opened>[0] = {}) {
  const all = opened(given);
  await all.keeper.current();
  await pass(age);
  all.service.sent.length = 0;
  all.events.length = 0;
  all.service.body = { token: "T2", in: 600 };
  return all;
}

describe("a token that is good", () => {
  test.each<[age: number, first: string, sent: number]>([
    [480 * seconds - 1, "T1", 0],
    [480 * seconds, "T1", 1],
    [590 * seconds - 1, "T1", 1],
    [590 * seconds, "T2", 1],
  ])("after %i ms: calls get %s, and %i attempts begin", async (age, first, sent) => {
    const { keeper, service, events, place } = await holding(age);
    const thinking = underWay();
    service.thinks = thinking.until;
    const calls = [watched(keeper.current()), watched(keeper.current())];
    await pass();
    expect(calls.map(({ outcome }) => outcome)).toEqual(first === "T1" ? ["T1", "T1"] : ["pending", "pending"]);
    await thinking.end();
    expect(calls.map(({ outcome }) => outcome)).toEqual([first, first]);
    expect([service.sent.length, place.changes.length, vi.getTimerCount()]).toEqual([sent, 2 + 2 * sent, 0]);
    expect(events.map(({ type }) => type)).toEqual(sent ? ["login"] : []);
  });

  test("is handed out for half of what is left of it, and says so once", async () => {
    const { keeper, service, events } = await holding(590 * seconds);
    service.thinks = underWay().until;
    const call = watched(keeper.current());
    await pass(5 * seconds - 1);
    expect(call.outcome).toBe("pending");
    await pass(1);
    expect(call.outcome).toBe("T1");
    expect(events).toEqual([kept(5 * seconds, "timeout")]);
    const next = watched(keeper.current());
    await pass(2_500);
    expect([next.outcome, events.length]).toEqual(["T1", 1]);
  });

  test("is handed out in a wait, and says so once", async () => {
    const { keeper, service, events } = await holding(480 * seconds);
    service.status = 503;
    for (let call = 0; call < 3; call++) {
      expect((await keeper.current()).value).toBe("T1");
      await pass();
    }
    expect(service.sent.length).toBe(1);
    expect(events.slice(2)).toEqual([kept(2 * minutes, "refused")]);
  });

  test("that cannot be renewed as its end comes near is handed out", async () => {
    const { keeper, service, events } = await holding(595 * seconds);
    service.status = 400;
    expect((await keeper.current()).value).toBe("T1");
    expect(events.at(-1)).toEqual(kept(5 * seconds, "refused"));
  });

  test("and is being renewed by another is handed out, and nobody sends", async () => {
    const { keeper, service, events, place } = await holding(480 * seconds);
    await place.others.change(claim);
    expect((await keeper.current()).value).toBe("T1");
    await pass();
    expect([service.sent, events]).toEqual([[], []]);
  });

  test("is not handed out to a call that was given up, whose reason is said", async () => {
    const { keeper } = await holding(0);
    const reason = new Error("enough");
    const call = watched(keeper.current(AbortSignal.abort(reason)));
    await pass();
    expect(call.error).toMatchObject({ code: "aborted", cause: reason });
  });

  test("nor in the place of an abort, as its end comes near", async () => {
    const { keeper, service, events } = await holding(590 * seconds);
    service.thinks = underWay().until;
    const controller = new AbortController();
    const call = watched(keeper.current(controller.signal));
    await pass(seconds);
    controller.abort();
    await pass();
    expect([call.outcome, events]).toEqual(["aborted", []]);
  });

  test("and is lost to a call that waits for another leaves it what is left of its time", async () => {
    const { keeper, place } = await holding(590 * seconds);
    await place.others.change(claim);
    const call = watched(keeper.current());
    await pass(seconds);
    await place.others.change({ type: "rejected", token: place.others.look().token?.id ?? "" });
    await pass(limit - seconds - 1);
    expect(call.outcome).toBe("pending");
    await pass(1);
    expect([call.outcome, vi.getTimerCount()]).toEqual(["timeout", 0]);
  });
});

test("a token that a clock set back makes good for long is handed out, and nobody spins over it", async () => {
  let back = 0;
  let readings = 0;
  const { keeper, service, place } = await holding(590 * seconds, {
    clock: () => {
      readings++;
      if (readings > 1_000) throw new Error("The clock is read without a pause.");
      return Date.now() - back;
    },
  });
  await place.others.change(claim);
  const call = watched(keeper.current());
  await pass();
  expect(call.outcome).toBe("pending");
  back = 60 * minutes;
  const older = { ...tokenOf("older"), from: Date.now() - 2 * back };
  await place.others.change(grantOf(older));
  await pass(250);
  expect([call.outcome, service.sent]).toEqual(["T1", []]);
});

describe("a call without a token", () => {
  test("waits for another's attempt for no longer than that and one of its own may take", async () => {
    const { keeper, service, place } = opened();
    await place.others.change(claim);
    const added = vi.spyOn(EventTarget.prototype, "addEventListener");
    const removed = vi.spyOn(EventTarget.prototype, "removeEventListener");
    const call = watched(keeper.current());
    await pass(limit - 1);
    expect(call.outcome).toBe("pending");
    expect(new Set(place.reads)).toEqual(new Set([250]));
    await pass(1);
    expect([call.outcome, service.sent, vi.getTimerCount()]).toEqual(["timeout", [], 0]);
    expect(added.mock.calls.length).toBeGreaterThanOrEqual(limit / 250);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test("can wait for as long as a timer can", async () => {
    const { keeper, place } = opened({ timeout: 2 ** 31 - 1 });
    await place.others.change(claim);
    const call = watched(keeper.current());
    await pass(seconds);
    expect(call.outcome).toBe("pending");
  });

  test("gets what another brings: as soon as it looks, or at the very end", async () => {
    const { keeper, service, place } = opened();
    await place.others.change(claim);
    const call = watched(keeper.current());
    await pass(100);
    place.news = (others) => others.change(grantOf(tokenOf("theirs")));
    await pass(150);
    await pass(250);
    expect([call.outcome, service.sent]).toEqual(["theirs", []]);

    const other = opened();
    await other.place.others.change(claim);
    const last = watched(other.keeper.current());
    await pass(limit - 1);
    await other.place.others.change(grantOf(tokenOf("at last")));
    await pass(1);
    expect([last.outcome, other.events]).toEqual(["at last", []]);
  });

  test("sees at once that its own attempt is over", async () => {
    const { keeper, service, events } = opened();
    const thinking = underWay();
    service.thinks = thinking.until;
    const call = watched(keeper.current());
    await pass(100);
    await thinking.end();
    expect([call.outcome, vi.getTimerCount()]).toEqual(["T1", 0]);
    expect(events).toEqual([{ type: "login", duration: 100, outcome: "success" }]);
  });

  test("that is given up leaves nothing, and its attempt is finished", async () => {
    const { keeper, service } = opened();
    const thinking = underWay();
    service.thinks = thinking.until;
    const controller = new AbortController();
    const call = watched(keeper.current(controller.signal));
    await pass(100);
    const timers = vi.getTimerCount();
    controller.abort();
    await pass();
    expect([call.outcome, timers, vi.getTimerCount()]).toEqual(["aborted", 3, 1]);
    await thinking.end();
    expect([(await keeper.current()).value, service.sent.length]).toEqual(["T1", 1]);
  });

  test("looks at the store before it is told of a wait, and tries where that was lifted", async () => {
    const { keeper, service, events, place } = opened();
    service.body = refusedBody;
    const call = watched(keeper.current());
    await pass();
    expect([call.outcome, place.reads]).toEqual(["refused", [5_000]]);
    expect(events.slice(1)).toStrictEqual([
      { type: "wait", duration: Infinity, code: "refused", reason: "invalid_credentials" },
    ]);
    service.body = { token: "T2" };
    place.news = (others) => others.change({ type: "reset" });
    expect([(await keeper.current()).value, service.sent.length]).toEqual(["T2", 2]);
  });

  test("is told of no end of a wait before that is over, as a store may know it to a fraction of a millisecond", async () => {
    const { keeper, place } = opened();
    await place.others.change({ type: "claimed", attempt: "theirs", timeout, refreshes: false });
    const why = { code: "network" } as const;
    const retryAfter = 60 * seconds + 0.4;
    await place.others.change({ type: "failed", attempt: "theirs", row: "unanswered", why, retryAfter, jitter: 0 });
    const call = watched(keeper.current());
    await pass();
    expect(call.outcome).toBe("network");
    await pass(Number(call.error?.retryAt) - Date.now());
    expect((await keeper.current()).value).toBe("T1");
  });

  test("is told of a wait that is no refusal, which has no reason", async () => {
    const { keeper, service, events } = opened();
    service.status = 404;
    const call = watched(keeper.current());
    await pass();
    expect(call.error).toMatchObject({ code: "unexpected_reply", retryAt: expect.any(Date) });
    expect(events[1]).toStrictEqual({ type: "wait", duration: expect.any(Number), code: "unexpected_reply" });
  });

  test("does not begin again at once what a reset() left without an answer", async () => {
    const { keeper, service } = opened();
    const thinking = underWay();
    Object.assign(service, { body: refusedBody, thinks: thinking.until });
    const call = watched(keeper.current());
    await pass();
    await keeper.reset();
    Object.assign(service, { body: { token: "T2" }, thinks: undefined });
    await thinking.end();
    await pass(249);
    expect([call.outcome, service.sent.length]).toEqual(["pending", 1]);
    await pass(1);
    expect([call.outcome, service.sent.length]).toEqual(["T2", 2]);
  });

  test("does not begin again at once what was not granted", async () => {
    const { keeper, place } = opened();
    let claims = 0;
    place.change = async () => {
      claims++;
      if (claims > 10) keeper.end();
      return undefined;
    };
    void keeper.current().catch(() => {});
    await pass(249);
    expect(claims).toBe(1);
    await pass(1);
    expect(claims).toBe(2);
    keeper.end();
  });

  test.each([true, false])(
    "is not kept by an attempt that a clock has left behind, and end() ends both, answered or not: %s",
    async (isAnswered) => {
      let ahead = 0;
      const { keeper, service } = opened({ clock: () => Date.now() + ahead });
      const [first, second] = [underWay(), underWay()];
      service.thinks = first.until;
      const call = watched(keeper.current());
      await pass();
      ahead = minutes;
      service.thinks = second.until;
      await pass(500);
      expect([call.outcome, service.sent.length]).toEqual(["pending", 2]);
      service.body = refusedBody;
      if (isAnswered) await first.end();
      keeper.end();
      await pass();
      expect(service.signals.map(({ aborted }) => aborted)).toEqual([!isAnswered, true]);
    },
  );
});

describe("what is being written", () => {
  test("is waited for, without a look at the store, and seen at once when it lands", async () => {
    const { keeper, service, place } = opened();
    const landing = underWay();
    place.landing = landing.until;
    const call = watched(keeper.current());
    await pass(seconds);
    expect([service.sent, place.reads]).toEqual([[], []]);
    await landing.end();
    expect([call.outcome, service.sent.length]).toEqual(["T1", 1]);
  });

  test("a grant is used meanwhile", async () => {
    const { keeper, service, place } = opened();
    const thinking = underWay();
    service.thinks = thinking.until;
    const call = watched(keeper.current());
    await pass();
    place.landing = underWay().until;
    await thinking.end();
    await pass(250);
    expect([call.outcome, place.changes.map(({ type }) => type)]).toEqual(["T1", ["claimed", "granted"]]);
  });

  test("a wait is not yet told", async () => {
    const { keeper, service, events, place } = opened();
    const [thinking, landing] = [underWay(), underWay()];
    Object.assign(service, { status: 404, thinks: thinking.until });
    const call = watched(keeper.current());
    await pass();
    place.landing = landing.until;
    await thinking.end();
    await pass(seconds);
    expect([call.outcome, events.length]).toEqual(["pending", 1]);
    await landing.end();
    expect([call.outcome, events.length]).toEqual(["unexpected_reply", 2]);
  });
});

test("a refusal that comes when another is sending tells of no wait", async () => {
  const { keeper, service, events, place } = opened();
  const thinking = underWay();
  Object.assign(service, { body: refusedBody, thinks: thinking.until });
  const call = watched(keeper.current());
  await pass();
  await place.others.change(grantOf(tokenOf("brief", 1), place.others.look().wait?.attempt?.id));
  await pass(1);
  await place.others.change(claim);
  await thinking.end();
  expect(place.others.look().wait).toMatchObject({ row: "credentials", attempt: { id: "theirs" } });
  expect([call.outcome, events.map(({ type }) => type)]).toEqual(["pending", ["login"]]);
});

test("a refusal that is still being written when another attempt was claimed keeps that from being sent", async () => {
  let ahead = 0;
  const { keeper, service, place } = opened({ clock: () => Date.now() + ahead });
  const [thinking, landing] = [underWay(), underWay()];
  Object.assign(service, { body: refusedBody, thinks: thinking.until });
  const call = watched(keeper.current());
  await pass();
  ahead = minutes;
  place.landing = landing.until;
  await pass(seconds);
  expect(place.changes.map(({ type }) => type)).toEqual(["claimed", "claimed"]);
  await thinking.end();
  await landing.end();
  await pass(seconds);
  expect([call.outcome, service.sent.length]).toEqual(["refused", 1]);
  expect(place.look().wait).toMatchObject({ row: "credentials", until: Infinity });
});

describe("a claim", () => {
  const { login } = apiOf();
  const renewable: Api<Credentials> = {
    ...apiOf(),
    login: { ...login, refreshToken: "$response.body#/refresh" },
    refresh: {
      ...login,
      success: [{ status: "200", schema: { type: "object", properties: { error: { type: "null" } } } }],
      credentials: [],
      request: ({ refreshToken }) => ({ method: "POST", path: "/refresh", body: { refreshToken } }),
    },
  };

  test.each<[what: string, api: Api<Credentials>, refreshes: boolean]>([
    ["says how long it takes", apiOf(), false],
    ["takes the refresh token, if the API has such", renewable, true],
  ])("%s", async (_, api, refreshes) => {
    const { keeper, place } = opened({ api });
    await keeper.current();
    expect(place.changes[0]).toStrictEqual({ type: "claimed", attempt: expect.any(String), timeout, refreshes });
  });

  test.each<[what: string, lasts: number, lose: "rejected" | "replaced" | undefined, sent: string[]]>([
    ["renews with the refresh token that it took", 600, undefined, ["refresh"]],
    ["logs in where that has ended", 60, undefined, ["login"]],
    ["logs in where it would extend what is rejected by now", 600, "rejected", ["refresh", "login"]],
    ["renews though another was rejected meanwhile", 600, "replaced", ["refresh"]],
  ])("%s", async (_, lasts, lose, sent) => {
    const api = { ...renewable, login: { ...renewable.login, refreshEnds: [{ in: lasts }] } };
    const { keeper, service, place } = opened({ api });
    service.body = { token: "T1", refresh: "R", in: 600 };
    const { id } = await keeper.current();
    await pass(500 * seconds);
    service.sent.length = 0;
    const thinking = underWay();
    Object.assign(service, { thinks: thinking.until, body: lasts === 600 ? {} : { token: "T2" } });
    void keeper.current();
    await pass();
    if (lose === "replaced") await place.others.change(grantOf(tokenOf("other"), "another"));
    if (lose) await place.others.change({ type: "rejected", token: lose === "replaced" ? "id of other" : id });
    service.body = { token: "T3", in: 600 };
    await thinking.end();
    expect(service.sent).toEqual(sent);
  });

  test("that is not granted is followed by nothing", async () => {
    const { keeper, service, place } = opened();
    const landing = underWay();
    const landed = place.change;
    place.change = (event) => landing.until.then(() => landed.call(place, event));
    const call = watched(keeper.current());
    await pass();
    await place.others.change(claim);
    await landing.end();
    expect([call.outcome, service.sent]).toEqual(["pending", []]);
  });
});

describe("waitUntil", () => {
  test("takes attempts, rejections, and what helped", async () => {
    const going: Promise<unknown>[] = [];
    const { keeper } = opened({ waitUntil: (work) => going.push(work) });
    const { id, value } = await keeper.current();
    expect(going.length).toBe(1);
    keeper.rejectValue(value);
    expect(going.length).toBe(2);
    keeper.helped(id, id);
    expect(going.length).toBe(3);
    expect(await Promise.all(going)).toMatchObject([undefined, { before: {} }, undefined]);
  });

  test("may throw", async () => {
    const waitUntil = () => {
      throw new Error("This request has left.");
    };
    expect((await opened({ waitUntil }).keeper.current()).value).toBe("T1");
  });

  test("may reject, which nobody has to handle", async () => {
    // A rejection that nobody handles fails the run.
    const waitUntil = (): Promise<never> => Promise.reject(new Error("This request has left."));
    expect((await opened({ waitUntil }).keeper.current()).value).toBe("T1");
  });
});

describe("a rejection", () => {
  test("makes the token that is held rejected, once", async () => {
    const { keeper, service, events, place } = await holding(0);
    const { id } = await keeper.current();
    const nothing = { began: false, isReplaced: true };
    expect([await keeper.rejected("another"), await opened().keeper.rejected(id)]).toEqual([nothing, nothing]);
    place.changes.length = 0;
    expect(await keeper.rejected(id)).toEqual({ began: true, isReplaced: true });
    expect(await keeper.rejected(id)).toEqual({ began: false, isReplaced: true });
    expect(place.changes).toStrictEqual([{ type: "rejected", token: id, byHand: false }]);
    expect(events).toEqual([{ type: "rejection", outcome: "replaced" }]);
    expect([(await keeper.current()).value, service.sent.length]).toEqual(["T2", 1]);
  });

  test("that comes soon after another leaves the token held", async () => {
    const { keeper, events } = await holding(0);
    await keeper.rejected((await keeper.current()).id);
    const { id } = await keeper.current();
    expect(await keeper.rejected(id)).toEqual({ began: false, isReplaced: false });
    expect(events.at(-1)).toEqual({ type: "rejection", outcome: "kept" });
  });

  test("is not soon after one that helped", async () => {
    const { keeper, place } = await holding(0);
    const { id } = await keeper.current();
    await keeper.rejected(id);
    const next = await keeper.current();
    keeper.helped(id, next.id);
    await pass(10 * seconds);
    expect(place.changes.at(-1)).toEqual({ type: "helped", rejected: id, token: next.id });
    expect(await keeper.rejected(next.id)).toEqual({ began: true, isReplaced: true });
  });

  test.each<[what: string, act: (all: Awaited<ReturnType<typeof holding>>) => unknown, comesTo: unknown]>([
    ["until it has landed", () => {}, { began: true, isReplaced: true }],
    ["unless the session is ended", ({ keeper }) => keeper.end(), { began: true, isReplaced: true }],
  ])("waits for what is being written, %s", async (_, act, comesTo) => {
    const all = await holding(0);
    const { keeper, place } = all;
    const { id } = await keeper.current();
    const landing = underWay();
    place.landing = landing.until;
    const call = watched(keeper.rejected(id));
    const later = watched(keeper.rejected(id));
    await pass(seconds);
    expect([call.outcome, later.outcome]).toEqual(["pending", "pending"]);
    act(all);
    await landing.end();
    expect(call.outcome).toEqual(comesTo);
    expect(later.outcome).toEqual({ began: false, isReplaced: true });
    await pass(250);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not wait for ever, nor longer than its caller", async () => {
    const { keeper, place } = await holding(0);
    const { id } = await keeper.current();
    place.landing = underWay().until;
    const controller = new AbortController();
    const [call, other] = [watched(keeper.rejected(id, controller.signal)), watched(keeper.rejected(id))];
    await pass(seconds);
    controller.abort();
    await pass();
    expect([call.outcome, other.outcome]).toEqual(["aborted", "pending"]);
    await pass(limit - seconds);
    expect([other.outcome, vi.getTimerCount()]).toEqual(["timeout", 0]);
  });

  test("by hand counts for the value that is held, and is no sign that the service rejects too often", async () => {
    const { keeper, events, place } = await holding(0);
    expect(() => opened().keeper.rejectValue("T1")).not.toThrow();
    expect(() => opened().keeper.rejectValue(undefined as unknown as string)).not.toThrow();
    keeper.rejectValue("another");
    await pass();
    expect(events).toEqual([]);
    for (let times = 0; times < 3; times++) {
      const { value, id } = await keeper.current();
      keeper.rejectValue(value);
      await pass();
      expect(place.changes.at(-1)).toEqual({ type: "rejected", token: id, byHand: true });
      expect(events.at(-1)).toEqual({ type: "rejection", outcome: "replaced" });
      await pass(30 * seconds);
    }
  });
});

describe("reset()", () => {
  test("forgets a wait, for all who share it", async () => {
    const { keeper, service, place } = opened();
    service.body = refusedBody;
    const call = watched(keeper.current());
    await pass();
    expect(call.outcome).toBe("refused");
    await keeper.reset();
    expect([place.others.look(), keeper.wait(Date.now())]).toEqual([{}, undefined]);
    expect(place.changes.at(-1)).toEqual({ type: "reset" });
  });

  test("asks a function whose login it is, once", async () => {
    let asked = 0;
    const source = () => {
      asked++;
      return right;
    };
    const { keeper, places } = opened({ source });
    await keeper.reset();
    await keeper.reset();
    expect([asked, places.length]).toEqual([1, 1]);
    expect(places[0]?.changes).toEqual([{ type: "reset" }, { type: "reset" }]);
  });

  test("waits where the function is being asked", async () => {
    const thinking = underWay();
    let asked = 0;
    const source = async () => {
      asked++;
      await thinking.until;
      return right;
    };
    const { keeper, service } = opened({ source });
    const call = watched(keeper.current());
    const reset = watched(keeper.reset());
    await pass(seconds);
    expect([reset.outcome, asked]).toEqual(["pending", 1]);
    await thinking.end();
    expect([reset.outcome, call.outcome, asked, service.sent]).toEqual([undefined, "T1", 1, ["login"]]);
  });

  test("does not wait for ever, and says what the function fails with", async () => {
    const cause = new Error("sealed");
    let fails = false;
    const source = () => (fails ? Promise.reject(cause) : right);
    const place = { ...testPlace(), landing: underWay().until };
    const { keeper } = opened({ source, openPlace: () => place });
    void keeper.current().catch(() => {});
    await pass();
    fails = true;
    const reset = watched(keeper.reset());
    await pass(limit - 1);
    expect(reset.outcome).toBe("pending");
    await pass(1);
    expect(reset.error).toMatchObject({ code: "credentials_unavailable", cause });
  });
});

describe("end()", () => {
  test("lets nobody in any more", async () => {
    const { keeper, service } = await holding(0);
    expect(keeper.isEnded).toBe(false);
    keeper.end();
    keeper.end();
    expect(keeper.isEnded).toBe(true);
    const calls = [keeper.current(), keeper.rejected("id"), keeper.reset()].map(watched);
    await pass();
    expect(calls.map(({ outcome }) => outcome)).toEqual(["ended", "ended", "ended"]);
    expect(() => keeper.assertNotEnded()).toThrow("ended");
    expect(() => keeper.rejectValue("T1")).toThrow("ended");
    expect([keeper.good(Date.now()), service.sent]).toEqual([undefined, []]);
  });

  test("ends what waits, also for another, and frees what is sent", async () => {
    const { keeper, service, events, place } = opened();
    service.thinks = underWay().until;
    const call = watched(keeper.current());
    await pass();
    keeper.end();
    await pass();
    expect([call.outcome, vi.getTimerCount()]).toEqual(["ended", 0]);
    expect(service.signals[0]?.reason).toMatchObject({ code: "aborted", cause: { code: "ended" } });
    expect(place.changes.map(({ type }) => type)).toEqual(["claimed"]);
    expect(events.map(({ type }) => type)).toEqual(["login"]);

    const other = opened();
    await other.place.others.change(claim);
    const waiting = watched(other.keeper.current());
    await pass();
    other.keeper.end();
    await pass(250);
    expect([waiting.outcome, other.service.sent, vi.getTimerCount()]).toEqual(["ended", [], 0]);
  });

  test("sends nothing for what was claimed, tells nothing of what was rejected, and opens nothing", async () => {
    const { keeper, service, place } = opened();
    const landing = underWay();
    place.landing = landing.until;
    const call = watched(keeper.current());
    await pass();
    keeper.end();
    await landing.end();
    expect([call.outcome, service.sent]).toEqual(["ended", []]);

    const held = await holding(0);
    const rejection = underWay();
    held.place.landing = rejection.until;
    held.keeper.rejectValue("T1");
    held.keeper.end();
    await rejection.end();
    expect(held.events).toEqual([]);

    const thinking = underWay();
    const source = () => thinking.until.then(() => right);
    const asking = opened({ source });
    const waiting = watched(asking.keeper.current());
    await pass();
    asking.keeper.end();
    await pass(250);
    expect(waiting.outcome).toBe("ended");
    await thinking.end();
    expect([asking.places, asking.events]).toEqual([[], []]);

    const resetting = opened({ source: () => new Promise<Credentials>(() => {}) });
    const reset = watched(resetting.keeper.reset());
    await pass();
    resetting.keeper.end();
    await pass(timeout);
    expect([reset.outcome, vi.getTimerCount()]).toEqual([undefined, 0]);
  });

  test("harms nobody where what is sent belongs to a request that has left", async () => {
    const { keeper, service, place } = opened();
    const landing = underWay();
    place.landing = landing.until;
    void keeper.current().catch(() => {});
    await pass();
    vi.spyOn(AbortController.prototype, "abort").mockImplementationOnce(() => {
      throw new Error("This request has left.");
    });
    expect(() => keeper.end()).not.toThrow();
    await landing.end();
    expect(service.sent).toEqual([]);
  });
});

describe("a function for the credentials", () => {
  const other: Credentials = { user: "user", password: "another" };

  /** A keeper whose function gives these, one after the other, the last of them for ever. */
  function asked(...given: (Credentials | Error)[]) {
    let count = 0;
    const all = opened({
      source() {
        count++;
        const next = given.length > 1 ? given.shift() : given[0];
        if (next instanceof Error) throw next;
        return next as Credentials;
      },
    });
    return { ...all, count: () => count };
  }

  test("is asked again once what it gave last is granted, and not while it fails", async () => {
    const { keeper, service, events, count } = asked(right, right, new Error("sealed"), right);
    service.body = { token: "T1", in: 20 };
    await keeper.current();
    await pass(16 * seconds);
    await keeper.current();
    await pass();
    expect(count()).toBe(2);
    service.body = { token: "T2", in: 600 };
    await pass(16 * seconds);
    await keeper.current();
    await pass();
    expect([count(), events.at(-1)]).toEqual([3, { type: "wait", duration: seconds, code: "credentials_unavailable" }]);
    await pass(seconds);
    await keeper.current();
    await pass(seconds);
    expect([count(), service.sent.length]).toEqual([3, 2]);
  });

  test("that fails looks whether others have renewed the token", async () => {
    const thinking = underWay();
    const given = [right];
    const { keeper, service, places } = opened({
      async source() {
        const [next] = given.splice(0);
        if (next) return next;
        await thinking.until;
        throw new Error("sealed");
      },
    });
    await keeper.current();
    await pass(590 * seconds);
    const call = watched(keeper.current());
    await pass(seconds);
    const [place] = places as [TestPlace];
    place.reads.length = 0;
    place.news = (others) => others.change(grantOf(tokenOf("theirs")));
    await thinking.end();
    expect([call.outcome, service.sent.length, place.reads]).toEqual(["theirs", 1, [0]]);
  });

  test("is asked for others than those that are refused, every 30 s", async () => {
    const { keeper, service, places, count } = asked(right, right, other);
    service.body = refusedBody;
    const outcomes: unknown[] = [];
    for (const wait of [0, 30 * seconds - 1, 1, 30 * seconds]) {
      await pass(wait);
      if (count() === 2) service.body = { token: "T2", in: 600 };
      const call = watched(keeper.current());
      await pass();
      outcomes.push([call.outcome, count(), service.sent.length]);
    }
    expect(outcomes).toEqual([
      ["refused", 1, 1],
      ["refused", 1, 1],
      ["refused", 2, 1],
      ["T2", 3, 2],
    ]);
    expect(service.sent).toEqual(["login", "login another"]);
    expect(places.length).toBe(2);
  });

  test("is asked by the first of several calls, and the others wait for that", async () => {
    const { keeper, service, places, count } = asked(right, other);
    service.body = refusedBody;
    await keeper.current().catch(() => {});
    await pass(30 * seconds);
    service.body = { token: "T2", in: 600 };
    const calls = [1, 2, 3].map(() => watched(keeper.current()));
    await pass(seconds);
    expect(calls.map(({ outcome }) => outcome)).toEqual(["T2", "T2", "T2"]);
    expect([count(), service.sent.length]).toEqual([2, 2]);
    // An attempt that finds that somebody asks would have read what others renewed.
    expect(places.flatMap(({ reads }) => reads)).not.toContain(0);
  });

  test("is not asked in a wait that is no refusal", async () => {
    const { keeper, service, count } = asked(right);
    Object.assign(service, { status: 503, headers: { "retry-after": "120" } });
    for (let times = 0; times < 2; times++) {
      const call = watched(keeper.current());
      await pass(40 * seconds);
      expect([call.outcome, count()]).toEqual(["refused", 1]);
    }
  });

  test("leaves a token in use until the one of other credentials is there", async () => {
    const { keeper, service } = asked(right, other);
    await keeper.current();
    await pass(480 * seconds);
    const thinking = underWay();
    Object.assign(service, { body: { token: "T2", in: 600 }, thinks: thinking.until });
    await keeper.current();
    await pass();
    expect(service.sent).toEqual(["login", "login another"]);
    expect(keeper.good(Date.now())?.value).toBe("T1");
    await thinking.end();
    expect(keeper.good(Date.now())?.value).toBe("T2");
  });

  test("whose wait is one of two is told of where nobody sends", async () => {
    const { keeper, places } = asked(right, new Error("sealed"));
    await keeper.current();
    await pass(480 * seconds);
    await keeper.current();
    await pass();
    const [place] = places;
    const now = () => Date.now();
    expect(keeper.wait(now())).toMatchObject({ why: { code: "credentials_unavailable" } });
    await place?.others.change(claim);
    expect(keeper.wait(now())).toMatchObject({ attempt: { id: "theirs" } });
    await place?.others.change({
      type: "failed",
      attempt: "theirs",
      row: "refused",
      why: { code: "redirected" },
      jitter: 0,
    });
    expect(keeper.wait(now())).toMatchObject({ why: { code: "credentials_unavailable" } });
    await pass(seconds);
    expect(keeper.wait(now())).toMatchObject({ why: { code: "redirected" } });
    await pass(2 * minutes);
    expect(keeper.wait(now())).toBeUndefined();
  });
});
