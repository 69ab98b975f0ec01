import { describe, expect, onTestFinished, test, vi } from "vitest";
import { connect, type Fetch, type FetchInit, type FetchReply } from "../../src/http/options.ts";
import type { Api, RefreshContract } from "../../src/login/contract.ts";
import { checkSendable, obtain } from "../../src/session/attempt.ts";
import type { HeldToken } from "../../src/store/record.ts";
import { apiOf, type Credentials, right } from "../support/login-service.ts";

const second = 1000;
const minute = 60 * second;
const start = Date.UTC(2030, 0, 1);

const { login } = apiOf();
const refreshToken = "$response.body#/refresh";
const refresh: RefreshContract<Credentials> = {
  ...login,
  refreshToken,
  refreshEnds: [{ in: "$response.body#/refresh_in" }],
  credentials: [],
  request: ({ refreshToken: sent }) => ({ method: "POST", path: "/refresh", body: { refreshToken: sent } }),
};
const renewable: Api<Credentials> = {
  ...apiOf(),
  login: { ...login, refreshToken, message: ["$response.body#/message"] },
  refresh: {
    ...refresh,
    success: [{ status: "200", schema: { type: "object", properties: { error: { type: "null" } } } }],
    message: ["$response.body#/message"],
  },
};

const held: HeldToken = {
  id: "held",
  value: "held-access-token",
  refresh: { value: "held-refresh-token", end: start + 90 * minute },
  from: start - 10 * minute,
  end: start + 10 * minute,
};

type Answer = { body?: unknown; status?: number; headers?: Record<string, string> } | Error;

function reply({ body, status = 200, headers }: Exclude<Answer, Error>): FetchReply {
  return Response.json(body ?? {}, { status, headers: headers ?? {} });
}

function failing(error: object): Error {
  return Object.assign(new TypeError("fetch failed"), error);
}

interface Given {
  api?: Api<Credentials>;
  refreshed?: HeldToken;
  isRejected?: boolean;
  lifetime?: number;
  until?: number;
  /** Milliseconds that each request takes. */
  takes?: number;
}

/** Makes an attempt that is answered so, one answer for each request, and gives what it sent and told. */
async function attempt(answers: readonly Answer[], given: Given = {}) {
  const { api = renewable, refreshed, isRejected = false, lifetime, takes = 5 } = given;
  let now = start;
  const left = [...answers];
  const sent: [path: string, init: FetchInit][] = [];
  const told: unknown[][] = [];
  const fetch: Fetch = async (url, init) => {
    sent.push([new URL(url).pathname, init]);
    now += takes;
    const answer = left.shift() as Answer;
    if (answer instanceof Error) throw answer;
    return reply(answer);
  };
  const outcome = await obtain(
    {
      api,
      connection: connect(undefined, { baseUrl: "https://service.example", fetch, timeout: 30 * second }, []),
      credentials: right,
      lifetime,
      clock: () => now,
      observe: (...event) => told.push(event),
    },
    { id: "a", until: given.until ?? start + 35 * second, unanswered: 0 },
    refreshed,
    () => isRejected,
    new AbortController().signal,
  );
  return { outcome, paths: sent.map(([path]) => path), sent, told };
}

const token = { body: { token: "new-token", in: 60 } };
const refused = { body: { error: "locked", message: `not you, ${right.password}` } };

describe("a login", () => {
  test("brings a token with an end, and says how long it took", async () => {
    const { outcome, told } = await attempt([token]);
    expect(outcome).toEqual({
      type: "granted",
      attempt: "a",
      token: { id: expect.any(String), value: "new-token", from: start + 5, end: start + 5 + 60 * second },
    });
    expect(told).toEqual([["login", 5, "success"]]);
  });

  test.each<[what: string, body: object, lifetime: number | undefined, granted: object]>([
    ["what the reply says before the option", { in: 60 }, minute / 2, { end: start + 5 + minute }],
    ["the option, where it says nothing", {}, minute / 2, { end: start + 5 + minute / 2 }],
    ["a refresh token", { refresh: "R" }, undefined, { refresh: { value: "R" } }],
  ])("takes %s", async (_, body, lifetime, granted) => {
    const { outcome } = await attempt([{ body: { token: "T", ...body } }], { ...(lifetime && { lifetime }) });
    expect(outcome).toMatchObject({ token: granted });
  });

  test("without any end has none, and no refresh token", async () => {
    const { outcome } = await attempt([{ body: { token: "T" } }]);
    expect(outcome).toMatchObject({ token: { value: "T" } });
    expect(outcome.type === "granted" && Object.keys(outcome.token)).toEqual(["id", "value", "from"]);
  });

  test.each([-1, 0])("that brings a token of %i s brings none", async (seconds) => {
    const { outcome } = await attempt([{ body: { token: "T", in: seconds } }]);
    const why = { code: "unexpected_reply", detail: "the token has ended" };
    expect(outcome).toMatchObject({ type: "failed", row: "unanswered", why });
  });

  test("that is refused is masked, and says so", async () => {
    const { outcome, told } = await attempt([refused]);
    const reason = "not_permitted";
    expect(outcome).toMatchObject({
      type: "failed",
      attempt: "a",
      row: "refused",
      why: { code: "refused", detail: reason, outcome: { reason, message: "not you, ***" } },
    });
    expect(outcome).not.toHaveProperty("refresh");
    expect(outcome).not.toHaveProperty("retryAfter");
    expect(told).toEqual([["login", 5, reason]]);
  });

  test.each<[what: string, answer: Answer, row: string, code: string]>([
    ["a wrong password", { body: { error: "wrong" } }, "credentials", "refused"],
    ["429", { status: 429 }, "unanswered", "refused"],
    ["503", { status: 503 }, "unanswered", "refused"],
    ["400", { status: 400 }, "refused", "refused"],
    ["404", { status: 404 }, "unanswered", "unexpected_reply"],
    ["no Response", {} as never, "unanswered", "unexpected_reply"],
    ["a failure without a code", failing({}), "unanswered", "network"],
    ["a broken connection", failing({ cause: { code: "ECONNRESET" } }), "unanswered", "network"],
  ])("row of %s: %s", async (_, answer, row, code) => {
    const { outcome } = await attempt([answer]);
    expect(outcome).toMatchObject({ row, why: { code } });
  });

  test.each([
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "EHOSTDOWN",
    "ENETUNREACH",
    "ENETDOWN",
    "EADDRNOTAVAIL",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
    "FailedToOpenSocket",
    "DNSException",
  ])("was never sent: %s", async (code) => {
    const { outcome, told } = await attempt([failing({ code })]);
    expect(outcome).toMatchObject({ row: "unsent", why: { code: "network", detail: code } });
    expect(told).toEqual([["login", 5, "network"]]);
  });

  test("whose reply cannot be judged is not understood, and its Retry-After heeded", async () => {
    const api = {
      ...renewable,
      login: { ...renewable.login, reasons: [{ message: "(", reason: "unknown" as const }] },
    };
    const { outcome, told } = await attempt([{ ...refused, headers: { "retry-after": "7" } }], { api });
    expect(outcome).toMatchObject({ row: "unanswered", why: { code: "unexpected_reply" }, retryAfter: 7 * second });
    expect(told).toEqual([["login", 5, "unexpected_reply"]]);
  });

  test("was never sent by a browser without a network, and was by one that was redirected", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect((await attempt([failing({})])).outcome).toMatchObject({ row: "unsent" });
    expect((await attempt([{ status: 302 }])).outcome).toMatchObject({ row: "unanswered" });
  });

  test.each<[text: string, date: string | undefined, milliseconds: number | undefined]>([
    ["7", undefined, 7 * second],
    [" 120 ", undefined, 120 * second],
    [new Date(start + minute).toUTCString(), undefined, minute - 5],
    [new Date(start + minute).toUTCString(), new Date(start + 20 * second).toUTCString(), 40 * second],
    [new Date(start - minute).toUTCString(), undefined, 0],
    ["7 seconds or so", undefined, undefined],
    ["in 2040", undefined, undefined],
    ["in GMT", undefined, undefined],
  ])("Retry-After: %j, with a Date of %j, is %j ms", async (text, date, milliseconds) => {
    const headers = { "retry-after": text, ...(date && { date }) };
    const { outcome } = await attempt([{ status: 503, headers }]);
    expect("retryAfter" in outcome ? outcome.retryAfter : undefined).toBe(milliseconds);
  });

  test("that was claimed too late for its claim is not sent, and its refresh token put back", async () => {
    const until = start + 30 * second;
    expect((await attempt([token], { until })).paths).toEqual(["/login"]);
    const late = await attempt([], { until: until - 1, refreshed: held });
    expect([late.paths, late.told]).toEqual([[], []]);
    expect(late.outcome).toEqual({
      type: "failed",
      attempt: "a",
      row: "unsent",
      why: { code: "timeout" },
      jitter: 0,
      unspent: held,
    });
    expect((await attempt([], { until: until - 1 })).outcome).not.toHaveProperty("unspent");
  });
});

describe("a renewal", () => {
  const renew = (answers: readonly Answer[], given: Given = {}) => attempt(answers, { refreshed: held, ...given });

  test("sends the refresh token alone, and brings another token", async () => {
    const { outcome, sent, told } = await renew([{ body: { token: "T", in: 60, refresh: "R", refresh_in: 600 } }]);
    expect(sent.map(([path, { body }]) => [path, body])).toEqual([
      ["/refresh", JSON.stringify({ refreshToken: "held-refresh-token" })],
    ]);
    expect(outcome).toMatchObject({
      token: { value: "T", end: start + 5 + minute, refresh: { value: "R", end: start + 5 + 10 * minute } },
    });
    expect(outcome).not.toHaveProperty("extends");
    expect(told).toEqual([["renewal", 5, "success"]]);
  });

  test.each<[what: string, body: object, given: Given, granted: object]>([
    ["for as long as it says", { in: 60 }, {}, { end: start + 5 + minute }],
    ["for as long as the option says", {}, { lifetime: second }, { end: start + 5 + second }],
    ["for as long as it lasted before", {}, {}, { end: start + 5 + 20 * minute }],
    ["with the refresh token that was sent", {}, {}, { refresh: held.refresh }],
    ["with another one, of which nothing is known", { refresh: "R" }, {}, { refresh: { value: "R" } }],
  ])("that brings none extends the one held, %s", async (_, body, given, granted) => {
    const { outcome } = await renew([{ body }], given);
    expect(outcome).toMatchObject({ type: "granted", extends: "held", token: { value: held.value, ...granted } });
    const refreshToken = outcome.type === "granted" && outcome.token.refresh;
    expect(refreshToken).toStrictEqual("refresh" in body ? { value: body.refresh } : held.refresh);
    expect(outcome.type === "granted" && outcome.token.id).not.toBe("held");
  });

  test("that extends a token without an end leaves it without one", async () => {
    const { end: _, ...endless } = held;
    const { outcome } = await renew([{ body: {} }], { refreshed: endless });
    expect(outcome.type === "granted" && outcome.token).not.toHaveProperty("end");
  });

  test("that brings another token does not last as long as the one before", async () => {
    const { outcome } = await renew([{ body: { token: "T" } }]);
    expect(outcome.type === "granted" && outcome.token).not.toHaveProperty("end");
  });

  test.each<[what: string, answer: Answer, given: Given]>([
    ["that is refused", refused, {}],
    ["that would only extend a rejected token", { body: { in: 60 } }, { isRejected: true }],
  ])("%s is followed by a login", async (_, answer, given) => {
    const { outcome, paths } = await renew([answer, token], given);
    expect(paths).toEqual(["/refresh", "/login"]);
    expect(outcome).toMatchObject({ type: "granted", token: { value: "new-token" } });
    expect(outcome).not.toHaveProperty("extends");
  });

  test("that brings another token than the rejected one is not", async () => {
    const { paths } = await renew([{ body: { token: "T" } }], { isRejected: true });
    expect(paths).toEqual(["/refresh"]);
  });

  test.each<[what: string, answer: Answer, row: string]>([
    ["not understood", { status: 404 }, "unanswered"],
    ["limited", { status: 429, headers: { "retry-after": "7" } }, "unanswered"],
    ["never sent", failing({ code: "ECONNREFUSED" }), "unsent"],
  ])("that is %s is not, and a refresh token that was never sent is put back", async (_, answer, row) => {
    const { outcome, paths } = await renew([answer]);
    expect(paths).toEqual(["/refresh"]);
    expect(outcome).toMatchObject({ type: "failed", row });
    expect("unspent" in outcome ? outcome.unspent : undefined).toEqual(row === "unsent" ? held : undefined);
  });

  test("that leaves no time for a login is a timeout", async () => {
    const { outcome, paths } = await renew([refused], { takes: 30 * second });
    expect(paths).toEqual(["/refresh"]);
    expect(outcome).toMatchObject({ type: "failed", row: "unanswered", why: { code: "timeout" } });
    expect((await renew([refused, token], { takes: 30 * second - 1 })).paths).toEqual(["/refresh", "/login"]);
  });

  test("is a login where the token held has no refresh token, or the API no refresh", async () => {
    const { refresh: _, ...bare } = held;
    expect((await renew([token], { refreshed: bare })).paths).toEqual(["/login"]);
    expect((await renew([token], { api: apiOf() })).paths).toEqual(["/login"]);
  });

  test("that fails says nothing of what it sent", async () => {
    const message = `${held.value} ${held.refresh?.value} ${right.password}`;
    const { outcome } = await renew([{ status: 503, body: { error: "busy", message } }]);
    expect(outcome).toMatchObject({ why: { outcome: { message: "*** *** ***" } } });
  });
});

test("what cannot be sent is so before anything is", () => {
  const connection = connect(undefined, { baseUrl: "https://service.example" }, []);
  const api = {
    ...apiOf(),
    login: {
      ...login,
      request: ({ password }: Credentials) => ({
        method: "GET" as const,
        path: "/login",
        params: { header: { password } },
      }),
    },
  };
  expect(() => checkSendable({ api, connection }, { user: "u", password: "a\nb" })).toThrow("unsendable_credential");
  expect(() => checkSendable({ api, connection }, right)).not.toThrow();
});
