import { describe, expect, test } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import { apis, sessionOf } from "../support/apis.ts";
import { hours, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { resultsOf, running } from "../support/running.ts";
import { Service } from "../support/service.ts";
import { oneboxApi, refreshLoginApi } from "./apis.ts";

const lifetime = hours;

/** A service whose logins wait, and a session that has already asked for one. */
async function waiting() {
  const { service, session } = await running(oneboxApi);
  const arrival = deferred<AbortSignal>();
  const release = deferred();
  service.login = async ({ signal }) => {
    arrival.resolve(signal);
    await release.promise;
    return service.grant();
  };
  return { service, session: session(), arrival: arrival.promise, release: release.resolve };
}

describe.each(apis)("one login at a time, shared by all who wait: $name", (api) => {
  test("10,000 concurrent token() on a cold session are one login, on an expired token one renewal", async () => {
    const clock = testClock();
    const { service, session } = await running(api);
    const { token } = session({ clock, lifetime });

    expect(await resultsOf(10_000, () => token())).toEqual([service.issued[0]]);
    expect(service.logins).toBe(1);

    clock.move(2 * hours);
    expect(await resultsOf(10_000, () => token())).toEqual([service.issued[1]]);
    expect(service.logins).toBe(2);
  });
});

test("1,000 concurrent session.fetch on a cold session are one login, on an expired token one renewal", async () => {
  const clock = testClock();
  const { service, session } = await running(oneboxApi);
  const { fetch } = session({ clock, lifetime });

  expect(await resultsOf(1000, (index) => fetch(`/calls/${index}`))).toEqual([200]);
  expect(service.logins).toBe(1);

  clock.move(2 * hours);
  expect(await resultsOf(1000, (index) => fetch(`/calls/${index}`))).toEqual([200]);
  expect(service.logins).toBe(2);
  expect(service.issued.map((issued) => service.calls(issued))).toEqual([1000, 1000]);
});

describe("aborting", () => {
  test("one waiter's abort does not cancel the others'", async () => {
    const { service, session, arrival, release } = await waiting();
    const leaving = new AbortController();
    const left = [session.token({ signal: leaving.signal }), session.fetch("/", { signal: leaving.signal })];
    const staying = [session.token(), session.token({ signal: new AbortController().signal })];
    await arrival;

    leaving.abort();
    for (const each of left) await expect(each).rejects.toMatchObject({ name: "LoginError", code: "aborted" });
    release();
    for (const each of staying) expect((await each).value).toBe(service.issued[0]);
    expect(service.logins).toBe(1);
    expect(service.calls()).toBe(0);
  });

  test("the abort of all who wait aborts the login, and the next call makes another", async () => {
    const { service, session, arrival, release } = await waiting();
    const controllers = [new AbortController(), new AbortController()];
    const left = controllers.map(({ signal }) => session.token({ signal }));
    const login = await arrival;
    const closed = new Promise((resolve) => login.addEventListener("abort", resolve));

    for (const controller of controllers) controller.abort();
    for (const each of left) await expect(each).rejects.toMatchObject({ code: "aborted" });
    await closed;

    release();
    service.login = () => service.grant();
    expect((await session.token()).value).toBe(service.issued.at(-1));
    expect(service.logins).toBe(2);
  });

  test("a call whose signal is aborted already makes no login", async () => {
    const { service, session } = await running(oneboxApi);
    const { token, fetch } = session();
    const signal = AbortSignal.abort();
    await expect(token({ signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(fetch("/", { signal })).rejects.toMatchObject({ code: "aborted" });
    await token();
    expect(service.logins).toBe(1);
  });

  test("an abort between two calls leaves the next alone", async () => {
    const { service, session } = await running(oneboxApi);
    const { token } = session();
    const controller = new AbortController();
    const first = await token({ signal: controller.signal });
    controller.abort();
    expect(await token()).toEqual(first);
    expect(service.logins).toBe(1);
  });
});

describe("end() forgets the token", () => {
  test("every later call rejects with `ended`, and no request is made", async () => {
    const { service, session } = await running(oneboxApi);
    const ended = session();
    await ended.token();
    ended.end();
    await expect(ended.token()).rejects.toMatchObject({ code: "ended" });
    await expect(ended.fetch("/")).rejects.toMatchObject({ code: "ended" });
    ended.reset();
    await expect(ended.token()).rejects.toMatchObject({ code: "ended" });
    expect(ended.state).toEqual({ status: "ended" });
    expect([service.logins, service.calls()]).toEqual([1, 0]);
  });

  test("also one that is still on its way: all who wait are told, and the login is aborted", async () => {
    const { session, arrival, release } = await waiting();
    const waiters = [session.token(), session.token(), session.fetch("/")];
    const login = await arrival;
    const closed = new Promise((resolve) => login.addEventListener("abort", resolve));
    session.end();
    for (const each of waiters) await expect(each).rejects.toMatchObject({ code: "ended" });
    await closed;
    release();
    expect(session.state).toEqual({ status: "ended" });
  });

  test("a call that is under way keeps the reply that it has", async () => {
    const { service, session } = await running(oneboxApi);
    const ending = session();
    service.resource = () => {
      ending.end();
      return { status: 401, body: {} };
    };
    expect((await ending.fetch("/")).status).toBe(401);
    expect(service.logins).toBe(1);
  });

  test("whenever it comes, no token is given and none is sent afterwards", async () => {
    // With a service that answers at once, every moment of a call is one of these.
    const moments = Array.from({ length: 300 }, (_, moment) => moment);
    const last = await Promise.all(
      moments.map(async (moment) => {
        const service = new Service(refreshLoginApi);
        let [given, sent] = [0, 0];
        const ending = sessionOf(refreshLoginApi, {
          baseUrl: "https://service.example",
          fetch(input, init) {
            sent++;
            return service.fetch(input, init);
          },
        });
        const ends = (call: Promise<unknown>) => call.catch((error: LoginError) => expect(error.code).toBe("ended"));
        const calls = [ends(ending.token().then(() => given++)), ends(ending.fetch("/"))];
        for (let turn = 0; turn < moment; turn++) await undefined;
        const sentBefore = sent;
        ending.end();
        // A promise that was kept when the end came tells so a turn later.
        for (let turn = 0; turn < 2; turn++) await undefined;
        const givenBefore = given;
        await Promise.all(calls);
        expect([given, sent]).toEqual([givenBefore, sentBefore]);
        return given;
      }),
    );
    expect([last[0], last.at(-1)]).toEqual([0, 1]);
  });
});
