import { expect, test } from "vitest";
import { startLoginService } from "../support/login-service.ts";

test("1,000 calls at once: one login, and a 401 for all: one renewal", async () => {
  const service = await startLoginService();
  const { fetch } = service.session();
  const calls = () => Promise.all(Array.from({ length: 1_000 }, async () => (await fetch("/a")).status));
  expect(new Set(await calls())).toEqual(new Set([200]));
  expect(service.logins).toBe(1);
  service.good = "";
  expect(new Set(await calls())).toEqual(new Set([200]));
  expect(service.logins).toBe(2);
}, 120_000);
