import { describe, expect, test } from "vitest";
import type { SessionEvent, SessionOptions } from "../../src/session.ts";
import { createStore } from "../../src/store.ts";
import type { ApiUnderTest } from "../support/apis.ts";
import { minutes, seconds, testClock } from "../support/clock.ts";
import { memory, secret } from "../support/memory.ts";
import { running } from "../support/running.ts";
import { esignonApi, oneboxApi, refreshLoginApi } from "./apis.ts";

/** A session whose clock moves on by as much as each answer of the service takes. */
async function observed(api: ApiUnderTest, options: SessionOptions = {}) {
  const clock = testClock();
  const events: SessionEvent[] = [];
  const { service, session } = await running(api, { lifetime: 1800, refreshLifetime: 14_400 });
  service.login = () => {
    clock.move(250);
    return service.grant();
  };
  const observe = (event: SessionEvent) => events.push(event);
  return { clock, service, session: session({ clock, observe, ...options }), heard: () => events.splice(0) };
}

describe("observe reports, with durations and outcomes,", () => {
  test("a login", async () => {
    const { session, heard } = await observed(oneboxApi);
    await session.token();
    await session.token();
    expect(heard()).toEqual([{ type: "login", duration: 250, outcome: "success" }]);
  });

  test("a renewal, and the login that it falls back to", async () => {
    const { clock, service, session, heard } = await observed(refreshLoginApi);
    await session.token();
    heard();
    clock.move(30 * minutes);
    service.refresh = () => {
      clock.move(100);
      return { status: 200, body: { result: { code: 0 } } };
    };
    await session.token();
    expect(heard()).toEqual([{ type: "renewal", duration: 100, outcome: "success" }]);

    clock.move(30 * minutes);
    service.refresh = () => ({ status: 200, body: { result: { code: 1 } } });
    await session.token();
    expect(heard()).toEqual([
      { type: "renewal", duration: 0, outcome: "unknown" },
      { type: "login", duration: 250, outcome: "success" },
    ]);
  });

  test("a refusal that lasts, once", async () => {
    const { service, session, heard } = await observed(oneboxApi);
    service.refuse();
    for (const _ of [1, 2]) await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect(heard()).toEqual([
      { type: "login", duration: 0, outcome: "invalid_credentials" },
      { type: "refusal", reason: "invalid_credentials" },
    ]);
  });

  test("a refusal that does not last, and its pause", async () => {
    const { service, session, heard } = await observed(esignonApi);
    service.login = () => ({ status: 503, body: "" });
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect(heard()).toEqual([
      { type: "login", duration: 0, outcome: "server_error" },
      { type: "refusal", reason: "server_error" },
      { type: "pause", duration: 30 * seconds, reason: "refusal" },
    ]);
  });

  test("what kept the service from answering", async () => {
    const { service, session, heard } = await observed(oneboxApi);
    service.login = () => Promise.reject(new Error("The connection breaks."));
    await expect(session.token()).rejects.toMatchObject({ code: "network" });
    expect(heard()).toEqual([{ type: "login", duration: 0, outcome: "network" }]);
  });

  test("a rejection, the login that it leads to, and the pause that follows if that does not help", async () => {
    const { service, session, heard } = await observed(oneboxApi);
    service.resource = () => ({ status: 401, body: "" });
    await session.fetch("/");
    expect(heard()).toEqual([
      { type: "login", duration: 250, outcome: "success" },
      { type: "rejection", outcome: "renewing" },
      { type: "login", duration: 250, outcome: "success" },
      { type: "rejection", outcome: "kept" },
      { type: "pause", duration: 30 * seconds, reason: "rejection" },
    ]);
    await session.fetch("/");
    expect(heard()).toEqual([{ type: "rejection", outcome: "kept" }]);
  });

  test("what it asks of the store, and of the lock", async () => {
    const keyv = memory();
    const store = createStore(keyv, { secret });
    const first = await observed(oneboxApi, { store, lock: (_, run) => run() });
    await first.session.token();
    expect(first.heard()).toEqual([
      { type: "store", operation: "get", duration: 0, outcome: "miss" },
      { type: "lock", duration: 0, outcome: "acquired" },
      { type: "store", operation: "get", duration: 0, outcome: "miss" },
      { type: "login", duration: 250, outcome: "success" },
      { type: "store", operation: "set", duration: 0, outcome: "done" },
    ]);
  });

  test("a refusal that another process was told", async () => {
    const { service, session } = await running(oneboxApi);
    const store = createStore(memory(), { secret });
    service.refuse();
    await expect(session({ store }).token()).rejects.toMatchObject({ code: "refused" });
    const events: SessionEvent[] = [];
    const other = session({ store, clock: testClock(Date.now()), observe: (event) => events.push(event) });
    await expect(other.token()).rejects.toMatchObject({ code: "refused" });
    expect(events).toEqual([
      { type: "store", operation: "get", duration: 0, outcome: "hit" },
      { type: "refusal", reason: "invalid_credentials" },
    ]);
    other.reset();
    await expect.poll(() => events.length).toBe(3);
    expect(events[2]).toEqual({ type: "store", operation: "delete", duration: 0, outcome: "done" });
  });
});

describe("what the observer throws is ignored", () => {
  test.each<[string, () => unknown]>([
    [
      "at once",
      () => {
        throw new Error("The observer fails.");
      },
    ],
    ["later", () => Promise.reject(new Error("The observer fails."))],
  ])("%s", async (_, observe) => {
    const { service, session } = await running(oneboxApi);
    service.resource = () => ({ status: 401, body: "" });
    const failing = session({ observe: observe as () => void, store: createStore(memory(), { secret }) });
    expect((await failing.fetch("/")).status).toBe(401);
    service.refuse();
    expect((await failing.token()).value).toBe(service.issued[1]);
  });
});

test("state says where the session stands, and asks for nothing", async () => {
  const { clock, service, session } = await observed(oneboxApi);
  expect(session.state).toEqual({ status: "empty" });
  await session.token();
  expect(session.state).toEqual({
    status: "ready",
    obtainedAt: new Date(clock()),
    renewAt: new Date(clock() + 29.5 * minutes),
  });
  clock.move(29.5 * minutes);
  expect(session.state).toEqual({ status: "empty" });
  session.end();
  expect(session.state).toEqual({ status: "ended" });
  expect(service.logins).toBe(1);
});
