import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loginDocuments } from "../support/login-documents.ts";
import { openWays, type Seen, type Sent, type Way, type Ways, wayNames } from "./ways.ts";

const api = "refresh-login";
const documents = loginDocuments("openapi").filter(({ name }) => name === api);
const right = { user: "user-1", password: "correct-password" };
const minutes = 60_000;

let ways: Ways;
beforeAll(async () => {
  ways = await openWays(documents);
});
afterAll(() => ways.close());

interface Grant {
  token: string;
  refreshToken: string;
}

/** A program that logs in, as its tests see it. */
function programOf(way: Way) {
  const send = (path: string, { method = "GET", headers = {}, body = null, timeout = 5000 }: Partial<Sent> = {}) =>
    way.send({ method, path, headers, body, timeout });
  const post = (path: string, body: object, timeout?: number) =>
    send(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      ...(timeout && { timeout }),
    });
  const logIn = (credentials: object = right, timeout?: number) => post("/v1/api/auth/login", credentials, timeout);
  const refresh = (refreshToken: string) => post("/v1/api/auth/refresh", { refresh_token: refreshToken });
  const call = async (token: string) =>
    statusOf(await send(`/protected/${api}/things`, { headers: { Authorization: `Bearer ${token}` } }));
  const granted = async (seen: Promise<Seen> = logIn()): Promise<Grant> => grantIn(await seen);
  const scenario = async (seen: Promise<Seen> = logIn()) => scenarioOf(await seen);
  return { logIn, refresh, call, granted, scenario };
}

function grantIn(seen: Seen): Grant {
  if ("failed" in seen) throw new Error(seen.failed);
  const { access_token: token, refresh_token: refreshToken } = JSON.parse(seen.text).result;
  return { token, refreshToken };
}

function statusOf(seen: Seen): number | string {
  return "failed" in seen ? seen.failed : seen.status;
}

function scenarioOf(seen: Seen): string | null {
  return "failed" in seen ? seen.failed : seen.scenario;
}

describe.each(wayNames)("a program's tests, by %s:", (name) => {
  let way: Way;
  let program: ReturnType<typeof programOf>;
  beforeEach(async () => {
    way = ways.named[name];
    program = programOf(way);
    await way.hold("reset");
  });
  const next = (scenario: string, options: object = {}) => way.hold("next", { api, scenario, ...options });

  test("a login brings a token that is good, and another one each time", async () => {
    const [first, second] = [await program.granted(), await program.granted()];
    expect(first.token).not.toBe(second.token);
    expect([await program.call(first.token), await program.call(second.token)]).toEqual([200, 200]);
    expect(await program.call("nonsense")).toBe(401);
  });

  test("a wrong password of anybody, and credentials that nobody has, are refused", async () => {
    const sent = [
      { ...right, password: "wrong-password" },
      { user: "somebody", password: "wrong-password" },
      { user: "nonsense", password: "nonsense" },
    ];
    for (const credentials of sent)
      expect(await program.scenario(program.logIn(credentials))).toBe("login/wrongPassword");
  });

  test("the second login fails, the third does not", async () => {
    await next("success");
    await next("wrongPassword");
    const first = await program.granted();
    expect(await program.call(first.token)).toBe(200);
    expect([await program.scenario(), await program.scenario()]).toEqual(["login/wrongPassword", "login/success"]);
  });

  test("after three logins the limit is reached", async () => {
    await next("success", { operation: "login", times: 3 });
    await next("success", { operation: "login", fault: "429" });
    const replies = [];
    for (let count = 0; count < 5; count++) replies.push(await program.logIn());
    expect(replies.map(statusOf)).toEqual([200, 200, 200, 429, 200]);
    expect(replies[3]).toMatchObject({ retryAfter: "1", scenario: "login/-" });
  });

  test("a token expires, and is refreshed before that", async () => {
    const [left, kept] = [await program.granted(), await program.granted()];
    await way.hold("advance", { milliseconds: 29 * minutes });
    expect(await program.scenario(program.refresh(kept.refreshToken))).toBe("refresh/success");
    expect(await program.call(left.token)).toBe(200);
    await way.hold("advance", { milliseconds: minutes });
    expect([await program.call(left.token), await program.call(kept.token)]).toEqual([401, 200]);
  });

  test("a renewed token differs, and ends the one before", async () => {
    const before = await program.granted();
    await next("newTokens");
    const renewed = await program.granted(program.refresh(before.refreshToken));
    expect(renewed.token).not.toBe(before.token);
    expect([await program.call(renewed.token), await program.call(before.token)]).toEqual([200, 401]);
  });

  test("a refresh with a spent token is refused, and ends the login", async () => {
    const before = await program.granted();
    await next("newTokens");
    const renewed = await program.granted(program.refresh(before.refreshToken));
    expect(await program.scenario(program.refresh(before.refreshToken))).toBe("refresh/expiredToken");
    expect(await program.call(renewed.token)).toBe(401);
    expect(await program.scenario(program.refresh(renewed.refreshToken))).toBe("refresh/expiredToken");
  });

  test("a token is revoked, and so is all that came of a login", async () => {
    const [token, whole] = [await program.granted(), await program.granted()];
    await way.hold("revoke", { token: token.token });
    await way.hold("revoke", { token: whole.refreshToken });
    expect([await program.call(token.token), await program.call(whole.token)]).toEqual([401, 401]);
    expect(await program.scenario(program.refresh(whole.refreshToken))).toBe("refresh/expiredToken");
    expect(await program.scenario()).toBe("login/success");
  });

  test("an account locks: by hand, and after five wrong passwords", async () => {
    await way.hold("lock", { account: right.user });
    expect(await program.scenario()).toBe("login/wrongPassword");
    await way.hold("reset");
    const fail = async (times: number) => {
      for (let count = 0; count < times; count++) await program.logIn({ ...right, password: "nonsense" });
    };
    await fail(4);
    expect(await program.scenario()).toBe("login/success");
    await fail(5);
    expect(await program.scenario()).toBe("login/wrongPassword");
  });

  test("the service is busy, fails and is away", async () => {
    for (const fault of ["429", "500", "503"]) {
      await next("success", { fault });
      expect(statusOf(await program.logIn())).toBe(Number(fault));
    }
    expect(await program.scenario()).toBe("login/success");
  });

  test("an answer is slow, the connection is reset, nothing comes", async () => {
    await next("success", { delay: 60 });
    await next("success", { fault: "reset" });
    await next("success", { fault: "hang" });
    const start = performance.now();
    expect(await program.scenario()).toBe("login/success");
    // A timer may fire a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
    expect(await program.logIn()).toEqual({ failed: "reset" });
    expect(await program.logIn(right, 100)).toEqual({ failed: "timeout" });
  });

  test("what came is there to be seen, and no secret in it", async () => {
    const { token, refreshToken } = await program.granted();
    await program.refresh(refreshToken);
    await program.call(token);
    const requests = await way.hold("requests");
    expect(requests).toMatchObject([
      { operation: "login", scenario: "success", status: 200, body: { user: right.user, password: "***" } },
      { operation: "refresh", scenario: "success", status: 200, body: { refresh_token: "***" } },
      { operation: "protected", scenario: "success", status: 200, headers: { authorization: "***" } },
    ]);
    for (const secret of [right.password, token, refreshToken]) expect(JSON.stringify(requests)).not.toContain(secret);
  });
});
