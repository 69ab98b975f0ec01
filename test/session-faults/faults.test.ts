import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import type { SessionStore } from "../../src/store/place.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { sharedPlace } from "../../src/store/shared.ts";
import { json, right, startLoginService } from "../support/login-service.ts";
import { memoryRecords } from "../support/memory-records.ts";
import { serve } from "../support/serve.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.UTC(2030, 0, 1);

function together<Result>(times: number, call: () => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, call));
}

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "fine",
    ({ code }: LoginError) => code,
  );
}

function sharing(records: RecordStore): SessionStore {
  return { place: ({ credentials }, means) => sharedPlace(records, JSON.stringify(credentials), means) };
}

const wrong = json({ error: "wrong" });

describe("a wrong password is sent once", () => {
  test("by 20 calls with deadlines of their own, one after the other", async () => {
    const service = await startLoginService();
    service.login = (outgoing, arrival) => setTimeout(() => wrong(outgoing, arrival), 300);
    const { token } = service.session();
    const codes: string[] = [];
    for (let call = 0; call < 20; call++) codes.push(await codeOf(token({ signal: AbortSignal.timeout(100) })));
    expect(service.logins).toBe(1);
    expect(codes[0]).toBe("aborted");
    expect(codes.at(-1)).toBe("refused");
  });

  test("by sessions that share a record, though the first that asked has left", async () => {
    const service = await startLoginService();
    service.login = wrong;
    const store = sharing(memoryRecords());
    const sessions = Array.from({ length: 10 }, () => service.session({ store }));
    const codes = await Promise.all(sessions.map(({ token }) => codeOf(token())));
    expect([service.logins, new Set(codes)]).toEqual([1, new Set(["refused"])]);
  });

  test("and says how it is lifted; reset() lifts it for all, other credentials for themselves", async () => {
    const service = await startLoginService();
    const good = service.login;
    service.login = wrong;
    let now = start;
    const store = sharing(memoryRecords(() => now));
    const [one, two] = [service.session({ store, clock: () => now }), service.session({ store, clock: () => now })];
    const error: LoginError = await one.token().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("reset()") });
    expect([error.retryAt, error.outcome?.reason]).toEqual([undefined, "invalid_credentials"]);
    expect([await codeOf(two.token()), one.state.status]).toEqual(["refused", "refused"]);
    service.login = good;
    expect(await codeOf(service.session({ store }, { ...right, password: "another" }).token())).toBe("fine");
    now += 700 * hour;
    expect(await codeOf(two.token())).toBe("refused");
    await one.reset();
    expect(await codeOf(one.token())).toBe("fine");
    now += 6 * second;
    expect([await codeOf(two.token()), service.logins]).toEqual(["fine", 3]);
  });
});

describe("what never left is tried again after a second", () => {
  test("a service that nobody reaches", async () => {
    let now = start;
    const closed = await serve(() => {});
    await closed.close();
    const session = (await startLoginService()).session({ baseUrl: closed.url, clock: () => now });
    const error: LoginError = await session.token().catch((thrown) => thrown);
    expect([error.code, error.retryAt]).toEqual(["network", new Date(start + second)]);
    now += second;
    expect((await session.token().catch((thrown) => thrown)).retryAt).toEqual(new Date(now + 2 * second));
  });

  test("nor a browser without a network, whatever its `fetch` fails with", async () => {
    const service = await startLoginService();
    const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    const retryAt = async () => {
      const session = service.session({ clock: () => start, fetch });
      return (await session.token().catch((thrown: LoginError) => thrown)) as LoginError;
    };
    vi.stubGlobal("navigator", { onLine: false });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await retryAt()).toMatchObject({ code: "network", retryAt: new Date(start + second) });
    vi.stubGlobal("navigator", { onLine: true });
    expect((await retryAt()).retryAt?.getTime()).toBeGreaterThanOrEqual(start + 24 * second);
  });
});

describe("a renewal never costs a working call", () => {
  test("a service that is away before a token's end, and for the rest of its life", async () => {
    let now = start;
    const service = await startLoginService();
    service.login = json({ token: "one", in: 600 });
    const { token, events } = service.session({ clock: () => now });
    await token();
    service.login = (outgoing) => outgoing.writeHead(503).end();
    now += 575 * second;
    for (; now < start + 600 * second - 1; now += 500) expect((await token()).value).toBe("one");
    expect(events.some(({ type }) => type === "kept")).toBe(true);
    service.login = json({ token: "two", in: 600 });
    now = start + 600 * second;
    expect((await token()).value).toBe("two");
  });

  test("nobody waits for it, until the last 10 seconds, and then for half of what is left", async () => {
    let now = start;
    const service = await startLoginService();
    const good = service.login;
    service.login = json({ token: "one", in: 600 });
    const { token } = service.session({ clock: () => now });
    await token();
    service.login = () => {};
    now += 580 * second;
    expect((await token()).value).toBe("one");
    now = start + 599_600;
    const before = performance.now();
    expect((await token()).value).toBe("one");
    expect(performance.now() - before).toBeGreaterThan(150);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(service.logins).toBe(2);
    service.login = good;
  });
});

describe("a token is remembered for as long as it is good", () => {
  const jwtOf = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.x`;

  test("an already old JWT ends when it ends, not an hour after it came", async () => {
    const service = await startLoginService();
    const issued = start / second - 3000;
    const value = jwtOf({ iat: issued, exp: issued + 3600 });
    service.login = json({ token: value }, 200, { date: new Date(start).toUTCString() });
    const { token } = service.session({ clock: () => start + 5 * hour });
    expect((await token()).expiresAt).toEqual(new Date(start + 5 * hour + 10 * minute));
  });

  test("a clock that is set back makes nothing last longer than it did", async () => {
    let now = start;
    const service = await startLoginService();
    const { token } = service.session({ clock: () => now });
    await token();
    now -= 24 * hour;
    expect((await token()).expiresAt).toEqual(new Date(now + hour));
    service.login = (outgoing) => outgoing.writeHead(503).end();
    const waiting = service.session({ clock: () => now });
    const error: LoginError = await waiting.token().catch((thrown) => thrown);
    const length = (error.retryAt?.getTime() ?? 0) - now;
    now -= 24 * hour;
    const later: LoginError = await waiting.token().catch((thrown) => thrown);
    expect((later.retryAt?.getTime() ?? 0) - now).toBeCloseTo(length, 0);
  });

  test("a refusal is not held against a process that others have a token for since", async () => {
    let now = start;
    const clock = () => now;
    const service = await startLoginService();
    const good = service.login;
    const store = sharing(memoryRecords(clock));
    const [one, two] = [service.session({ store, clock }), service.session({ store, clock })];
    service.login = json({ error: "locked" });
    expect(await codeOf(one.token())).toBe("refused");
    service.login = good;
    await two.reset();
    const { value } = await two.token();
    now += 30 * minute;
    expect((await one.token()).value).toBe(value);
  });
});

describe("a store that is slow, or away", () => {
  /** Records whose every answer can be held back. */
  function held(clock: () => number) {
    const records = memoryRecords(clock);
    let delay = 0;
    const later = async <Result>(work: () => Promise<Result>) => {
      await sleep(delay);
      return work();
    };
    return {
      read: (name: string) => later(() => records.read(name)),
      swap: (...args: Parameters<RecordStore["swap"]>) => later(() => records.swap(...args)),
      hold(milliseconds: number) {
        delay = milliseconds;
      },
    };
  }

  test("a token told rejected whose write is under way pauses calls, and starts no attempt", async () => {
    const service = await startLoginService();
    const records = held(Date.now);
    const session = service.session({ store: sharing(records) });
    const first = await session.token();
    records.hold(300);
    session.reject(first);
    const before = performance.now();
    const [one, two] = await Promise.all([session.token(), session.token()]);
    expect([one.value, two.value, service.logins]).toEqual(["token-2", "token-2", 2]);
    expect(performance.now() - before).toBeGreaterThan(600);
    session.reject(one);
    expect([(await session.token()).value, service.logins]).toEqual(["token-2", 2]);
  });

  test("what an attempt brought is used at once, while it is written", async () => {
    const service = await startLoginService();
    const records = held(Date.now);
    const good = service.login;
    service.login = (outgoing, arrival) => {
      records.hold(1_500);
      good(outgoing, arrival);
    };
    const before = performance.now();
    await service.session({ store: sharing(records) }).token();
    expect(performance.now() - before).toBeLessThan(1_400);
  });

  test("is not away because this process stood still, and so saw the answer late", async () => {
    const service = await startLoginService();
    const inner = memoryRecords();
    const records: RecordStore = {
      async read(name) {
        await readFile(import.meta.filename);
        return inner.read(name);
      },
      swap: inner.swap,
    };
    const session = service.session({ store: sharing(records) });
    const token = session.token();
    await sleep(0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    await token;
    expect(session.events.filter(({ type }) => type === "store")).toEqual([]);
  });

  test("each process is on its own while it is away, and a refusal of that time stays", async () => {
    let now = start;
    const service = await startLoginService();
    const records = memoryRecords(() => now);
    let isAway = true;
    const failing: RecordStore = {
      read: async (name) => (isAway ? Promise.reject(new Error("away")) : records.read(name)),
      swap: async (...args) => (isAway ? Promise.reject(new Error("away")) : records.swap(...args)),
    };
    const clock = () => now;
    const [one, two] = [
      service.session({ store: sharing(failing), clock }),
      service.session({ store: sharing(failing), clock }),
    ];
    service.login = wrong;
    expect([await codeOf(one.token()), service.logins]).toEqual(["refused", 1]);
    isAway = false;
    now += 31 * second;
    expect([await codeOf(one.token()), await codeOf(two.token()), service.logins]).toEqual(["refused", "refused", 1]);
    expect(one.events.flatMap((event) => (event.type === "store" ? [event.outcome] : []))).toEqual(["away", "back"]);
  });
});

describe("credentials from a function", () => {
  test("are asked for when they are needed, and may change", async () => {
    let now = start;
    const service = await startLoginService();
    const given = [right, { ...right, password: "newer" }];
    let asked = 0;
    const { token } = service.session({ clock: () => now }, () => given[asked++] ?? right);
    await token();
    await token();
    expect(asked).toBe(1);
    now += 2 * hour;
    await token();
    expect([asked, service.logins]).toEqual([2, 2]);
  });

  test("that fails makes a wait of its own, and costs no working call", async () => {
    let now = start;
    const service = await startLoginService();
    const cause = new Error("sealed");
    let isSealed = true;
    const { token } = service.session({ clock: () => now }, () => {
      if (isSealed) throw cause;
      return right;
    });
    const error: LoginError = await token().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "credentials_unavailable", cause });
    expect([error.retryAt, service.logins]).toEqual([new Date(start + second), 0]);
    isSealed = false;
    expect(await codeOf(token())).toBe("credentials_unavailable");
    now += second;
    expect(await codeOf(token())).toBe("fine");
    isSealed = true;
    now += hour - second;
    expect(await codeOf(token())).toBe("fine");
  });

  test("are asked for every 30 s while those that it gave are refused", async () => {
    let now = start;
    const service = await startLoginService();
    const good = service.login;
    service.login = wrong;
    let given = right;
    let asked = 0;
    const { token } = service.session({ clock: () => now }, () => {
      asked++;
      return given;
    });
    for (let call = 0; call < 5; call++) expect(await codeOf(token())).toBe("refused");
    expect([asked, service.logins]).toEqual([1, 1]);
    now += 30 * second;
    for (let call = 0; call < 5; call++) expect(await codeOf(token())).toBe("refused");
    expect([asked, service.logins]).toEqual([2, 1]);
    given = { ...right, password: "newer" };
    service.login = good;
    now += 30 * second;
    expect([await codeOf(token()), service.logins]).toEqual(["fine", 2]);
  });

  test("that are wrong, and come by turns, are sent once each", async () => {
    let now = start;
    const service = await startLoginService();
    service.login = wrong;
    let asked = 0;
    const { token } = service.session({ clock: () => now }, () => ({ ...right, password: `wrong-${asked++ % 3}` }));
    for (; asked < 9; now += 30 * second) expect(await codeOf(token())).toBe("refused");
    expect(service.logins).toBe(3);
  });

  test("are asked for once by calls that come at once, and by reset() where they were not yet", async () => {
    const service = await startLoginService();
    const store = sharing(memoryRecords());
    const good = service.login;
    service.login = wrong;
    expect(await codeOf(service.session({ store }).token())).toBe("refused");
    service.login = good;
    let asked = 0;
    const session = service.session({ store }, () => {
      asked++;
      return right;
    });
    await session.reset();
    expect([asked, service.logins]).toEqual([1, 1]);
    expect(new Set(await together(5, () => codeOf(session.token())))).toEqual(new Set(["fine"]));
    expect([asked, service.logins]).toEqual([2, 2]);
  });
});

describe("end()", () => {
  test("is final, for calls that wait too, and leaves nothing behind", async () => {
    const service = await startLoginService();
    service.login = () => {};
    const { token, fetch, end, state } = service.session();
    const waiting = [codeOf(token()), codeOf(fetch("/a"))];
    while (service.logins === 0) await sleep(5);
    end();
    expect(await Promise.all(waiting)).toEqual(["ended", "ended"]);
    expect([await codeOf(token()), await codeOf(fetch("/a"))]).toEqual(["ended", "ended"]);
    expect(state.status).toBe("empty");
  });
});

test("an option that does not exist is refused before anything is sent", async () => {
  const service = await startLoginService();
  expect(() => service.session({ lifeTime: 5 } as never)).toThrow("invalid_argument: lifeTime is no option");
  expect(() => service.session({ lifetime: 0 })).toThrow("invalid_argument");
  expect(() => service.session({ allowedOrigins: ["http://other.example"] })).toThrow("insecure_url");
  expect(() => service.session({}, { user: "user" } as never)).toThrow("invalid_argument: password is missing");
});
