import { describe, expect, test } from "vitest";
import { judgeLogin as judgeEsignon } from "../../src/apis/esignon.ts";
import { judgeLogin as judgeHeaderLogin } from "../../src/apis/header-login.ts";
import { judgeLogin as judgeOnebox } from "../../src/apis/onebox.ts";
import { judgeRefresh, judgeLogin as judgeRefreshLogin } from "../../src/apis/refresh-login.ts";
import type { RefusalReason } from "../../src/outcome.ts";
import { type PageReply, pageCodes, pageReplies } from "../pages/index.ts";
import { operations } from "../support/operations.ts";

/** The API that a page is of, without the language of its document: `esignon` for `esignon.ja`. */
const apiOf = (page: { api: string }) => page.api.split(".")[0];

describe("the literal replies of the source pages", () => {
  const judged = (page: PageReply) =>
    operations.find(({ api, operationId }) => api === apiOf(page) && operationId === page.operationId)?.judge(page);

  const minutes = 60_000;
  const token = (page: PageReply, ...keys: string[]) =>
    keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], page.body) as string;
  const expected = [
    (page: PageReply) => ({ ok: true, grant: { value: "{accesstoken}" }, reply: page.body }),
    (page: PageReply) => ({ ok: true, grant: { value: "{accesstoken}" }, reply: page.body }),
    (page: PageReply) => ({ ok: true, grant: { value: "{accesstoken}" }, reply: page.body }),
    (page: PageReply) => ({
      ok: true,
      grant: { value: token(page, "token"), lifetime: 30 * minutes },
      reply: page.body,
    }),
    (page: PageReply) => ({
      ok: false,
      reason: "invalid_credentials",
      code: "401",
      message: "you are not authorized to log into this site 1691",
      reply: page.body,
    }),
    (page: PageReply) => ({
      ok: true,
      grant: { value: token(page, "token"), lifetime: 15 * minutes },
      reply: page.body,
    }),
    (page: PageReply) => ({
      ok: true,
      grant: {
        value: token(page, "result", "access_token"),
        lifetime: 30 * minutes,
        refresh: { value: token(page, "result", "refresh_token"), lifetime: 240 * minutes },
      },
      reply: page.body,
    }),
    (page: PageReply) => ({ ok: true, grant: {}, reply: page.body }),
  ];

  test.each(pageReplies.map((page, index) => ({ page, expectedOf: expected[index] })))(
    "page $page.page: $page.api $page.operationId, HTTP $page.status",
    ({ page, expectedOf }) => expect(judged(page)).toEqual(expectedOf?.(page)),
  );

  test("are eight", () => expect(pageReplies).toHaveLength(expected.length));
});

describe("every code of the source pages", () => {
  const reasons: Record<string, RefusalReason> = {
    "esignon 10": "invalid_credentials",
    "esignon 12": "invalid_request",
    "esignon 95": "not_permitted",
    "esignon 99": "server_error",
    "header-login 402": "invalid_request",
    "header-login 404": "not_found",
  };

  test.each(pageCodes)("page $page: $api $code, $text", ({ api: name, code, text }) => {
    const api = apiOf({ api: name });
    const body =
      api === "esignon"
        ? { header: { result_code: code, result_msg: text } }
        : { status: "error", code: Number(code), message: text };
    expect((api === "esignon" ? judgeEsignon : judgeHeaderLogin)({ status: 200, body })).toEqual({
      ok: false,
      reason: reasons[`${api} ${code}`],
      code: String(code),
      message: text,
      reply: body,
    });
  });
});

describe("esignon", () => {
  const refused = (code: unknown, status = 200) =>
    judgeEsignon({ status, body: { header: { result_code: code, result_msg: "text" } } });
  const granted = (body: object) =>
    judgeEsignon({ status: 200, body: { header: { result_code: "00" }, body: { access_token: "token", ...body } } });

  test.each(["01", "11", "100", "0", "", "000", "constructor", "__proto__", "toString"])(
    "the unknown code %j is unknown",
    (code) => expect(refused(code)).toMatchObject({ ok: false, reason: "unknown", code, message: "text" }),
  );

  test.each([10, null, undefined, ["10"], { 10: 10 }, true])("a code that is no text, %j, is unexpected", (code) =>
    expect(() => refused(code)).toThrow(expect.objectContaining({ code: "unexpected_reply" })),
  );

  test.each([undefined, null, {}, { access_token: "token" }])("a failure may have the body %j", (body) => {
    const reply = { header: { result_code: "10" }, body };
    expect(judgeEsignon({ status: 200, body: reply })).toMatchObject({
      reason: "invalid_credentials",
      message: "HTTP 200",
    });
  });

  test("a code on another HTTP status is heard", () =>
    expect(refused("10", 401)).toMatchObject({ reason: "invalid_credentials", code: "10" }));

  test.each([201, 202, 299, 400, 401, 403, 500])("HTTP %i with code 00 is no success", (status) => {
    const body = { header: { result_code: "00" }, body: { access_token: "token" } };
    const judge = () => judgeEsignon({ status, body });
    if (status < 400) expect(judge).toThrow(expect.objectContaining({ code: "unexpected_reply" }));
    else expect(judge()).toMatchObject({ ok: false, reason: status < 500 ? "unknown" : "server_error" });
  });

  test.each([
    ["2027-01-31T10:00:00Z", "2027-01-31T10:00:00.000Z"],
    ["2027-01-31T10:00Z", "2027-01-31T10:00:00.000Z"],
    ["2027-01-31T10:00:00.5+09:00", "2027-01-31T01:00:00.500Z"],
    ["2028-02-29T23:59:59-05:30", "2028-03-01T05:29:59.000Z"],
  ])("expire_date %s is an instant", (expire_date, instant) =>
    expect(granted({ expire_date })).toMatchObject({
      grant: { value: "token", expiresAt: new Date(instant) },
    }),
  );

  test.each([
    "2027-01-31",
    "2027-01-31 10:00:00",
    "2027-01-31T10:00:00",
    "2027-01-31T10:00:00 Z",
    "2027-01-31T10:00:00Z ",
    "2027-01-31T10:00:00Z\n",
    "2027-02-30T10:00:00Z",
    "2027-02-29T10:00:00Z",
    "2027-04-31T10:00:00+09:00",
    "2027-13-01T10:00:00Z",
    "2027-01-31T25:00:00Z",
    "2027-01-31T10:00:00+25:00",
    "01/02/2027",
    "20270131100000",
    "1803981600000",
    "{Expired}",
    "",
  ])("expire_date %j is no instant, so that no expiry is given", (expire_date) =>
    expect(granted({ expire_date })).toEqual({ ok: true, grant: { value: "token" }, reply: expect.anything() }),
  );

  test("no expire_date is no expiry", () => expect(granted({})).toMatchObject({ grant: { value: "token" } }));
});

describe("header-login", () => {
  const judge = (status: number, body: unknown) => judgeHeaderLogin({ status, body });

  const codes: [number, RefusalReason][] = [
    [401, "invalid_credentials"],
    [402, "invalid_request"],
    [404, "not_found"],
    [400, "unknown"],
    [403, "unknown"],
    [200, "unknown"],
    [0, "unknown"],
    [-1, "unknown"],
  ];
  test.each(codes)("the code %i with status error is %s on HTTP 200", (code, reason) =>
    expect(judge(200, { status: "error", code, message: "text" })).toEqual({
      ok: false,
      reason,
      code: String(code),
      message: "text",
      reply: expect.anything(),
    }),
  );

  test.each(codes.filter(([code]) => code > 200))("the code %i is %s on the equal HTTP status", (code, reason) =>
    expect(judge(code, { status: "error", code })).toMatchObject({ ok: false, reason, code: String(code) }),
  );

  test.each([200, 498])("498 with status ok and a token is unknown on HTTP %i", (status) =>
    expect(judge(status, { status: "ok", code: 498, message: "Token has expired.", token: "token" })).toMatchObject({
      ok: false,
      reason: "unknown",
      code: "498",
      message: "Token has expired.",
    }),
  );

  test.each([401, 402, 404])("the code %i with status ok says nothing about the credentials", (code) =>
    expect(judge(200, { status: "ok", code })).toMatchObject({ ok: false, reason: "unknown", code: String(code) }),
  );

  test("a code that is not its HTTP status is not heard", () => {
    expect(judge(500, { status: "error", code: 401 })).toMatchObject({ reason: "server_error", code: "500" });
    expect(judge(403, { status: "error", code: 401 })).toMatchObject({ reason: "unknown", code: "403" });
  });

  test.each([
    { status: "ok", code: 200 },
    { status: "OK", code: 200, token: "token" },
    { status: "ok", code: "200", token: "token" },
    { code: 200, token: "token" },
    { status: "ok", token: "token" },
    { status: "error", code: "401" },
    { status: "error", code: 401.5 },
    { status: "error" },
  ])("%j on HTTP 200 is unexpected", (body) =>
    expect(() => judge(200, body)).toThrow(expect.objectContaining({ code: "unexpected_reply" })),
  );

  test.each([201, 401, 500])("a success on HTTP %i is none", (status) => {
    const outcome = () => judge(status, { status: "ok", code: 200, token: "token" });
    if (status < 400) expect(outcome).toThrow(expect.objectContaining({ code: "unexpected_reply" }));
    else expect(outcome()).toMatchObject({ ok: false, code: String(status) });
  });
});

describe("onebox", () => {
  const records = (userMessage: unknown, errorCode?: unknown) => ({ records: { userMessage, errorCode } });

  test.each<[string, RefusalReason]>([
    ["you are not authorized to log into this site 1691", "invalid_credentials"],
    ["You Are NOT AUTHORIZED", "invalid_credentials"],
    ["time limit reached please try again tomorrow at 18:00 - 06:00", "rate_limited"],
    ["Expired token", "unknown"],
    ["", "unknown"],
  ])("401 %j is %s", (message, reason) =>
    expect(judgeOnebox({ status: 401, body: records(message, 401) })).toEqual({
      ok: false,
      reason,
      code: "401",
      message,
      reply: expect.anything(),
    }),
  );

  test.each([
    ["401", "401"],
    [401, "401"],
    [null, "401"],
    [undefined, "401"],
    [{ toString: 1 }, "401"],
    [["a"], "401"],
    ["E7", "E7"],
  ])("errorCode %j gives the code %s", (errorCode, code) =>
    expect(judgeOnebox({ status: 401, body: records("Expired token", errorCode) })).toMatchObject({ code }),
  );

  test("a failure on HTTP 200 is refused, and no wrong password", () =>
    expect(judgeOnebox({ status: 200, body: records("you are not authorized", "401") })).toMatchObject({
      ok: false,
      reason: "unknown",
    }));

  test("HTTP 5xx is server_error, whatever the message, but for a quota", () => {
    expect(judgeOnebox({ status: 503, body: records("maintenance") })).toMatchObject({
      reason: "server_error",
      message: "maintenance",
    });
    expect(judgeOnebox({ status: 500, body: records("you are not authorized") })).toMatchObject({
      reason: "server_error",
    });
    expect(judgeOnebox({ status: 500, body: records("time limit reached") })).toMatchObject({
      reason: "rate_limited",
    });
  });

  test.each([201, 401, 403])("a token on HTTP %i is no success", (status) => {
    const outcome = () => judgeOnebox({ status, body: { token: "token" } });
    if (status < 400) expect(outcome).toThrow(expect.objectContaining({ code: "unexpected_reply" }));
    else expect(outcome()).toMatchObject({ ok: false, reason: "unknown" });
  });

  const jwt = (claims: unknown) =>
    `e30.${Buffer.from(typeof claims === "string" ? claims : JSON.stringify(claims)).toString("base64url")}.c2ln`;
  const granted = (token: string) => judgeOnebox({ status: 200, body: { token } });

  test.each([
    [{ iat: 1_578_984_880, exp: 1_578_985_780 }, 900_000],
    [{ iat: 0, exp: 1 }, 1000],
    [{ iat: 0, exp: 31_536_000 }, 31_536_000_000],
    [{ iat: 10, exp: 70, name: "日本語?>" }, 60_000],
  ])("a JWT with %j lives %i ms", (claims, lifetime) =>
    expect(granted(jwt(claims))).toMatchObject({ ok: true, grant: { value: jwt(claims), lifetime } }),
  );

  test.each([
    { iat: 100 },
    { exp: 100 },
    { iat: null, exp: 100 },
    { iat: "100", exp: "200" },
    { iat: [0], exp: [5] },
    { iat: false, exp: true },
    { iat: 100, exp: 100 },
    { iat: 200, exp: 100 },
    { iat: 0, exp: 31_536_001 },
    { iat: 0, exp: 1.5 },
    { iat: 0, exp: 1e308 },
    null,
    [],
    "no JSON",
    "",
  ])("a JWT with %j says no lifetime", (claims) =>
    expect(granted(jwt(claims))).toEqual({ ok: true, grant: { value: jwt(claims) }, reply: expect.anything() }),
  );

  test.each(["opaque-token", "..", "a.!!!.c", "a.b"])("%s is no JWT, and a token all the same", (token) =>
    expect(granted(token)).toEqual({ ok: true, grant: { value: token }, reply: { token } }),
  );
});

describe("refresh-login", () => {
  const login = (body: unknown, status = 200) => judgeRefreshLogin({ status, body });
  const refresh = (body: unknown, status = 200) => judgeRefresh({ status, body });

  test.each([1, -1, 401, 10, 1e15])("the code %i is unknown", (code) => {
    expect(login({ code })).toEqual({
      ok: false,
      reason: "unknown",
      code: String(code),
      message: "HTTP 200",
      reply: { code },
    });
    expect(refresh({ result: { code, desc: "text" } })).toMatchObject({ reason: "unknown", code: String(code) });
  });

  test("a code other than 0 beside a token is no success", () => {
    expect(login({ code: 1, result: { access_token: "token" } })).toMatchObject({ ok: false, reason: "unknown" });
    expect(refresh({ result: { code: 1, access_token: "token" } })).toMatchObject({ ok: false, reason: "unknown" });
  });

  test.each(["0", 0.5, null, true, [0], {}])("the code %j is unexpected", (code) => {
    expect(() => login({ code, result: { access_token: "token" } })).toThrow("unexpected_reply");
    expect(() => refresh({ result: { code } })).toThrow("unexpected_reply");
  });

  test("the code of one operation is not that of the other", () => {
    expect(() => login({ result: { code: 0, access_token: "token" } })).toThrow("unexpected_reply");
    expect(() => refresh({ code: 0, result: { access_token: "token" } })).toThrow("unexpected_reply");
  });

  test("a refusal of a refresh is worded by desc, else by error", () => {
    expect(refresh({ result: { code: 1, error: "invalid_token", desc: "No." } })).toMatchObject({ message: "No." });
    expect(refresh({ result: { code: 1, error: "invalid_token" } })).toMatchObject({ message: "invalid_token" });
  });

  test.each([-1, 0, 0.5, "1800", 1e308, 31_536_001, null, true])("a lifetime of %j makes no success", (lifetime) => {
    for (const name of ["access_token_expires_in", "refresh_token_expires_in"]) {
      expect(() => login({ code: 0, result: { access_token: "token", [name]: lifetime } })).toThrow("unexpected_reply");
      expect(() => refresh({ result: { code: 0, [name]: lifetime } })).toThrow("unexpected_reply");
    }
  });

  test("a refresh grants what the reply brings, and no more", () => {
    expect(refresh({ result: { code: 0 } })).toMatchObject({ grant: {} });
    expect(refresh({ result: { code: 0, access_token_expires_in: 60 } })).toMatchObject({
      grant: { lifetime: 60_000 },
    });
    expect(
      refresh({ result: { code: 0, access_token: "a", refresh_token: "r", refresh_token_expires_in: 60 } }),
    ).toMatchObject({ grant: { value: "a", refresh: { value: "r", lifetime: 60_000 } } });
  });
});

describe.each(operations)("$name: what the body does not say, the HTTP status does", ({ judge }) => {
  test.each<[number, RefusalReason]>([
    [400, "unknown"],
    [401, "unknown"],
    [403, "unknown"],
    [404, "unknown"],
    [422, "unknown"],
    [429, "rate_limited"],
    [500, "server_error"],
    [502, "server_error"],
    [503, "server_error"],
    [599, "server_error"],
  ])("HTTP %i is %s", (status, reason) => {
    for (const body of [undefined, null, "", "<html>", {}, [], 7])
      expect(judge({ status, body })).toEqual({
        ok: false,
        reason,
        code: String(status),
        message: `HTTP ${status}`,
        reply: body,
      });
  });

  test("HTTP 429 is rate_limited, whatever the body says", () => {
    for (const body of [
      { header: { result_code: "10" } },
      { status: "error", code: 429 },
      { records: { userMessage: "you are not authorized" } },
      { code: 1, result: { code: 1 } },
    ])
      expect(judge({ status: 429, body })).toMatchObject({ reason: "rate_limited", code: "429" });
  });

  test.each([200, 201, 204])("HTTP %i with nothing documented is unexpected", (status) => {
    for (const body of [undefined, null, "", "<html>", {}, [], 7])
      expect(() => judge({ status, body })).toThrow(expect.objectContaining({ code: "unexpected_reply" }));
  });

  test.each(["", " ", "a b", "a\n", "\ta", "токен", "a\u007f", "a\u0000", 7, null, undefined, {}, ["a"], true])(
    "the token %j is none",
    (token) => {
      const { success } = operations.find((each) => each.judge === judge) ?? {};
      const body = JSON.parse(JSON.stringify(success?.(token as string)));
      if (token === undefined && judge === judgeRefresh) expect(judge({ status: 200, body }).ok).toBe(true);
      else expect(() => judge({ status: 200, body })).toThrow("unexpected_reply");
    },
  );
});
