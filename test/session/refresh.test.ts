import { describe, expect, test } from "vitest";
import type { Token } from "../../src/login/outcome.ts";
import type { SessionEvent } from "../../src/session.ts";
import { hours, minutes, seconds, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { running } from "../support/running.ts";
import { refreshLoginApi } from "./apis.ts";

/** A session that holds a token for half an hour, with a refresh token for four hours. */
async function refreshable(refreshLifetime = 14_400, observe?: (event: SessionEvent) => void) {
  const clock = testClock();
  const { service, session } = await running(refreshLoginApi, { lifetime: 1800, refreshLifetime });
  const kept = session({ clock, observe });
  const first = await kept.token();
  return { clock, service, session: kept, first };
}

const answer = (result: object) => () => ({ status: 200, body: { result: { code: 0, ...result } } });

const ends = ({ expiresAt, refresh }: Token) => [expiresAt?.getTime(), refresh?.expiresAt?.getTime()];

describe("renewed by refresh where the API has it, else by login", () => {
  test("a refresh that brings no token extends the ones held, by what the login said", async () => {
    const { clock, service, session, first } = await refreshable();
    for (const renewals of [1, 2]) {
      clock.move(29.5 * minutes);
      const extended = await session.token();
      expect(extended.value).toBe(first.value);
      expect(ends(extended)).toEqual([clock() + 30 * minutes, clock() + 4 * hours]);
      expect([service.logins, service.renewals]).toEqual([1, renewals]);
    }
    expect(service.refreshTokensSent).toEqual(["refresh-token-1", "refresh-token-1"]);
  });

  test("a refresh that brings tokens replaces the ones held", async () => {
    const { clock, service, session } = await refreshable();
    service.refresh = answer({
      access_token: "renewed",
      access_token_expires_in: 600,
      refresh_token: "renewed-refresh",
      refresh_token_expires_in: 7200,
    });
    clock.move(29.5 * minutes);
    const renewed = await session.token();
    expect(renewed).toMatchObject({ value: "renewed", refresh: { value: "renewed-refresh" } });
    expect(ends(renewed)).toEqual([clock() + 10 * minutes, clock() + 2 * hours]);

    clock.move(9.5 * minutes);
    await session.token();
    expect(service.refreshTokensSent).toEqual(["refresh-token-1", "renewed-refresh"]);
    expect(service.logins).toBe(1);
  });

  test("the old refresh token stays if a reply brings none, and stays as old as it was", async () => {
    const { clock, service, session } = await refreshable();
    const start = clock();
    service.refresh = answer({ access_token: "renewed" });
    clock.move(29.5 * minutes);
    const renewed = await session.token();
    expect(renewed).toMatchObject({ value: "renewed", refresh: { value: "refresh-token-1" } });
    expect(ends(renewed)).toEqual([clock() + 30 * minutes, start + 4 * hours]);
  });

  test("a refresh token alone is taken, and the access token extended", async () => {
    const { clock, service, session, first } = await refreshable();
    service.refresh = answer({ refresh_token: "another", refresh_token_expires_in: 60 });
    clock.move(29.5 * minutes);
    const renewed = await session.token();
    expect(renewed).toMatchObject({ value: first.value, refresh: { value: "another" } });
    expect(ends(renewed)).toEqual([clock() + 30 * minutes, clock() + 1 * minutes]);
  });

  test.each([
    { age: 20 * minutes - 30 * seconds - 1, by: "refresh", counts: [1, 1] },
    { age: 20 * minutes - 30 * seconds, by: "login", counts: [2, 0] },
    { age: 24 * hours, by: "login", counts: [2, 0] },
    { age: -24 * hours, by: "login", counts: [2, 0] },
  ])("a refresh token of 20 min that is $age ms old: by $by", async ({ age, counts }) => {
    const clock = testClock();
    const { service, session } = await running(refreshLoginApi, { lifetime: 60, refreshLifetime: 1200 });
    const { token } = session({ clock });
    await token();
    clock.move(age);
    await token();
    expect([service.logins, service.renewals]).toEqual(counts);
  });

  test("a login that brings no refresh token is followed by a login", async () => {
    const clock = testClock();
    const { service, session } = await running(refreshLoginApi);
    const { token } = session({ clock });
    await token();
    clock.move(30 * minutes);
    await token();
    expect([service.logins, service.renewals]).toEqual([2, 0]);
  });
});

describe("a refresh that is refused falls back to one login", () => {
  test.each([
    ["a code", () => ({ status: 200, body: { result: { code: 1, error: "invalid_token" } } })],
    ["HTTP 401", () => new Response(null, { status: 401 })],
    ["HTTP 503", () => new Response(null, { status: 503 })],
    ["HTTP 429", () => new Response(null, { status: 429 })],
    ["HTML", () => new Response("<!doctype html>")],
    ["a token that no header can carry", answer({ access_token: "to ken" })],
    ["2 MiB", () => new Response("x".repeat(2 ** 21))],
  ])("%s", async (_, refused) => {
    const { clock, service, session } = await refreshable();
    service.refresh = refused;
    clock.move(29.5 * minutes);
    expect((await session.token()).value).toBe(service.issued[1]);
    expect([service.logins, service.renewals]).toEqual([2, 1]);
  });

  test("and a refused login is remembered, without the refresh token being sent again", async () => {
    const { clock, service, session } = await refreshable();
    service.refresh = () => new Response(null, { status: 401 });
    service.login = () => new Response(null, { status: 503 });
    clock.move(29.5 * minutes);
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    clock.move(30 * seconds);
    await expect(session.token()).rejects.toMatchObject({ code: "refused" });
    expect([service.logins, service.renewals]).toEqual([3, 1]);
  });
});

describe("a spent refresh token is never sent", () => {
  test("one whose answer never came may be spent: a login follows", async () => {
    const { clock, service, session } = await refreshable();
    service.refresh = () => Promise.reject(new Error("The connection breaks."));
    clock.move(29.5 * minutes);
    await expect(session.token()).rejects.toMatchObject({ code: "network" });
    expect((await session.token()).value).toBe(service.issued[1]);
    expect([service.logins, service.renewals]).toEqual([2, 1]);
  });

  test("so may one whose refresh was aborted", async () => {
    const { clock, service, session } = await refreshable();
    const arrived = deferred();
    const release = deferred();
    service.refresh = async () => {
      arrived.resolve();
      await release.promise;
      return { status: 200, body: { result: { code: 0 } } };
    };
    clock.move(29.5 * minutes);
    const controller = new AbortController();
    const aborted = session.token({ signal: controller.signal });
    await arrived.promise;
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    expect((await session.token()).value).toBe(service.issued[1]);
    expect(service.refreshTokensSent).toEqual(["refresh-token-1"]);
    release.resolve();
  });
});

describe("a rejected token is never used or extended again: one renewal for all, and if it brings no new token, one login", () => {
  test("a refresh without a token is followed by a login", async () => {
    const { service, session, first } = await refreshable();
    service.revoke();
    expect((await session.fetch("/")).status).toBe(200);
    expect([service.logins, service.renewals]).toEqual([2, 1]);
    expect([service.calls(first.value), service.calls(service.issued[1])]).toEqual([1, 1]);
  });

  test("a refresh with the same token is followed by a login", async () => {
    const { service, session, first } = await refreshable();
    service.refresh = answer({ access_token: first.value });
    service.revoke();
    expect((await session.fetch("/")).status).toBe(200);
    expect([service.logins, service.renewals, service.calls(first.value)]).toEqual([2, 1, 1]);
  });

  test("a refresh with a new token needs no login", async () => {
    const { service, session } = await refreshable();
    service.revoke();
    service.issued.push("renewed");
    service.refresh = answer({ access_token: "renewed" });
    expect((await session.fetch("/")).status).toBe(200);
    expect([service.logins, service.renewals]).toEqual([1, 1]);
  });

  test("a token that is rejected while it is being extended is not extended", async () => {
    const rejected = deferred();
    const { clock, service, session, first } = await refreshable(14_400, ({ type }) => {
      if (type === "rejection") rejected.resolve();
    });
    const held = deferred();
    const refreshing = deferred();
    const release = deferred();
    service.resource = async () => {
      await held.promise;
      return service.api.rejection;
    };
    service.refresh = async () => {
      refreshing.resolve();
      await release.promise;
      return { status: 200, body: { result: { code: 0 } } };
    };

    const late = session.fetch("/late");
    await service.callsReach(1);
    clock.move(29.5 * minutes);
    const renewed = session.token();
    await refreshing.promise;
    service.revoke();
    held.resolve();
    await rejected.promise;
    service.resource = () => new Response();
    release.resolve();
    expect((await renewed).value).toBe(service.issued[1]);
    expect((await late).status).toBe(200);
    expect([service.logins, service.renewals, service.calls(first.value)]).toEqual([2, 1, 1]);
  });
});
