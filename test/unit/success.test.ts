import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Success } from "../../src/outcome.ts";
import { type Operation, operations, refreshable } from "../support/operations.ts";

/** The moment of every reply here; the servers' own clocks are years away. */
const now = new Date("2026-11-23T12:00:00Z");
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now });
});
afterEach(() => {
  vi.useRealTimers();
});

const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

async function tokenOf(name: string, body: unknown): Promise<Success<unknown>["token"]> {
  const { open } = operations.find((operation) => operation.name === name) as Operation;
  const fetch = async () => Response.json(body);
  const outcome = await open({ baseUrl: "https://example.org", fetch }, "held-refresh-token").call();
  expect(outcome).toMatchObject({ ok: true, reply: body });
  return (outcome as Success<unknown>).token;
}

const jwt = `e30.${Buffer.from(JSON.stringify({ iat: 1_578_984_880, exp: 1_578_985_780 })).toString("base64url")}.c2ln`;

describe("a token is ready to send, and expires only where the service says so", () => {
  test.each<[string, string, unknown, object]>([
    [
      "esignon: with its own scheme, and no expiry",
      "esignon login",
      { header: { result_code: "00" }, body: { access_token: "t", expire_date: "2027-01-31" } },
      { value: "t", header: { name: "Authorization", value: "esignon t" } },
    ],
    [
      "esignon: with an instant that is one without doubt",
      "esignon login",
      { header: { result_code: "00" }, body: { access_token: "t", expire_date: "2027-01-31T09:00:00+09:00" } },
      {
        value: "t",
        header: { name: "Authorization", value: "esignon t" },
        expiresAt: new Date("2027-01-31T00:00:00Z"),
      },
    ],
    [
      "header-login: in a header of its own, for 30 minutes",
      "header-login login",
      { status: "ok", code: 200, token: "t" },
      { value: "t", header: { name: "Token", value: "t" }, expiresAt: inSeconds(1800) },
    ],
    [
      "onebox: for as long as the JWT says, from now on",
      "onebox login",
      { token: jwt },
      { value: jwt, header: { name: "Authorization", value: `Bearer ${jwt}` }, expiresAt: inSeconds(900) },
    ],
    [
      "onebox: without expiry if it is no JWT",
      "onebox login",
      { token: "t" },
      { value: "t", header: { name: "Authorization", value: "Bearer t" } },
    ],
    [
      "refresh-login: with both lifetimes",
      "refresh-login login",
      {
        code: 0,
        result: { access_token: "t", access_token_expires_in: 60, refresh_token: "r", refresh_token_expires_in: 120 },
      },
      {
        value: "t",
        header: { name: "Authorization", value: "Bearer t" },
        expiresAt: inSeconds(60),
        refresh: { value: "r", expiresAt: inSeconds(120) },
      },
    ],
    [
      "refresh-login: without a refresh token",
      "refresh-login login",
      { code: 0, result: { access_token: "t" } },
      { value: "t", header: { name: "Authorization", value: "Bearer t" } },
    ],
    [
      "refresh: the tokens that are held, whose expiry the reply does not say",
      "refresh-login refresh",
      { result: { code: 0, desc: "Ok" } },
      {
        value: "held-access-token",
        header: { name: "Authorization", value: "Bearer held-access-token" },
        refresh: { value: "held-refresh-token" },
      },
    ],
    [
      "refresh: the tokens that are held, for the lifetime that the reply says",
      "refresh-login refresh",
      { result: { code: 0, access_token_expires_in: 60 } },
      {
        value: "held-access-token",
        header: { name: "Authorization", value: "Bearer held-access-token" },
        expiresAt: inSeconds(60),
        refresh: { value: "held-refresh-token" },
      },
    ],
    [
      "refresh: a new access token, with the refresh token that is held",
      "refresh-login refresh",
      { result: { code: 0, access_token: "n", access_token_expires_in: 60 } },
      {
        value: "n",
        header: { name: "Authorization", value: "Bearer n" },
        expiresAt: inSeconds(60),
        refresh: { value: "held-refresh-token" },
      },
    ],
    [
      "refresh: two new tokens",
      "refresh-login refresh",
      { result: { code: 0, access_token: "n", refresh_token: "m", refresh_token_expires_in: 120 } },
      {
        value: "n",
        header: { name: "Authorization", value: "Bearer n" },
        refresh: { value: "m", expiresAt: inSeconds(120) },
      },
    ],
  ])("%s", async (_, name, body, token) => {
    // Strictly: a member that is not known is absent, and not undefined.
    expect(await tokenOf(name, body)).toStrictEqual(token);
  });

  test("a refresh leaves the token that it was given as it was", async () => {
    const held = Object.freeze(refreshable("held-refresh-token"));
    const before = structuredClone(held);
    await tokenOf("refresh-login refresh", { result: { code: 0, access_token: "n", refresh_token: "m" } });
    expect(held).toStrictEqual(before);
  });
});
