import { expect, test } from "vitest";
import type { RequestPlace } from "../../src/openapi/expressions.ts";
import type { DocumentedCall } from "../../src/openapi/login.ts";
import type { Credential } from "../../src/openapi/request.ts";
import { neededConsent, type Stake, stakeOf } from "../../src/openapi/stake.ts";
import type { Probe } from "../../src/openapi/verification.ts";

const company: RequestPlace = { in: "path", name: "company" };
const inBody: Record<string, RequestPlace> = {
  company,
  user: { in: "body", pointer: "/user" },
  password: { in: "body", pointer: "/password" },
};
const inHeaders: Record<string, RequestPlace> = {
  user: { in: "header", name: "User" },
  password: { in: "header", name: "Password" },
};

function stake(places: Record<string, RequestPlace>, probe: Partial<Probe>, kind: "login" | "refresh" = "login") {
  const credentials = Object.entries(places).map(
    ([name, place]) => ({ name, place, secret: name === "password" || name === "refreshToken" }) as Credential,
  );
  const call = { documented: { credentials } as unknown as DocumentedCall, kind };
  const whole: Probe = { summary: "Asks.", consent: "safe", ...probe };
  return [stakeOf(whole, call), neededConsent(whole, call).consent];
}

test.each<[string, Record<string, RequestPlace>, Partial<Probe>, Stake, string]>([
  ["a login", inBody, {}, "login", "token"],
  ["a login by another method", inHeaders, { method: "put" }, "login", "token"],
  ["own headers beside a body that is none", inHeaders, { body: "{" }, "login", "token"],
  ["own headers in a GET", inHeaders, { method: "get" }, "login", "token"],
  ["a wrong password", inBody, { credentials: { password: "invented" } }, "own account", "risk"],
  ["an empty password", inBody, { credentials: { password: "empty" } }, "own account", "risk"],
  ["no password", inBody, { credentials: { password: "absent" } }, "own account", "risk"],
  [
    "a wrong password that follows a login",
    inBody,
    { after: "login", credentials: { password: "invented" } },
    "own account",
    "risk",
  ],
  [
    "a wrong password by another method",
    inHeaders,
    { method: "put", credentials: { password: "invented" } },
    "own account",
    "risk",
  ],
  ["the right password for another company", inBody, { credentials: { company: "invented" } }, "own account", "risk"],
  ["the right password for nobody", inHeaders, { credentials: { user: "absent" } }, "own account", "risk"],
  ["a user that does not exist", inBody, { credentials: { user: "invented", password: "invented" } }, "nobody", "safe"],
  [
    "such a user without a password",
    inBody,
    { credentials: { user: "invented", password: "absent" } },
    "nothing",
    "safe",
  ],
  ["a body that is none, for an own company", inBody, { body: "{" }, "nothing", "safe"],
])("%s", (_, places, probe, expected, consent) => {
  expect(stake(places, probe)).toEqual([expected, consent]);
});

test("a renewal puts nothing at stake but with a wrong secret of the reader's own client", () => {
  const places: Record<string, RequestPlace> = { ...inHeaders, refreshToken: { in: "body", pointer: "/token" } };
  expect(stake(places, { credentials: { refreshToken: "invented" } }, "refresh")).toEqual(["nothing", "safe"]);
  expect(stake(places, { after: "login" }, "refresh")).toEqual(["nothing", "token"]);
  expect(stake(places, { after: "login", credentials: { password: "invented" } }, "refresh")).toEqual([
    "own account",
    "risk",
  ]);
});
