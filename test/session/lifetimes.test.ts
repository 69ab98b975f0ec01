import { describe, expect, onTestFinished, test, vi } from "vitest";
import { apis, sessionOf } from "../support/apis.ts";
import { days, hours, minutes, seconds, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { running } from "../support/running.ts";
import { Service } from "../support/service.ts";
import { esignonApi, headerLoginApi, oneboxApi, refreshLoginApi } from "./apis.ts";

const stated = [
  { api: refreshLoginApi, says: "expires_in" },
  { api: oneboxApi, says: "the exp − iat of a JWT" },
  { api: headerLoginApi, says: "the documented lifetime" },
];

describe.each(stated)("lifetimes run from the moment the reply arrived, on what the reply says: $says", ({ api }) => {
  test("and not from when it was asked for", async () => {
    const clock = testClock();
    const { service, session } = await running(api);
    const arrived = deferred();
    const release = deferred();
    service.login = async () => {
      arrived.resolve();
      await release.promise;
      return service.grant();
    };
    const kept = session({ clock });
    const asked = kept.token();
    await arrived.promise;
    clock.move(20 * minutes);
    release.resolve();
    const { expiresAt } = await asked;
    expect(expiresAt?.getTime()).toBe(clock() + 30 * minutes);
    expect(kept.state).toEqual({
      status: "ready",
      obtainedAt: new Date(clock()),
      renewAt: new Date(clock() + 29.5 * minutes),
    });
  });

  test.each([-365 * days, 0, 365 * days])(
    "never by comparing the server's clock with this one: %d ms apart",
    async (offset) => {
      const clock = testClock(1_000_000_000_000 + offset);
      const { service, session } = await running(api);
      const { token } = session({ clock });
      await token();
      clock.move(29 * minutes);
      await token();
      expect(service.logins).toBe(1);
      clock.move(1 * minutes);
      await token();
      expect(service.logins).toBe(2);
    },
  );
});

describe("a token is renewed early by min(30 s, 10 % of the lifetime)", () => {
  test.each([
    { lifetime: 1800, margin: 30 * seconds },
    { lifetime: 300, margin: 30 * seconds },
    { lifetime: 100, margin: 10 * seconds },
    { lifetime: 1, margin: 0.1 * seconds },
  ])("$lifetime s: by $margin ms", async ({ lifetime, margin }) => {
    const clock = testClock();
    const { service, session } = await running(oneboxApi, { lifetime });
    const { token } = session({ clock });
    await token();
    clock.move(lifetime * seconds - margin - 1);
    await token();
    expect(service.logins).toBe(1);
    clock.move(1);
    await token();
    expect(service.logins).toBe(2);
  });
});

describe("a token of an API that says no lifetime", () => {
  test("is used until it is rejected", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    const { token, fetch } = session({ clock });
    const { expiresAt } = await token();
    expect(expiresAt).toBeUndefined();
    clock.move(300 * days);
    await token();
    expect(service.logins).toBe(1);
    service.revoke();
    expect((await fetch("/")).status).toBe(200);
    expect(service.logins).toBe(2);
  });

  test("lasts as long as the option `lifetime` says", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    const { token } = session({ clock, lifetime: hours });
    expect((await token()).expiresAt).toEqual(new Date(clock() + hours));
    clock.move(hours - 30 * seconds);
    await token();
    expect(service.logins).toBe(2);
  });

  test("the option does not replace what an API says", async () => {
    const clock = testClock();
    const { session } = await running(oneboxApi);
    expect((await session({ clock, lifetime: hours }).token()).expiresAt).toEqual(new Date(clock() + 30 * minutes));
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 366 * days])("no lifetime: %d", async (lifetime) => {
    const { session } = await running(esignonApi);
    expect(() => session({ lifetime })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

describe.each(apis)("time jumps: $name", (api) => {
  const lifetime = 30 * minutes;

  test.each([
    ["a sleep of ten hours", 10 * hours],
    ["a clock set forward by a day", days],
    ["a clock set back by a day", -days],
  ])("%s does not keep a dead token", async (_, jump) => {
    const clock = testClock();
    const { service, session } = await running(api);
    const { token, fetch } = session({ clock, lifetime });
    await token();
    clock.move(jump);
    service.revoke();
    expect((await fetch("/")).status).toBe(200);
    expect(service.logins).toBe(2);
    expect(service.calls(service.issued[0])).toBe(0);
  });

  test.each([
    ["forward", days],
    ["back", -days],
  ])("a clock set %s by a day does not throw away good tokens for ever", async (_, jump) => {
    const clock = testClock();
    const { service, session } = await running(api);
    const { token } = session({ clock, lifetime });
    await token();
    clock.move(jump);
    await token();
    clock.move(20 * minutes);
    await token();
    expect(service.logins).toBe(2);
  });

  test("a clock that goes back by seconds throws nothing away", async () => {
    const clock = testClock();
    const { service, session } = await running(api);
    const { token } = session({ clock, lifetime });
    await token();
    clock.move(-20 * seconds);
    await token();
    expect(service.logins).toBe(1);
  });

  test.each([days, -days])("a pause does not outlast a clock that moves by %d ms", async (jump) => {
    const clock = testClock();
    const { service, session } = await running(api);
    const { token } = session({ clock });
    service.login = () => new Response(null, { status: 503 });
    await expect(token()).rejects.toMatchObject({ code: "refused" });
    service.login = () => service.grant();
    clock.move(jump);
    await token();
    expect(service.logins).toBe(2);
  });
});

test("no timers: none is pending when a call is over", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { fetch } = new Service(oneboxApi);
  const { token } = sessionOf(oneboxApi, { baseUrl: "https://onebox.example", fetch });
  await token();
  expect(vi.getTimerCount()).toBe(0);
});

test("a token is the caller's own: changing it changes no other", async () => {
  const { service, session } = await running(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14400 });
  const { token, fetch } = session();
  const mine = await token();
  mine.value = "changed";
  mine.header.value = "Bearer changed";
  expect((await token()).header.value).toBe(`Bearer ${service.issued[0]}`);
  expect((await fetch("/")).status).toBe(200);
});
