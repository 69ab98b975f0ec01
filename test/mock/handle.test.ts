import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MockHandle } from "../../src/mock/handle.ts";
import { RequestRecord } from "../../src/mock/record.ts";
import { documentOf, heldMock, json } from "./served.ts";

const base = "http://mock.example";
const right = { "User-Name": "user_test", Password: "password_test" };

let mock: MockHandle & { log: string[] };
beforeAll(() => {
  mock = heldMock();
});
beforeEach(() => mock.reset());

/** Which scenario a request is answered with, and the status. */
async function asked(path = "/login", init: RequestInit = { headers: right }) {
  const response = await mock.fetch(base + path, init);
  return `${response.headers.get("x-mock-scenario")} ${response.status}`;
}

describe("next", () => {
  it("orders the next answer of an API, once, whatever is sent", async () => {
    mock.next("header-login", "dataNotFound");
    expect([await asked("/login", {}), await asked()]).toEqual(["login/dataNotFound 404", "login/success 200"]);
  });

  it("orders several, in turn, for the operation that has the scenario", async () => {
    mock.next("refresh-login", "expiredToken", { times: 2 });
    mock.next("refresh-login/login", "wrongPassword");
    const login = json({ user: "a", password: "b" });
    const refresh = json({ refresh_token: "c" });
    const paths = ["refresh", "login", "refresh", "refresh", "login"];
    const answers = [];
    for (const name of paths) answers.push(await asked(`/v1/api/auth/${name}`, name === "login" ? login : refresh));
    expect(answers).toEqual([
      "refresh/expiredToken 200",
      "login/wrongPassword 200",
      "refresh/expiredToken 200",
      "refresh/success 200",
      "login/success 200",
    ]);
  });

  it("orders an answer of every other call, which is no operation of the API unless it is named", async () => {
    mock.next("header-login", "success");
    mock.next("header-login", "tokenExpired", { operation: "protected" });
    expect(await asked("/protected/header-login/items", {})).toBe("protected/tokenExpired 498");
    expect(await asked("/protected/header-login/items", {})).toBe("protected/tokenNotValid 401");
    expect(await asked("/login", {})).toBe("login/success 200");
  });

  it("orders a fault, and a delay", async () => {
    mock.next("header-login", "success", { fault: "503" });
    mock.next("header-login", "success", { fault: "reset" });
    mock.next("header-login", "success", { delay: 100 });
    expect(await asked()).toBe("login/- 503");
    await expect(asked()).rejects.toThrow("fetch failed");
    const start = performance.now();
    expect(await asked()).toBe("login/success 200");
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
    expect(mock.requests.map(({ status }) => status)).toEqual([503, undefined, 200]);
    expect(mock.requests.map(({ scenario }) => scenario)).toEqual([undefined, "success", "success"]);
  });

  it.each([
    [
      "an API",
      "nope",
      "success",
      {},
      'There is no API "nope". There are: esignon, header-login, onebox, refresh-login.',
    ],
    ["an operation", "onebox/nope", "success", {}, 'onebox has no operation "nope". There are: login, protected.'],
    [
      "a scenario",
      "refresh-login/login",
      "nope",
      {},
      'refresh-login/login has no scenario "nope". There are: success, wrongPassword.',
    ],
    ["a fault", "onebox", "success", { fault: "nope" }, 'There is no fault "nope". There are: reset, truncate, '],
    ["a delay", "onebox", "success", { delay: -1 }, "delay is a whole number of milliseconds, from 0 to 60000."],
    [
      "an option",
      "onebox",
      "success",
      { tiems: 2 } as object,
      'There is no option "tiems". There are: operation, times, ',
    ],
    ["a number of times", "onebox", "success", { times: 0 }, "times is a whole number, 1 or more."],
  ])("throws, listing the choices, where there is no such: %s", async (_, api, scenario, options, message) => {
    expect(() => mock.next(api, scenario, options)).toThrow(message);
    expect(await asked()).toBe("login/success 200");
  });
});

describe("requests", () => {
  it("has what came, with every secret as ***", async () => {
    const canary = "canary-9d21";
    const token = { Token: canary, Authorization: `Bearer ${canary}`, Cookie: canary };
    await asked("/login", { headers: { ...token, "User-Name": "anybody", Password: canary } });
    const login = { email: "a@example.com", password: canary, siteId: 1, deep: [{ Password: canary }] };
    await asked(`/api/authenticate?password=${canary}`, json(login));
    await asked("/v1/api/auth/refresh", json({ refresh_token: canary }));
    await asked("/api/authenticate", json(`{"password": "${canary}"`));
    await asked("/nowhere", { method: "PUT", body: canary });
    await asked("/login", { method: "OPTIONS", headers: { "Access-Control-Request-Method": "GET" } });
    expect(JSON.stringify(mock.requests)).not.toContain(canary);
    expect(mock.log.join()).not.toContain(canary);
    expect(mock.requests).toEqual([
      {
        api: "header-login",
        operation: "login",
        scenario: "success",
        status: 200,
        at: expect.any(Date),
        method: "GET",
        headers: { token: "***", authorization: "***", cookie: "***", "user-name": "anybody", password: "***" },
      },
      {
        api: "onebox",
        operation: "login",
        scenario: "success",
        status: 200,
        at: expect.any(Date),
        method: "POST",
        headers: { "content-type": "application/json" },
        body: { email: "a@example.com", password: "***", siteId: 1, deep: [{ Password: "***" }] },
      },
      expect.objectContaining({ operation: "refresh", scenario: "success", body: { refresh_token: "***" } }),
      expect.objectContaining({ api: "onebox", status: 400, body: "***" }),
      expect.objectContaining({ status: 404, method: "PUT", body: "***" }),
    ]);
  });

  it("keeps the newest thousand, and of a large body its size", async () => {
    const record = new RequestRecord();
    for (let status = 1; status <= 2005; status++) record.add({ at: new Date(), method: "GET", headers: {}, status });
    expect(record.all().map(({ status }) => status)).toEqual(Array.from({ length: 1000 }, (_, index) => 1006 + index));
    await asked("/api/authenticate", json({ email: "a".repeat(10_000) }));
    expect(mock.requests.at(-1)?.body).toBe("(10012 characters)");
  });
});

it("reset forgets what was ordered and what came", async () => {
  mock.next("header-login", "dataNotFound");
  await asked("/nowhere");
  mock.reset();
  expect(mock.requests).toEqual([]);
  expect(await asked()).toBe("login/success 200");
});

describe("fetch without a port", () => {
  const faulty = (fault: string, init: RequestInit = {}) =>
    mock.fetch(`${base}/login`, { headers: { ...right, "X-Mock-Fault": fault }, ...init });

  it("answers as fetch does: text, a Request, HEAD, a redirect", async () => {
    const request = new Request(`${base}/login`, { headers: right });
    const response = await mock.fetch(request);
    expect([response.status, response.url]).toEqual([200, request.url]);
    expect(await response.json()).toMatchObject({ status: "ok" });
    expect(await (await mock.fetch(request, { method: "HEAD" })).text()).toBe("");
    expect((await faulty("redirect")).status).toBe(404);
    expect((await faulty("redirect", { redirect: "manual" })).status).toBe(307);
    await expect(faulty("redirect", { redirect: "error" })).rejects.toThrow(TypeError);
  });

  it("follows a documented redirect as fetch does: with method and body for 307, by GET for 303, and not for ever", async () => {
    const led = async (status: string, location: string, body = '{"a":1}') => {
      const responses = {
        [status]: {
          headers: { Location: { example: location } },
          content: { "application/json": { examples: { success: { value: 1 } } } },
        },
      };
      const requestBody = { content: { "application/json": {} } };
      const own = heldMock([documentOf("/a", "post", { responses, requestBody })]);
      await own.fetch(`${base}/a`, json(body, { "X-Kept": "yes" })).catch(() => {});
      return own.requests.map(({ method, status: answered, headers, body: sent }) => [
        method,
        answered,
        headers["x-kept"],
        sent,
      ]);
    };
    const first = (status: number) => ["POST", status, "yes", { a: 1 }];
    expect(await led("307", "/b")).toEqual([first(307), ["POST", 404, "yes", "***"]]);
    expect(await led("303", "/b")).toEqual([first(303), ["GET", 404, "yes", undefined]]);
    expect(await led("302", "https://other.example/b")).toEqual([first(302), ["GET", 404, "yes", undefined]]);
    expect(await led("308", "/a")).toHaveLength(21);
  });

  it("follows to another origin without what is for the first alone, as fetch does", async () => {
    const led = async (location: string) => {
      const own = heldMock([
        documentOf("/a", "get", {
          responses: {
            "302": {
              headers: { Location: { example: location } },
              content: { "application/json": { examples: { success: { value: 1 } } } },
            },
          },
        }),
      ]);
      await own.fetch(`${base}/a`, { headers: { Authorization: "Bearer abc", Cookie: "a=b", "X-Kept": "yes" } });
      return own.requests.map(({ headers }) => ["authorization", "cookie", "x-kept"].filter((name) => name in headers));
    };
    const all = ["authorization", "cookie", "x-kept"];
    expect(await led("/b")).toEqual([all, all]);
    expect(await led("https://other.example/b")).toEqual([all, ["x-kept"]]);
  });

  it("fails as fetch does: reset, truncate, hang, an abort", async () => {
    await expect(faulty("reset")).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    const { status, text } = await faulty("truncate").then((response) => ({
      status: response.status,
      text: response.text(),
    }));
    expect(status).toBe(200);
    await expect(text).rejects.toThrow(TypeError);
    const reason = new Error("enough");
    const leaving = new AbortController();
    const hanging = faulty("hang", { signal: leaving.signal });
    setTimeout(() => leaving.abort(reason), 20);
    await expect(hanging).rejects.toBe(reason);
    await expect(faulty("hang", { signal: leaving.signal })).rejects.toBe(reason);
    const delayed = { headers: { "X-Mock-Delay": "60000" }, signal: AbortSignal.timeout(20) };
    await expect(mock.fetch(`${base}/login`, delayed)).rejects.toThrow("timeout");
  });
});

it("a mock that is strict refuses credentials that are no scenario's", async () => {
  const strict = heldMock(undefined, { strict: true });
  const scenario = async (path: string, init: RequestInit) =>
    (await strict.fetch(base + path, init)).headers.get("x-mock-scenario");
  expect(await scenario("/login", { headers: right })).toBe("login/success");
  expect(await scenario("/login", { headers: { ...right, Password: "nonsense" } })).toBe("login/wrongPassword");
  expect(await scenario("/login", { headers: { ...right, "User-Name": "other" } })).toBe("login/wrongPassword");
  const more = { email: "userdemo@gmail.com", password: "userdemo", siteId: 123, more: 1 };
  expect(await scenario("/api/authenticate", json(more))).toBe("login/success");
  expect(await scenario("/v1/api/auth/refresh", json({ refresh_token: "unknown" }))).toBe("refresh/expiredToken");
});
