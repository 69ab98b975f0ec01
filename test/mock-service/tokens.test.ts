import { describe, expect, test } from "vitest";
import { type Family, Tokens } from "../../src/mock/service/tokens.ts";

const never = Number.POSITIVE_INFINITY;

function family(): Family {
  return { sent: {}, life: never };
}

describe("no more tokens are remembered than the limit", () => {
  test("those that can be good no more are forgotten first", () => {
    const tokens = new Tokens(8);
    const held = family();
    tokens.give("token", held, "lasting", { from: 0, end: never });
    for (let count = 0; count < 100; count++) {
      tokens.give("token", family(), `short-${count}`, { from: count * 10, end: count * 10 + 10 });
      expect(tokens.size).toBeLessThanOrEqual(8);
    }
    expect(tokens.verdict("token", "lasting", 1000)).toBe("good");
    expect(tokens.verdict("token", "short-0", 1000)).toBe("unknown");
  });

  test("then the oldest; one that was extended is young", () => {
    const tokens = new Tokens(8);
    const held = family();
    tokens.give("token", held, "first", { from: 0, end: never });
    for (let count = 0; count < 100; count++) {
      tokens.give("token", family(), `lasting-${count}`, { from: 0, end: never });
      tokens.extend("first", never);
      expect(tokens.size).toBeLessThanOrEqual(8);
    }
    expect(tokens.verdict("token", "first", 0)).toBe("good");
    expect(tokens.verdict("token", "lasting-99", 0)).toBe("good");
    expect(tokens.verdict("token", "lasting-0", 0)).toBe("unknown");
  });

  test("a spent refresh token is kept as long as it could be sent", () => {
    const tokens = new Tokens(8);
    const held = family();
    tokens.give("refreshToken", held, "spent", { from: 0, end: 500 });
    tokens.give("refreshToken", held, "next", { from: 0, end: 500 });
    for (let count = 0; count < 20; count++) tokens.give("token", family(), `short-${count}`, { from: 400, end: 400 });
    expect(tokens.find("refreshToken", "spent")?.state).toBe("replaced");
    for (let count = 0; count < 20; count++) tokens.give("token", family(), `later-${count}`, { from: 500, end: 500 });
    expect(tokens.find("refreshToken", "spent")).toBeUndefined();
  });
});
