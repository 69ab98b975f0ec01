import { describe, expect, test } from "vitest";
import { jwtOf, tokenForm } from "../../src/mock/service/token-form.ts";

const random = (below: number) => Math.floor(Math.random() * below);
const life = { from: Date.UTC(2030, 0, 1), end: Date.UTC(2030, 0, 1, 0, 15) };
const any = () => true;

function encoded(claims: object): string {
  return `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2lnbmF0dXJl`;
}

describe("an opaque token", () => {
  test.each([
    ["7f3c2b9e51d84a06b7e0c1f29d5a8e64", /^[0-9a-f]{32}$/],
    ["7F3C2B9E51D84A06", /^[0-9A-F]{16}$/],
    ["2YotnFZFEjr1zCsicMWpAA", /^[0-9A-Za-z]{22}$/],
    ["access-token-1", /^[0-9a-z]{6}-[0-9a-z]{5}-[0-9a-z]$/],
    ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/],
  ])("has the alphabet and the length of %s", (example, form) => {
    const make = tokenForm(example, any, random, "the token");
    const made = Array.from({ length: 100 }, () => make(life));
    expect(made.filter((token) => !form.test(token))).toEqual([]);
    expect(new Set([example, ...made]).size).toBe(101);
  });

  test("keeps what its schema asks for", () => {
    const pattern = /^tok_live_[a-z][0-9]{9}$/;
    const make = tokenForm("tok_live_a123456789", (token) => pattern.test(token), random, "the token");
    expect(Array.from({ length: 50 }, () => make(life)).filter((token) => !pattern.test(token))).toEqual([]);
  });

  test("is longer than an example that leaves nothing to choose", () => {
    expect(tokenForm("t", any, random, "the token")(life)).toMatch(/^t-[0-9a-z]{12}$/);
  });

  test("that can be no other is said", () => {
    expect(() => tokenForm("fixed", (token) => token === "fixed", random, "x: the token")).toThrow(
      "x: the token can be no other than in the example",
    );
  });
});

describe("a JWT", () => {
  const claims = { iss: "example", exp: 1_578_985_780, nbf: 1_578_984_870, iat: 1_578_984_880, jti: "a/b", sid: "169" };

  test("has the claims of the example, its instants on the clock, and another signature", () => {
    const made = tokenForm(encoded(claims), any, random, "the token")(life);
    const iat = life.from / 1000;
    const { jti, ...others } = jwtOf(made)?.claims ?? {};
    expect(others).toEqual({ iss: "example", exp: iat + 900, nbf: iat - 10, iat, sid: "169" });
    expect(jti).not.toBe(claims.jti);
    expect(Object.keys(jwtOf(made)?.claims ?? {})).toEqual(Object.keys(claims));
    expect(jwtOf(made)?.header).toBe("eyJhbGciOiJIUzI1NiJ9");
    expect(jwtOf(made)?.signature).toMatch(/^[\w-]{12}$/);
    expect(jwtOf(made)?.signature).not.toBe("c2lnbmF0dXJl");
  });

  test("without an end gets none", () => {
    const made = tokenForm(encoded({ sub: "1", iat: 5 }), any, random, "the token")(life);
    expect(jwtOf(made)?.claims).toEqual({ sub: "1", iat: life.from / 1000 });
  });

  test("whose token never ends keeps its own", () => {
    const made = tokenForm(encoded({ exp: 5 }), any, random, "the token")({ ...life, end: Number.POSITIVE_INFINITY });
    expect(jwtOf(made)?.claims).toEqual({ exp: 5 });
  });

  test("ends no later than the token, by whole seconds from a Date", () => {
    const made = tokenForm(encoded(claims), any, random, "the token")({ from: 1_999, end: 4_500 });
    expect(jwtOf(made)?.claims).toMatchObject({ iat: 1, exp: 3 });
  });

  test("without a signature is told apart by its id", () => {
    const make = tokenForm(encoded({ sub: "1" }).replace(/[^.]*$/, ""), any, random, "the token");
    expect(make(life)).not.toBe(make(life));
  });

  test("that is cut off is a text", () => {
    const cut = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiO...";
    expect(tokenForm(cut, any, random, "the token")(life)).toMatch(/^[0-9A-Za-z]{36}\.[0-9A-Za-z]{9}\.\.\.$/);
  });
});
