import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createClient, createKeyv } from "@keyv/redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { SessionEvent } from "../../src/session.ts";
import { createStore } from "../../src/store.ts";
import { oneboxApi, refreshLoginApi } from "../session/apis.ts";
import { goodPassword } from "../support/apis.ts";
import { hours, minutes, testClock } from "../support/clock.ts";
import { secret } from "../support/memory.ts";
import { type Bundled, bundleRecipes, readRecipe } from "../support/recipes.ts";
import { hasRedis, howToGetRedis, type Redis, startRedis } from "../support/redis.ts";
import { running } from "../support/running.ts";

if (!hasRedis) process.stdout.write(`test/store/redis.test.ts: ${howToGetRedis}\n`);

describe.skipIf(!hasRedis)("with a real Redis, through Keyv's own adapter", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  /** Redis as whoever reads it sees it. */
  async function reader() {
    const client = createClient({ url: redis.url });
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => client.destroy());
    return client;
  }

  beforeEach(async () => {
    await (await reader()).flushAll();
  });

  function connect(url = redis.url) {
    const client = createClient({ url, commandOptions: { timeout: 1000 } });
    const keyv = createKeyv(client, { throwOnErrors: true });
    for (const each of [client, keyv]) each.on("error", () => {});
    onTestFinished(() => client.destroy());
    return { client, store: createStore(keyv, { secret }) };
  }
  const openStore = () => connect().store;

  test("sessions share a token, for as long as it is of use", async () => {
    const { service, session } = await running(oneboxApi);
    const [one, two] = [session({ store: openStore() }), session({ store: openStore() })];
    const token = await one.token();
    expect(await two.token()).toEqual(token);
    expect(service.logins).toBe(1);

    const client = await reader();
    const [key = "", ...others] = await client.keys("*");
    expect(others).toEqual([]);
    const left = await client.pTTL(key);
    expect(left).toBeGreaterThan(29 * minutes);
    expect(left).toBeLessThanOrEqual(30 * minutes);
  });

  test("a refusal is shared for an hour, and reset() takes it away", async () => {
    const { service, session } = await running(oneboxApi);
    service.refuse();
    const [one, two] = [session({ store: openStore() }), session({ store: openStore() })];
    for (const each of [one, two]) await expect(each.token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(1);
    const client = await reader();
    const [key = ""] = await client.keys("*");
    expect(await client.pTTL(key)).toBeGreaterThan(59 * minutes);
    two.reset();
    service.login = () => service.grant();
    const token = await two.token();
    expect(await session({ store: openStore() }).token()).toEqual(token);
  });

  test("its content, read by someone else: no token, password, e-mail or user name, in keys or values", async () => {
    const people = await running(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14_400 });
    const sites = await running(oneboxApi);
    await people.session({ store: openStore() }).token();
    await sites.session({ store: openStore() }).token();
    sites.service.refuse();
    await sites
      .session({ store: openStore(), password: "wrong-password" })
      .token()
      .catch(() => {});

    const client = await reader();
    const keys = await client.keys("*");
    const values = await Promise.all(keys.map((key) => client.get(key)));
    expect(keys).toHaveLength(3);
    const dump = [...keys, ...values.map(String)];
    const sealed = dump.flatMap((text) => text.match(/[A-Za-z0-9+/=]{40,}/g) ?? []);
    expect(sealed).toHaveLength(6);
    const texts = [...dump, ...sealed.map((text) => Buffer.from(text, "base64").toString("latin1"))].join("\n");
    const secrets = [
      ...people.service.issued,
      ...sites.service.issued,
      "refresh-token-1",
      goodPassword,
      "wrong-password",
      "userdemo@example.com",
      "userdemo",
      "user-1",
      "not authorized",
      "127.0.0.1",
      "onebox",
      "refresh-login",
      secret,
    ];
    for (const text of secrets) {
      expect(texts).not.toContain(text);
      expect(texts).not.toContain(Buffer.from(text).toString("base64").replace(/=*$/, "").slice(0, -1));
    }
  });

  test("when it goes away a login is made, the observer hears of it, and it is used again when it is back", async () => {
    const first = await startRedis();
    const clock = testClock();
    const events: SessionEvent[] = [];
    const { service, session } = await running(oneboxApi);
    const { client, store } = connect(first.url);
    const { token } = session({ store, clock, observe: (event) => events.push(event) });
    const heard = () =>
      events.splice(0).flatMap((event) => (event.type === "store" ? [`${event.operation} ${event.outcome}`] : []));

    await token();
    expect(heard()).toEqual(["get miss", "set done"]);
    await first.stop();
    clock.move(hours);
    expect((await token()).value).toBe(service.issued[1]);
    expect(heard()).toEqual([
      expect.stringMatching(/^get (failed|timeout)$/),
      expect.stringMatching(/^set (failed|timeout)$/),
    ]);

    // Not `once` of node:events, which would reject with the first failed attempt to connect.
    const back = new Promise((resolve) => client.once("ready", resolve));
    const second = await startRedis(first.port);
    onTestFinished(() => second.stop());
    await back;
    clock.move(hours);
    const { value } = await token();
    expect(heard()).toEqual(["get miss", "set done"]);
    expect((await session({ store: connect(second.url).store, clock }).token()).value).toBe(value);
    expect(service.logins).toBe(3);
  });

  /** What a processor takes a while to load fifty times; it has no part in what is tested. */
  const warmingUp = `
    import { createClient, createKeyv } from "@keyv/redis";
    import { createSession } from "login-apis/onebox";
    import { createStore } from "login-apis/store";
    const fetch = async (input) => globalThis.fetch("data:application/json,%7B%22token%22:%22any%22%7D");
    const store = createStore(new Map(), { secret: "x".repeat(32) });
    await createSession({ email: "", password: "", siteId: 0, fetch, store }).fetch("/");
    export default createKeyv;`;

  describe("50 processes, cold", () => {
    const processes: ChildProcess[] = [];
    let recipes: Bundled;

    beforeAll(async () => {
      const recipe = await readRecipe("session.ts");
      const unlocked = recipe.replace(/^ {4}lock,\n/m, "");
      expect(unlocked).not.toBe(recipe);
      // A file for each test, so that each opens sessions of its own.
      recipes = await bundleRecipes(recipe, recipe, unlocked, warmingUp);
      const file = fileURLToPath(new URL("process.mjs", import.meta.url));
      processes.push(...Array.from({ length: 50 }, () => fork(file, { execArgv: [] })));
      await tell({ open: recipes.files[3] });
    });
    afterAll(async () => {
      for (const each of processes) each.kill();
      await recipes.remove();
    });
    afterEach(() => {
      expect(processes.filter(({ exitCode }) => exitCode !== null)).toEqual([]);
    });

    const tell = (message: object) =>
      Promise.all(
        processes.map(async (each) => {
          const answer = once(each, "message");
          each.send(message);
          const [said] = await answer;
          return said as { token?: string; status?: number; code?: string };
        }),
      );

    /** What each process says, that opens its session at the same time as all others. */
    async function start(file: string | undefined, ONEBOX_URL: string, ONEBOX_PASSWORD = goodPassword) {
      const env = { ONEBOX_URL, ONEBOX_PASSWORD, REDIS_URL: redis.url, TOKEN_SECRET: secret };
      await tell({ open: file, env });
      return tell({});
    }

    const digest = (token = "") => createHash("sha256").update(token).digest("hex");

    test("with a lock: one login in all", async () => {
      const { service, url } = await running(oneboxApi);
      const said = await start(recipes.files[0], url);
      expect(service.logins).toBe(1);
      expect(said).toEqual(Array.from({ length: 50 }, () => ({ token: digest(service.issued[0]), status: 200 })));
    });

    test("with a lock and a wrong password: one login in all, and all are refused", async () => {
      const { service, url } = await running(oneboxApi);
      service.refuse();
      const said = await start(recipes.files[1], url, "wrong-password");
      expect(service.logins).toBe(1);
      expect(said).toEqual(Array.from({ length: 50 }, () => ({ code: "refused" })));
    });

    test("without a lock: at most one login per process, and all end up with a good token", async () => {
      const { service, url } = await running(oneboxApi);
      const said = await start(recipes.files[2], url);
      expect(service.logins).toBeGreaterThan(0);
      expect(service.logins).toBeLessThanOrEqual(50);
      const good = service.issued.map(digest);
      for (const { token, status } of said) expect([good.includes(String(token)), status]).toEqual([true, 200]);
    });
  });
});
