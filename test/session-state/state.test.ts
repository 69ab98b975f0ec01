import { describe, expect, onTestFinished, test } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import { openSession, type SessionEvent, type SessionOptions } from "../../src/session/session.ts";
import { ownPlace, type SessionStore } from "../../src/store/place.ts";
import { hours, minutes, seconds, testClock } from "../support/clock.ts";
import { apiOf, type Credentials, right } from "../support/login-service.ts";

type Source = Parameters<typeof openSession<Credentials>>[1];

/** A session whose every login is answered by a plain function, on a clock that stands still. */
function opened(options: SessionOptions = {}, source: Source = right) {
  const clock = testClock();
  const events: SessionEvent[] = [];
  const service = { status: 200, body: { token: "T", in: 600 } as object, sent: 0 };
  const session = openSession(apiOf(), source, {
    baseUrl: "https://service.example",
    clock,
    observe: (event) => events.push(event),
    fetch: async (url, { headers }) => {
      if (!url.endsWith("/login")) return new Response(headers.authorization);
      service.sent++;
      return Response.json(service.body, { status: service.status });
    },
    ...options,
  });
  onTestFinished(() => session.end());
  const error = (): Promise<LoginError> =>
    session.token().then(
      () => Promise.reject(new Error("It has a token.")),
      (thrown) => thrown,
    );
  return { clock, events, service, session, error };
}

describe("state", () => {
  test("is empty, ready, and ready although a wait is on", async () => {
    const { clock, service, session } = opened();
    const start = clock();
    expect(session.state).toEqual({ status: "empty" });
    await session.token();
    const ready = { status: "ready", obtainedAt: new Date(start), renewAt: new Date(start + 8 * minutes) };
    expect(session.state).toEqual(ready);
    service.status = 400;
    clock.move(595 * seconds);
    await session.token();
    expect(session.state).toEqual({ ...ready, retryAt: new Date(start + 10 * minutes) });
    clock.move(5 * seconds);
    expect(session.state).toEqual({ status: "empty" });
  });

  test("of a token without an end is ready, and says no time of renewal", async () => {
    const { clock, service, session } = opened();
    service.body = { token: "T" };
    await session.token();
    expect(session.state).toEqual({ status: "ready", obtainedAt: new Date(clock()) });
  });

  test("is refused for ever after a wrong password", async () => {
    const { service, session, error } = opened();
    service.body = { error: "wrong" };
    expect((await error()).retryAt).toBeUndefined();
    expect(session.state).toEqual({ status: "refused" });
  });

  test.each<[what: string, status: number, body: object, expected: string, length: number]>([
    ["another refusal", 200, { error: "locked" }, "refused", hours],
    ["no answer", 503, {}, "waiting", 30 * seconds],
  ])("after %s says until when", async (_, status, body, expected, length) => {
    const { clock, service, session, error } = opened();
    Object.assign(service, { status, body });
    const { retryAt } = await error();
    expect(session.state).toEqual({ status: expected, retryAt });
    const wait = (retryAt?.getTime() ?? 0) - clock();
    expect(wait).toBeGreaterThanOrEqual(length * 0.8);
    expect(wait).toBeLessThanOrEqual(length * 1.2);
  });

  test("is waiting after a function that failed, and ended after the end", async () => {
    const { clock, session, error } = opened({}, () => Promise.reject(new Error("sealed")));
    await error();
    expect(session.state).toEqual({ status: "waiting", retryAt: new Date(clock() + seconds) });
    session.end();
    expect(session.state).toEqual({ status: "ended" });
  });
});

describe("token()", () => {
  test("says how it is sent, and when it ends", async () => {
    const { clock, service, session } = opened();
    const header = { name: "Authorization", value: "Bearer T" };
    expect(await session.token()).toEqual({ value: "T", header, expiresAt: new Date(clock() + 10 * minutes) });
    const endless = opened();
    endless.service.body = { token: "T" };
    expect(await endless.session.token()).toEqual({ value: "T", header });
    expect(service.sent).toBe(1);
  });

  test("says of a refresh token when that ends, if anything does", async () => {
    const login = { ...apiOf().login, refreshToken: "$response.body#/refresh" } as const;
    const told = async (refreshEnds: readonly { in: number }[]) => {
      const fetch = async () => Response.json({ token: "T", refresh: "R" });
      const session = openSession({ ...apiOf(), login: { ...login, refreshEnds } }, right, {
        baseUrl: "https://service.example",
        fetch,
        clock: () => 0,
      });
      return (await session.token()).refresh;
    };
    expect(await told([])).toEqual({ value: "R" });
    expect(await told([{ in: 60 }])).toEqual({ value: "R", expiresAt: new Date(minutes) });
  });
});

describe("what a wait is told as", () => {
  test.each<[what: string, status: number, body: object, message: string]>([
    ["a wrong password", 200, { error: "wrong" }, "refused: invalid_credentials; reset() or other credentials lift it"],
    ["another refusal", 200, { error: "locked" }, "refused: not_permitted"],
    ["a page", 404, {}, "unexpected_reply: HTTP 404"],
    ["a redirect", 302, {}, "redirected"],
  ])("%s", async (_, status, body, message) => {
    const { service, error } = opened();
    Object.assign(service, { status, body });
    const first = await error();
    const second = await error();
    expect([first.message, second.message, service.sent]).toEqual([message, message, 1]);
    expect(first.outcome?.code).toBe("error" in body ? body.error : undefined);
  });

  test("the cause of a function that failed, and no other", async () => {
    const cause = new Error("sealed");
    expect((await opened({}, () => Promise.reject(cause)).error()).cause).toBe(cause);
    const { service, error } = opened();
    service.status = 404;
    expect(Object.hasOwn(await error(), "cause")).toBe(false);
  });
});

describe("observe", () => {
  test("is told of every request, wait, rejection and token that is kept", async () => {
    const { clock, events, service, session } = opened();
    await session.token();
    service.status = 400;
    clock.move(595 * seconds);
    await session.token();
    await session.token();
    clock.move(5 * seconds);
    Object.assign(service, { status: 200, body: { error: "wrong" } });
    await session.token().catch(() => {});
    await session.reset();
    service.body = { token: "U" };
    session.reject(await session.token());
    session.reject({ value: "another", header: { name: "", value: "" } });
    await session.token();
    const login = { type: "login", duration: 0 };
    expect(events).toEqual([
      { ...login, outcome: "success" },
      { ...login, outcome: "unknown" },
      { type: "wait", duration: 5 * seconds, code: "refused", reason: "unknown" },
      { type: "kept", duration: 5 * seconds, code: "refused" },
      { ...login, outcome: "invalid_credentials" },
      { type: "wait", duration: Infinity, code: "refused", reason: "invalid_credentials" },
      { ...login, outcome: "success" },
      { type: "rejection", outcome: "replaced" },
      { ...login, outcome: "success" },
    ]);
  });

  test.each<[what: string, observe: () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("The log is full.");
      },
    ],
    ["rejects", () => Promise.reject(new Error("The log is full."))],
  ])("that %s harms nothing", async (_, observe) => {
    expect((await opened({ observe: observe as () => void }).session.token()).value).toBe("T");
  });
});

const year = 365 * 24 * hours;

test.each<[options: object, message: string]>([
  [{ lifetime: 0 }, "lifetime is no number of milliseconds of at most a year"],
  [{ lifetime: -1 }, "lifetime is no number"],
  [{ lifetime: Number.NaN }, "lifetime is no number"],
  [{ lifetime: "5" }, "lifetime is no number"],
  [{ lifetime: year + 1 }, "lifetime is no number"],
  [{ isRejected: true }, "isRejected is no function"],
  [{ observe: {} }, "observe is no function"],
  [{ waitUntil: null }, "waitUntil is no function"],
  [{ clock: 5 }, "clock is no function"],
  [{ clock: () => new Date() }, "clock gives no number"],
  [{ clock: () => Number.NaN }, "clock gives no number"],
  [{ allowedOrigins: "https://files.example" }, "allowedOrigins is no list"],
  [{ store: {} }, "store is no store"],
  [{ store: null }, "store is no store"],
  [{ lifeTime: 5 }, "lifeTime is no option"],
])("an option that cannot be used is refused: %o", (options, message) => {
  expect(() => opened(options)).toThrow(`invalid_argument: ${message}`);
});

test.each<[what: string, clock: () => number]>([
  ["gives no number", () => Number.NaN],
  [
    "throws",
    () => {
      throw new Error("The offset is not known.");
    },
  ],
])("a clock that %s later stands still, and a wrong password is not sent again", async (_, fail) => {
  let clock = () => 5;
  const { service, session, error } = opened({ clock: () => clock() });
  service.body = { error: "wrong" };
  await error();
  clock = fail;
  expect([(await error()).code, service.sent]).toEqual(["refused", 1]);
  await session.reset();
  service.body = { token: "T", in: 60 };
  expect((await session.token()).expiresAt).toEqual(new Date(5 + minutes));
});

test("a store is told what a record belongs to, and is given clock and events", async () => {
  const places: unknown[] = [];
  const store: SessionStore = {
    place(login, { clock, tell }) {
      places.push(login);
      tell({ type: "store", outcome: "back" });
      return ownPlace(clock);
    },
  };
  const { clock, events, session } = opened({ store, headers: { "x-one": "1" } });
  expect((await session.token()).expiresAt).toEqual(new Date(clock() + 10 * minutes));
  expect(places).toEqual([
    { api: "test", baseUrl: "https://service.example/", headers: { "x-one": "1" }, credentials: right },
  ]);
  expect(events[0]).toEqual({ type: "store", outcome: "back" });
});

test("every option may be absent, and a token may last a year", async () => {
  const { session } = opened({ lifetime: year, isRejected: undefined, store: undefined, waitUntil: undefined });
  expect((await session.token()).value).toBe("T");
  const bare = openSession(apiOf(), right, {
    baseUrl: "https://service.example",
    fetch: async () => Response.json({ token: "T", in: 60 }),
  });
  const left = ((await bare.token()).expiresAt?.getTime() ?? 0) - Date.now();
  expect(left).toBeGreaterThan(50 * seconds);
  expect(left).toBeLessThanOrEqual(60 * seconds);
});
