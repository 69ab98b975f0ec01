import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import type { Api } from "../../src/login/contract.ts";
import { checkCredentials, secretsOf, withoutSecrets } from "../../src/login/credentials.ts";
import type { Refusal } from "../../src/login/outcome.ts";

interface Credentials {
  user: string;
  password: string;
  pin?: number;
  siteId: number | string;
  region?: "north" | "south";
}

const api: Pick<Api<Credentials>, "credentials"> = {
  credentials: {
    user: { type: "string" },
    password: { type: "string", secret: true },
    pin: { type: "integer", secret: true, optional: true },
    siteId: { type: ["integer", "string"] },
    region: { type: "string", enum: ["north", "south"], optional: true },
  },
};

const good: Credentials = { user: "ann", password: "correct-password", siteId: 17 };
const check = (given: unknown) => checkCredentials(api, given as Credentials);

describe("credentials", () => {
  test("are taken as they are, and nothing else with them", () => {
    const all = { ...good, pin: 1234, region: "north" as const };
    expect(check({ ...all, theme: "dark" })).toEqual(all);
    expect(check({ ...good, pin: undefined })).toEqual(good);
  });

  test("are only those that are asked for", () => {
    expect(checkCredentials(api, { user: "ann" } as Credentials, ["user"])).toEqual({ user: "ann" });
    expect(() => checkCredentials(api, { user: "ann" } as Credentials, ["user", "siteId"])).toThrow(
      "siteId is missing",
    );
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "the credentials are no object"],
    ["null", null, "the credentials are no object"],
    ["a text", "correct-password", "the credentials are no object"],
    ["one that is missing", { ...good, password: undefined }, "password is missing"],
    ["one of another type", { ...good, password: 1234 }, "password is no string"],
    ["one that is null", { ...good, password: null }, "password is no string"],
    ["an optional one that is null", { ...good, pin: null }, "pin is no integer"],
    ["one of none of several types", { ...good, siteId: true }, "siteId is no integer or string"],
    ["a number that is none", { ...good, siteId: Number.NaN }, "siteId is no integer or string"],
    ["one that no list has", { ...good, region: "east" }, "region is no north or south"],
  ])("are refused by name, without a value: %s", (_, given, message) => {
    expect(() => check(given)).toThrow(new LoginError("invalid_argument", message));
  });

  test("have passwords among them", () => {
    expect(secretsOf(api, { ...good, pin: 1234 })).toEqual(["correct-password", "1234"]);
    expect(secretsOf(api, { ...good, theme: "dark" } as Credentials)).toEqual(["correct-password"]);
  });
});

describe("a refusal's texts", () => {
  const reply = { said: "correct-password" };
  const refusal = (message: string, code = "10"): Refusal => ({ ok: false, reason: "unknown", code, message, reply });
  const messageOf = (message: string, secrets: string[]) => {
    const masked = withoutSecrets(refusal(message), secrets);
    if (masked.ok) throw new Error("A refusal stays one.");
    return masked.message;
  };

  test.each<[string, string, string[], string]>([
    ["have no password", "no correct-password!", ["correct-password"], "no ***!"],
    ["have it nowhere", "pass pass, pass", ["pass"], "*** ***, ***"],
    ["lose the longest first", "pass-word and pass", ["pass", "pass-word"], "*** and ***"],
    ["keep what is under four characters", "abc abcd", ["abc"], "abc abcd"],
    ["keep all else where nothing was sent", "no", [], "no"],
    ["take a password for a text, not for a pattern", "a.c$& a.cd", ["a.cd", "$&$&"], "a.c$& ***"],
    ["are cut after masking", `${"x".repeat(495)}correct-password`, ["correct-password"], `${"x".repeat(495)}***`],
    ["are cut at 500 characters", "y".repeat(501), [], "y".repeat(500)],
  ])("%s", (_, message, secrets, is) => {
    expect(messageOf(message, secrets)).toBe(is);
  });

  test("no part of a secret is left at the end", () => {
    for (let before = 480; before <= 500; before += 1)
      expect(messageOf(`${"x".repeat(before)}correct-password`, ["correct-password"])).not.toContain("c");
  });

  test("a code is untouched unless it holds the password", () => {
    expect(withoutSecrets(refusal("no", "E-10"), ["correct-password"])).toMatchObject({ code: "E-10" });
    expect(withoutSecrets(refusal("no", "E-1234"), ["1234"])).toMatchObject({ code: "E-***" });
    expect(withoutSecrets(refusal("no", "123"), ["123"])).toMatchObject({ code: "123" });
    expect(withoutSecrets(refusal("no", "z".repeat(600)), [])).toMatchObject({ code: "z".repeat(600) });
  });

  test("the reply is as it came", () => {
    expect(withoutSecrets(refusal("no"), ["correct-password"]).reply).toBe(reply);
  });
});
