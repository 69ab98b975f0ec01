import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RefusalReason } from "../../src/login/outcome.ts";
import { type Answer, type ApiUnderTest, apis, sessionOf } from "../support/apis.ts";
import { days, minutes, seconds, testClock } from "../support/clock.ts";
import { resultsOf, running } from "../support/running.ts";
import { Service } from "../support/service.ts";
import { esignonApi, headerLoginApi, oneboxApi } from "./apis.ts";

describe.each(apis)("a wrong password: $name", (api) => {
  test("1,000 calls cost one request, and reset() allows the next", async () => {
    const { service, session } = await running(api);
    service.refuse();
    const { token, fetch, reset } = session({ password: "wrong-password" });
    expect(await resultsOf(500, () => token())).toEqual(["refused"]);
    expect(await resultsOf(500, () => fetch("/"))).toEqual(["refused"]);
    expect([service.logins, service.calls()]).toEqual([1, 0]);

    reset();
    expect(await resultsOf(1000, () => token())).toEqual(["refused"]);
    expect(service.logins).toBe(2);

    service.login = () => service.grant();
    reset();
    expect(await token()).toMatchObject({ value: service.issued[0] });
    expect(service.logins).toBe(3);
  });
});

const header = (result_code: string): Answer => ({ status: 200, body: { header: { result_code } } });
const error = (code: number): Answer => ({ status: 200, body: { status: "error", code } });
const records = (userMessage: string): Answer => ({ status: 401, body: { records: { userMessage } } });

const lasting: { api: ApiUnderTest; reason: RefusalReason; answer: Answer }[] = [
  { api: esignonApi, reason: "invalid_credentials", answer: header("10") },
  { api: esignonApi, reason: "invalid_request", answer: header("12") },
  { api: esignonApi, reason: "not_permitted", answer: header("95") },
  { api: esignonApi, reason: "unknown", answer: header("77") },
  { api: headerLoginApi, reason: "not_found", answer: error(404) },
  { api: oneboxApi, reason: "unknown", answer: records("Expired token") },
];

test.each(lasting)(
  "$reason is remembered until reset(): every call rejects at once, without a request",
  async (each) => {
    const clock = testClock();
    const { service, session } = await running(each.api);
    service.login = () => each.answer;
    const refused = session({ clock });
    const failure = await refused.token().catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      code: "refused",
      outcome: { ok: false, reason: each.reason, reply: each.answer.body },
    });
    expect(refused.state).toEqual({ status: "refused" });

    for (const later of [1, 15 * minutes, 300 * days, -600 * days]) {
      clock.move(later);
      await expect(refused.token()).rejects.toMatchObject({ code: "refused", outcome: { reason: each.reason } });
      await expect(refused.fetch("/")).rejects.toMatchObject({ code: "refused" });
    }
    expect([service.logins, service.calls()]).toEqual([1, 0]);

    refused.reset();
    expect(refused.state).toEqual({ status: "empty" });
    service.login = () => service.grant();
    expect((await refused.fetch("/")).status).toBe(200);
  },
);

const temporary: { api: ApiUnderTest; reason: RefusalReason; answer: Answer }[] = [
  { api: esignonApi, reason: "server_error", answer: header("99") },
  { api: oneboxApi, reason: "server_error", answer: { status: 503, body: "Service Unavailable" } },
  { api: oneboxApi, reason: "rate_limited", answer: { status: 429, body: {} } },
  { api: oneboxApi, reason: "rate_limited", answer: records("time limit reached please try again tomorrow") },
];

describe.each(temporary)("$reason of $api.name holds for a pause, and is then over without reset()", (each) => {
  test("of 30 s, doubling to 15 min", async () => {
    const clock = testClock();
    const { service, session } = await running(each.api);
    service.login = () => each.answer;
    const paused = session({ clock });
    for (const [index, pause] of [30, 60, 120, 240, 480, 900, 900].entries()) {
      await expect(paused.token()).rejects.toMatchObject({ code: "refused", outcome: { reason: each.reason } });
      expect(service.logins).toBe(index + 1);
      expect(paused.state).toEqual({ status: "paused" });

      clock.move(pause * seconds - 1);
      expect(await resultsOf(1000, () => paused.token())).toEqual(["refused"]);
      await expect(paused.fetch("/")).rejects.toMatchObject({ code: "refused" });
      expect(service.logins).toBe(index + 1);

      clock.move(1);
      expect(paused.state).toEqual({ status: "empty" });
    }
    service.login = () => service.grant();
    expect(await paused.token()).toMatchObject({ value: service.issued[0] });
    expect(paused.state.status).toBe("ready");
  });

  test("which a success ends: the next is of 30 s again", async () => {
    const clock = testClock();
    const { service, session } = await running(each.api);
    const { token } = session({ clock, lifetime: minutes });
    const refuseFor = async (pause: number) => {
      service.login = () => each.answer;
      await expect(token()).rejects.toMatchObject({ code: "refused" });
      const { logins } = service;
      clock.move(pause - 1);
      await expect(token()).rejects.toMatchObject({ code: "refused" });
      expect(service.logins).toBe(logins);
      clock.move(1);
    };
    await refuseFor(30 * seconds);
    await refuseFor(60 * seconds);
    service.login = () => service.grant({ lifetime: 60 });
    await token();
    clock.move(minutes);
    await refuseFor(30 * seconds);
    service.login = () => service.grant();
    await token();
  });

  test("which reset() ends", async () => {
    const clock = testClock();
    const { service, session } = await running(each.api);
    const { token, reset } = session({ clock });
    service.login = () => each.answer;
    await expect(token()).rejects.toMatchObject({ code: "refused" });
    reset();
    await expect(token()).rejects.toMatchObject({ code: "refused" });
    clock.move(30 * seconds);
    service.login = () => service.grant();
    await token();
    expect(service.logins).toBe(3);
  });
});

describe("what was thrown is not remembered: the next call tries again", () => {
  test("when the network is down", async () => {
    const { service, session, close } = await running(oneboxApi);
    const { token } = session();
    service.login = () => Promise.reject(new Error("The connection breaks."));
    await expect(token()).rejects.toMatchObject({ code: "network" });
    service.login = () => service.grant();
    expect(await token()).toMatchObject({ value: service.issued[0] });

    const other = session();
    await close();
    await expect(other.token()).rejects.toMatchObject({ code: "network" });
    expect(other.state).toEqual({ status: "empty" });
  });

  test("when the login times out", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const service = new Service(oneboxApi);
    const { token } = sessionOf(oneboxApi, { baseUrl: "https://service.example", fetch: service.fetch });
    service.login = () => new Promise(() => {});
    const late = token();
    vi.advanceTimersByTime(30 * seconds);
    await expect(late).rejects.toMatchObject({ code: "timeout" });
    service.login = () => service.grant();
    expect((await token()).value).toBe(service.issued[0]);
  });

  test.each([
    ["unexpected_reply", () => new Response("<!doctype html>")],
    ["redirected", () => new Response(null, { status: 302, headers: { location: "/elsewhere" } })],
    ["reply_too_large", () => new Response("x".repeat(2 ** 21))],
  ])("when the reply is %s", async (code, answer) => {
    const { service, session } = await running(oneboxApi);
    const kept = session();
    service.login = answer;
    await expect(kept.token()).rejects.toMatchObject({ code });
    expect(kept.state).toEqual({ status: "empty" });
    service.login = () => service.grant();
    await kept.token();
    expect(service.logins).toBe(2);
  });

  test("when a header cannot carry the password: no request is made", async () => {
    const { service, session } = await running(headerLoginApi);
    const { token } = session({ password: "パスワード" });
    await expect(token()).rejects.toMatchObject({ code: "unsendable_credential" });
    await expect(token()).rejects.toMatchObject({ code: "unsendable_credential" });
    expect(service.logins).toBe(0);
  });
});
