import Keyv from "keyv";
import { describe, expect, test } from "vitest";
import { createStore } from "../../src/store.ts";
import { esignonApi, headerLoginApi, oneboxApi, refreshLoginApi } from "../session/apis.ts";
import { apis } from "../support/apis.ts";
import { days, hours, minutes, seconds, testClock } from "../support/clock.ts";
import { memory, secret } from "../support/memory.ts";
import { running } from "../support/running.ts";

/** Sessions of one service that share a store, as those of several processes do. */
async function sharing(api = oneboxApi, grants?: { lifetime: number; refreshLifetime?: number }) {
  const keyv = memory();
  const clock = testClock();
  const started = await running(api, grants);
  return {
    ...started,
    keyv,
    clock,
    open: (options = {}) => started.session({ store: createStore(keyv, { secret }), clock, ...options }),
  };
}

describe.each(apis)("many processes share tokens: $name", (api) => {
  test("what one has logged in for, the others take, as it is", async () => {
    const { service, open } = await sharing(api);
    const first = await open().token();
    const second = open();
    expect(await second.token()).toEqual(first);
    expect((await second.fetch("/")).status).toBe(200);
    expect(service.logins).toBe(1);
  });

  test("a rejected token is replaced for all by one login", async () => {
    const { service, clock, open } = await sharing(api);
    const [one, two] = [open(), open()];
    await one.token();
    await two.token();
    service.revoke();
    clock.move(1);
    for (const session of [one, two, open()]) expect((await session.fetch("/")).status).toBe(200);
    expect(service.logins).toBe(2);
  });

  test("with another password nothing opens", async () => {
    const { service, open, keyv } = await sharing(api);
    await open().token();
    service.refuse();
    await expect(open({ password: "wrong-password" }).token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(2);
    expect(keyv.entries.size).toBe(2);
  });
});

describe("a token that is shared", () => {
  test("keeps the instant that its reply named", async () => {
    const { service, open } = await sharing(esignonApi);
    const { body } = esignonApi.success(1, service.grants) as { body: { body: object } };
    service.login = () => ({
      status: 200,
      body: { ...body, body: { ...body.body, expire_date: "2031-01-01T00:00:00Z" } },
    });
    const { expiresAt } = await open().token();
    expect(expiresAt).toBeInstanceOf(Date);
    expect((await open().token()).expiresAt).toEqual(expiresAt);
    expect(service.logins).toBe(1);
  });

  test("ages on in every process alike", async () => {
    const { service, clock, open } = await sharing();
    const first = await open().token();
    clock.move(29 * minutes);
    const late = open();
    expect(await late.token()).toEqual(first);
    clock.move(30 * seconds);
    await late.token();
    expect(service.logins).toBe(2);
  });

  test("is taken where it is newer, and never over a newer one", async () => {
    const { service, keyv, clock, open } = await sharing();
    const [one, two] = [open(), open()];
    await one.token();
    const old = [...keyv.entries];
    clock.move(1);
    service.revoke();
    await two.token();
    await two.fetch("/");
    await one.fetch("/");
    expect(await one.token()).toEqual(await two.token());
    expect(service.logins).toBe(2);

    // The store has lost what was newer; what it has left would be good for long.
    for (const [name, sealed] of old) keyv.entries.set(name, sealed);
    service.arrived.length = 0;
    service.revoke();
    clock.move(1);
    expect((await one.fetch("/")).status).toBe(200);
    expect(service.issued.map((token) => service.calls(token))).toEqual([0, 1, 1]);
  });

  test("does not bring back a refresh token that may be spent", async () => {
    const { service, clock, keyv, open } = await sharing(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14_400 });
    const session = open();
    await session.token();
    clock.move(30 * minutes);
    service.refresh = () => Promise.reject(new Error("The connection breaks."));
    await expect(session.token()).rejects.toMatchObject({ code: "network" });
    // Another has extended it in the meantime, as long as it was good.
    const entry = [...keyv.entries];
    service.refresh = () => ({ status: 200, body: { result: { code: 0 } } });
    await open().token();
    expect([...keyv.entries]).not.toEqual(entry);
    clock.move(30 * minutes);
    await session.token();
    expect([service.logins, service.renewals]).toEqual([2, 2]);
  });

  /** A session, and in the store a token that another has got since and that is too old already. */
  async function withOldToken() {
    const { service, clock, keyv, open } = await sharing();
    service.grants = { lifetime: 3600 };
    const session = open();
    const storeOldToken = async () => {
      keyv.entries.clear();
      clock.move(1);
      service.grants = { lifetime: 60 };
      await open().token();
      service.grants = { lifetime: 3600 };
      clock.move(2 * minutes);
      return service.logins;
    };
    return { service, clock, session, storeOldToken };
  }

  test("that is too old already does not hide that the next came because of a rejection", async () => {
    const { service, session, storeOldToken } = await withOldToken();
    await session.token();
    const logins = await storeOldToken();
    service.resource = () => ({ status: 401, body: "" });
    for (const _ of [1, 2, 3]) expect((await session.fetch("/")).status).toBe(401);
    expect(service.logins).toBe(logins + 1);
  });

  test("that is too old already is no success: a pause goes on doubling", async () => {
    const { service, clock, session, storeOldToken } = await withOldToken();
    const { login } = service;
    const refused = async () => {
      service.login = () => ({ status: 503, body: "" });
      await expect(session.token()).rejects.toMatchObject({ code: "refused" });
      service.login = login;
    };
    await refused();
    const logins = await storeOldToken();
    await refused();
    expect(service.logins).toBe(logins + 1);
    clock.move(60 * seconds - 1);
    await refused();
    expect(service.logins).toBe(logins + 1);
    clock.move(1);
    await session.token();
  });

  test("is not taken if it was rejected", async () => {
    const { service, clock, keyv, open } = await sharing();
    const one = open();
    await one.token();
    service.revoke();
    // The same token in an entry that seems newer.
    clock.move(1);
    const other = open();
    keyv.entries.clear();
    service.login = () => {
      service.issued.pop();
      return service.grant();
    };
    await other.token();
    service.login = () => service.grant();
    await one.fetch("/");
    expect(service.logins).toBe(3);
    expect(service.calls(service.issued[0])).toBe(1);
  });

  test("that came for a rejected one and is rejected as well, is kept", async () => {
    const { service, clock, open } = await sharing();
    service.resource = () => ({ status: 401, body: "" });
    const [one, two] = [open(), open()];
    await one.token();
    await two.token();
    for (const session of [one, two, one, two]) {
      clock.move(1);
      expect((await session.fetch("/")).status).toBe(401);
    }
    expect(service.logins).toBe(2);
  });

  test("is renewed by the refresh token that came with it, also where it is too old itself", async () => {
    const { service, clock, open } = await sharing(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14_400 });
    await open().token();
    clock.move(hours);
    const extended = await open().token();
    expect(extended.value).toBe(service.issued[0]);
    expect([service.logins, service.renewals]).toEqual([1, 1]);
    expect(await open().token()).toEqual(extended);
    expect([service.logins, service.renewals]).toEqual([1, 1]);
  });

  test.each([
    { api: oneboxApi, grants: { lifetime: 900 }, lifetime: 900 * seconds },
    { api: esignonApi, grants: { lifetime: 900 }, lifetime: hours },
    { api: refreshLoginApi, grants: { lifetime: 900, refreshLifetime: 7200 }, lifetime: 2 * hours },
    { api: refreshLoginApi, grants: { lifetime: 7200, refreshLifetime: 900 }, lifetime: 2 * hours },
  ])("is stored for as long as it is of use: $api.name, $grants", async ({ api, grants, lifetime }) => {
    const { keyv, open } = await sharing(api, grants);
    await open().token();
    expect(keyv.lifetimes).toEqual([lifetime]);
  });

  test("is stored for whole milliseconds", async () => {
    const { keyv, open } = await sharing(esignonApi);
    await open({ lifetime: 1500.25 }).token();
    expect(keyv.lifetimes).toEqual([1501]);
  });
});

describe("refusals that last are shared too", () => {
  test("one login with a wrong password, whatever the number of processes", async () => {
    const { service, open } = await sharing();
    service.refuse();
    for (let process = 0; process < 10; process++) {
      const session = open();
      await expect(session.token()).rejects.toMatchObject({
        code: "refused",
        outcome: { reason: "invalid_credentials" },
      });
      expect(session.state).toEqual({ status: "refused" });
    }
    expect(service.logins).toBe(1);
  });

  test("an hour at most, also in a store that does not forget", async () => {
    const { service, clock, keyv, open } = await sharing();
    service.refuse();
    await expect(open().token()).rejects.toMatchObject({ code: "refused" });
    expect(keyv.lifetimes).toEqual([hours]);
    clock.move(hours - 1);
    await expect(open().token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(1);
    clock.move(1);
    await expect(open().token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(2);
  });

  test("until reset(): it forgets the one that is shared", async () => {
    const { service, keyv, open } = await sharing();
    service.refuse();
    const [one, two] = [open(), open()];
    await expect(one.token()).rejects.toMatchObject({ code: "refused" });
    await expect(two.token()).rejects.toMatchObject({ code: "refused" });
    service.login = () => service.grant();
    two.reset();
    await expect.poll(() => keyv.entries.size).toBe(0);
    const token = await open().token();
    expect(await two.token()).toEqual(token);
    await expect(one.token()).rejects.toMatchObject({ code: "refused" });
    one.reset();
    expect((await one.token()).value).toBeDefined();
  });

  test("reset() allows the next login also where the store cannot forget", async () => {
    const { service, keyv, clock, open } = await sharing();
    keyv.delete = async () => false;
    service.refuse();
    const session = open();
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    session.reset();
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(2);
    clock.move(1);
    session.reset();
    service.login = () => service.grant();
    await session.token();
    expect(service.logins).toBe(3);
  });

  test("those that do not last are not, and reset() leaves another's token in the store", async () => {
    const { service, clock, keyv, open } = await sharing();
    service.login = () => ({ status: 503, body: "" });
    const paused = open();
    await expect(paused.token()).rejects.toMatchObject({ code: "refused" });
    expect(keyv.entries.size).toBe(0);
    service.login = () => service.grant();
    clock.move(1);
    const token = await open().token();
    paused.reset();
    expect(await paused.token()).toEqual(token);
    expect(service.logins).toBe(2);
  });

  test("a token that is newer takes a refusal's place", async () => {
    const { service, open } = await sharing();
    const token = await open().token();
    service.refuse();
    expect(await open().token()).toEqual(token);
  });
});

describe("createStore takes any object with Keyv's get, set and delete", () => {
  test.each([
    ["Keyv", () => new Keyv()],
    ["a Map", () => new Map() as unknown as ReturnType<typeof memory>],
  ])("%s", async (_, make) => {
    const { service, session } = await running(oneboxApi);
    const store = createStore(make(), { secret });
    const token = await session({ store }).token();
    expect(await session({ store }).token()).toEqual(token);
    expect(service.logins).toBe(1);
  });

  test.each([
    ["bytes", crypto.getRandomValues(new Uint8Array(32))],
    ["text of 32 bytes and more", "é".repeat(16)],
    ["a Buffer", Buffer.alloc(64, "secret")],
  ])("with a secret of %s", async (_, own) => {
    const { service, session } = await running(oneboxApi);
    const keyv = memory();
    const open = () => session({ store: createStore(keyv, { secret: own }) });
    const token = await open().token();
    expect(await open().token()).toEqual(token);
    expect(service.logins).toBe(1);
  });

  test.each([
    ["31 bytes", new Uint8Array(31)],
    ["31 characters", "x".repeat(31)],
    ["nothing", ""],
    ["none at all", undefined as unknown as string],
    ["a number", 32 as unknown as string],
  ])("a secret of %s is refused", (_, short) => {
    expect(() => createStore(memory(), { secret: short })).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test("a secret that is changed afterwards is not", async () => {
    const { service, session } = await running(oneboxApi);
    const keyv = memory();
    const bytes = new Uint8Array(32).fill(7);
    const store = createStore(keyv, { secret: bytes });
    bytes.fill(0);
    const token = await session({ store }).token();
    expect(await session({ store: createStore(keyv, { secret: new Uint8Array(32).fill(7) }) }).token()).toEqual(token);
    expect(service.logins).toBe(1);
  });

  test("a lock without a store is refused", async () => {
    const { session } = await running(oneboxApi);
    expect(() => session({ lock: (_, run) => run() })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

test("a session that is ended leaves the shared token to the others", async () => {
  const { service, open } = await sharing(headerLoginApi);
  const one = open();
  const token = await one.token();
  one.end();
  expect(await open().token()).toEqual(token);
  expect(service.logins).toBe(1);
});

test("a clock set back by a day costs a login, not every token that is shared", async () => {
  const { service, clock, open } = await sharing();
  const one = open();
  await one.token();
  clock.move(-days);
  const token = await one.token();
  expect(await open().token()).toEqual(token);
  expect(await one.token()).toEqual(token);
  expect(service.logins).toBe(2);
});
