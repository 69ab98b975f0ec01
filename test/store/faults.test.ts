import { afterEach, describe, expect, test, vi } from "vitest";
import type { Session, SessionEvent, SessionOptions } from "../../src/session.ts";
import type { Lock } from "../../src/shared.ts";
import { createStore, type KeyValueStore } from "../../src/store.ts";
import { oneboxApi } from "../session/apis.ts";
import { goodPassword, sessionOf } from "../support/apis.ts";
import { days, seconds, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { memory, secret } from "../support/memory.ts";
import { Service } from "../support/service.ts";

const origin = "https://onebox.example";

/** A service as a function, so that time can stand still around it, and a session that tells what happens. */
function observed(keyv: KeyValueStore, { baseUrl = origin, ...options }: SessionOptions = {}) {
  const service = new Service(oneboxApi);
  const events: SessionEvent[] = [];
  const clock = testClock();
  const session = sessionOf(oneboxApi, {
    baseUrl,
    fetch: service.fetch,
    store: createStore(keyv, { secret }),
    clock,
    observe: (event) => events.push(event),
    ...options,
  });
  const heard = (type: "store" | "lock") =>
    events.flatMap((event) =>
      event.type !== type
        ? []
        : event.type === "store"
          ? [`${event.operation} ${event.outcome}`]
          : [String(event.outcome)],
    );
  return { service, session, clock, heard };
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => {});
const fail = () => Promise.reject(new Error("The store is down."));
const throws = () => {
  throw new Error("The store is down.");
};

describe("a store that is down costs a login, never an error", () => {
  test.each<[string, KeyValueStore]>([
    ["rejects", { get: fail, set: fail, delete: fail }],
    ["throws", { get: throws, set: throws, delete: throws }],
  ])("it %s", async (_, keyv) => {
    const { service, session, heard } = observed(keyv);
    expect((await session.token()).value).toBe(service.issued[0]);
    expect((await session.fetch("/")).status).toBe(200);
    expect(service.logins).toBe(1);
    expect(heard("store")).toEqual(["get failed", "set failed"]);
  });

  test("it is no Keyv at all", async () => {
    const { service, session, heard } = observed({} as KeyValueStore);
    expect((await session.token()).value).toBe(service.issued[0]);
    expect(heard("store")).toEqual(["get failed", "set failed"]);
  });

  test("it says so by `false`, as Keyv does", async () => {
    const { session, heard } = observed({ ...memory(), set: async () => false });
    await session.token();
    expect(heard("store")).toEqual(["get miss", "set failed"]);
  });

  test("a refusal is remembered all the same, and reset() works", async () => {
    const { service, session, heard } = observed({ get: fail, set: fail, delete: fail });
    service.refuse();
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(1);
    session.reset();
    service.login = () => service.grant();
    await session.token();
    expect(heard("store")).toEqual(["get failed", "set failed", "delete failed", "get failed", "set failed"]);
  });
});

describe("a store that is slow costs two seconds, then a login", () => {
  test.each([
    ["get", ["get timeout", "set done"]],
    ["set", ["get miss", "set timeout"]],
  ] as const)("%s never ends", async (operation, outcomes) => {
    fakeTimers();
    const asked = deferred();
    const { service, session, heard } = observed({
      ...memory(),
      [operation]() {
        asked.resolve();
        return never();
      },
    });
    const token = session.token();
    await asked.promise;
    await vi.advanceTimersByTimeAsync(2000);
    expect((await token).value).toBe(service.issued[0]);
    expect(service.logins).toBe(1);
    expect(heard("store")).toEqual(outcomes);
  });

  test("while it takes the token, the token is there for the next call", async () => {
    const storing = deferred();
    const { service, session } = observed({
      ...memory(),
      set() {
        storing.resolve();
        return never();
      },
    });
    const first = session.token();
    await storing.promise;
    expect((await session.token()).value).toBe(service.issued[0]);
    session.end();
    await expect(first).rejects.toMatchObject({ code: "ended" });
  });

  test("a token that is rejected while the store takes it is not used again", async () => {
    const [storing, stored] = [deferred(), deferred()];
    const { service, session, clock } = observed({
      ...memory(),
      async set() {
        storing.resolve();
        await stored.promise;
      },
    });
    const first = session.token();
    await storing.promise;
    clock.move(1);
    service.revoke();
    const rejected = session.fetch("/");
    await service.callsReach(1);
    const late = session.fetch("/");
    stored.resolve();
    expect((await first).value).toBe(service.issued[1]);
    for (const each of [rejected, late]) expect((await each).status).toBe(200);
    expect(service.logins).toBe(2);
    expect(service.calls(service.issued[0])).toBeLessThanOrEqual(2);
  });

  test("a token that is over by the time that the store has taken it is not given to a later call", async () => {
    const [storing, stored] = [deferred(), deferred()];
    const { service, session, clock } = observed({
      ...memory(),
      async set() {
        storing.resolve();
        await stored.promise;
      },
    });
    const first = session.token();
    await storing.promise;
    clock.move(days);
    const later = session.token();
    stored.resolve();
    expect([(await first).value, (await later).value]).toEqual(service.issued);
  });

  test("an answer that comes too late is not heard", async () => {
    fakeTimers();
    const keyv = memory();
    const answer = deferred<unknown>();
    const { service, session } = observed({ ...keyv, get: () => answer.promise });
    const token = session.token();
    await vi.advanceTimersByTimeAsync(2000);
    const { value } = await token;
    answer.resolve([...keyv.entries.values()][0]);
    expect((await session.token()).value).toBe(value);
    expect(service.logins).toBe(1);
  });
});

describe("a store that returns garbage costs a login", () => {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(200))).toString("base64");

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a number", 7],
    ["an object", { value: "x" }],
    ["bytes", Buffer.from("x")],
    ["nothing", ""],
    ["no base64", "%%%"],
    ["too little", "AAAA"],
    ["a nonce alone", "AAAAAAAAAAAAAAAA"],
    ["what was never sealed", random],
    ["JSON", JSON.stringify({ from: 0, refreshFrom: 0, grant: { value: "planted" } })],
  ])("%s", async (_, entry) => {
    const { service, session, heard } = observed({ ...memory(), get: async () => entry });
    expect((await session.token()).value).toBe(service.issued[0]);
    expect(heard("store")).toEqual(["get miss", "set done"]);
  });

  const grant = { value: "planted" };
  test.each<[string, unknown]>([
    ["a list", []],
    ["another version", { version: 2 }],
    ["a token without its instant", { grant, refreshFrom: 0 }],
    ["a token without that of its refresh token", { grant, from: 0 }],
    ["an instant that is text", { grant, from: "0", refreshFrom: 0 }],
    ["a token that no header can carry", { grant: { value: "a\nb" }, from: 0, refreshFrom: 0 }],
    ["a lifetime that is text", { grant: { ...grant, lifetime: "1" }, from: 0, refreshFrom: 0 }],
    ["a refresh token that is none", { grant: { ...grant, refresh: "x" }, from: 0, refreshFrom: 0 }],
    ["a refresh token with a blank", { grant: { ...grant, refresh: { value: "a b" } }, from: 0, refreshFrom: 0 }],
    ["a refusal without a reason", { refusal: { code: "1", message: "" }, from: Date.UTC(2030, 0, 1) }],
  ])("sealed by a session of another version: %s", async (_, content) => {
    const keyv = memory();
    const { service, session, heard } = observed(keyv);
    const means = { lock: undefined, timeout: undefined, clock: Date.now, tell: () => {} };
    const credentials = { email: "userdemo@example.com", password: goodPassword, siteId: 1691 };
    const shared = createStore(keyv, { secret }).share({ api: "onebox", origin, credentials }, means);
    await shared.write(content as Parameters<typeof shared.write>[0]);
    expect(keyv.entries.size).toBe(1);
    expect((await session.token()).value).toBe(service.issued[0]);
    expect(heard("store")).toEqual(["get miss", "set done"]);
  });

  test("another session's entry", async () => {
    const keyv = memory();
    const other = observed(keyv, { baseUrl: "https://other.example" });
    await other.session.token();
    const entry = [...keyv.entries.values()][0];
    const { service, session, heard } = observed({ ...memory(), get: async () => entry });
    service.login = () => {
      service.issued.push("not the other's");
      return service.grant();
    };
    expect((await session.token()).value).not.toBe(other.service.issued[0]);
    expect(heard("store")).toEqual(["get miss", "set done"]);
  });

  test("a token that is of tomorrow, by another machine's clock", async () => {
    const keyv = memory();
    const ahead = testClock();
    ahead.move(days);
    await observed(keyv, { clock: ahead }).session.token();
    const { service, session, heard } = observed(keyv);
    await session.token();
    expect(service.logins).toBe(1);
    expect(heard("store")).toEqual(["get hit", "set done"]);
    expect(session.state.status).toBe("ready");
  });
});

describe("a lock that fails or takes too long is gone without", () => {
  const cases: [string, Lock, string][] = [
    ["rejects", fail, "failed"],
    ["throws", throws, "failed"],
    ["ends without ever calling run", (async () => {}) as unknown as Lock, "failed"],
    ["gives no promise", (() => {}) as unknown as Lock, "failed"],
    ["calls run", (_, run) => run(), "acquired"],
    ["calls run twice", async (_, run) => [await run(), await run()][1] as never, "acquired"],
    ["calls run twice at once", async (_, run) => (await Promise.all([run(), run()]))[0], "acquired"],
    [
      "calls run and rejects",
      async (_, run) => {
        await run();
        throw new Error("The lock cannot be released.");
      },
      "acquired",
    ],
    [
      "calls run and throws",
      (_, run) => {
        run();
        throw new Error("The lock cannot be released.");
      },
      "acquired",
    ],
    [
      "calls run and never ends",
      (_, run) => {
        run();
        return never();
      },
      "acquired",
    ],
  ];

  test.each(cases)("it %s: one login, and the observer hears of it", async (_, lock, outcome) => {
    const { service, session, heard } = observed(memory(), { lock });
    expect((await session.token()).value).toBe(service.issued[0]);
    expect(service.logins).toBe(1);
    expect(heard("lock")).toEqual([outcome]);
  });

  test.each(cases)("it %s while the login is refused: one login", async (_, lock, outcome) => {
    const { service, session, heard } = observed(memory(), { lock });
    service.refuse();
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect(service.logins).toBe(1);
    expect(heard("lock")).toEqual([outcome]);
  });

  test("it takes longer than the timeout of the client, and calls run when all is over: one login", async () => {
    fakeTimers();
    const [waiting, acquire, over] = [deferred(), deferred(), deferred()];
    const { service, session, heard } = observed(memory(), {
      timeout: 5 * seconds,
      async lock(_, run) {
        waiting.resolve();
        await acquire.promise;
        return run().finally(() => over.resolve());
      },
    });
    const token = session.token();
    await waiting.promise;
    await vi.advanceTimersByTimeAsync(5 * seconds - 1);
    expect(service.logins).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect((await token).value).toBe(service.issued[0]);
    acquire.resolve();
    await over.promise;
    expect(service.logins).toBe(1);
    expect(heard("lock")).toEqual(["timeout"]);
  });

  test("its name tells nothing, and is the same in every process with the same login", async () => {
    const keyv = memory();
    const names: string[] = [];
    const lock: Lock = (name, run) => {
      names.push(name);
      return run();
    };
    const [one, two, other] = [{}, {}, { baseUrl: "https://other.example" }].map((options) =>
      observed(keyv, { lock, ...options }),
    ) as [ReturnType<typeof observed>, ReturnType<typeof observed>, ReturnType<typeof observed>];
    await one.session.token();
    keyv.entries.clear();
    await two.session.token();
    await other.session.token();
    expect(names).toHaveLength(3);
    expect(names[0]).toBe(names[1]);
    expect(names[2]).not.toBe(names[0]);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test("what another has stored while the lock was waited for is taken", async () => {
    const keyv = memory();
    const other = observed(keyv);
    const { service, session, heard } = observed(keyv, {
      async lock(_, run) {
        await other.session.token();
        return run();
      },
    });
    expect(await session.token()).toEqual(await other.session.token());
    expect(service.logins).toBe(0);
    expect(heard("store")).toEqual(["get miss", "get hit"]);
  });

  test("a caller who aborts waits for no lock, the login that it was for is not made, and the next call does not wait for it", async () => {
    const acquire = deferred();
    const over = deferred();
    const { service, session } = observed(memory(), {
      async lock(_, run) {
        await acquire.promise;
        return run().finally(() => over.resolve());
      },
    });
    const controller = new AbortController();
    const aborted = session.token({ signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    const next = session.token();
    acquire.resolve();
    await over.promise;
    expect((await next).value).toBe(service.issued[0]);
    expect(service.logins).toBe(1);
  });

  test("a session that is ended while it waits for the lock makes no login, and stores nothing", async () => {
    const keyv = memory();
    const waiting = deferred();
    const acquire = deferred();
    const over = deferred();
    const { service, session }: { service: Service; session: Session } = observed(keyv, {
      async lock(_, run) {
        waiting.resolve();
        await acquire.promise;
        return run().finally(() => over.resolve());
      },
    });
    const token = session.token();
    await waiting.promise;
    session.end();
    await expect(token).rejects.toMatchObject({ code: "ended" });
    acquire.resolve();
    await over.promise;
    expect([service.logins, keyv.entries.size]).toEqual([0, 0]);
  });

  test("a session that is ended when its login is answered stores nothing", async () => {
    const keyv = memory();
    const { service, session } = observed(keyv, {
      observe(event) {
        if (event.type === "login") session.end();
      },
    });
    await expect(session.token()).rejects.toMatchObject({ code: "ended" });
    // What it stored would be there before what another stores after it.
    await observed(keyv, { baseUrl: "https://other.example" }).session.token();
    expect([service.logins, keyv.entries.size]).toEqual([1, 1]);
  });
});
