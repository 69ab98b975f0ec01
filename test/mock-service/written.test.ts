import { describe, expect, test } from "vitest";
import type { End } from "../../src/login/contract.ts";
import { withEnds, withHeader, written } from "../../src/mock/service/written.ts";
import type { Reply } from "../../src/openapi/scenarios.ts";

const from = Date.UTC(2030, 0, 1, 12) + 700;
const life = { from, end: from + 90 * 60_000 };

function replyWith(value: unknown): Reply {
  return { name: "success", status: 200, headers: { "X-Token": "old" }, example: { value } };
}

describe("when a token ends is said in the form of the example", () => {
  const at = "$response.body#/end";
  test.each<[string, End, unknown, unknown]>([
    ["seconds", { in: at }, 1800, 5400],
    ["milliseconds", { in: at, unit: "ms" }, 900_000, 5_400_000],
    ["a text of seconds", { in: at }, "604800", "5400"],
    ["an instant in seconds", { at, unit: "s" }, 1_767_226_000, Date.UTC(2030, 0, 1, 13, 30) / 1000],
    ["an instant in milliseconds", { at, unit: "ms" }, 1_935_370_800_000, Date.UTC(2030, 0, 1, 13, 30)],
    ["a text of an instant", { at, unit: "s" }, "1767226000", String(Date.UTC(2030, 0, 1, 13, 30) / 1000)],
    ["a date and time in UTC", { at }, "2031-05-01T12:00:00Z", "2030-01-01T13:30:00Z"],
    ["with an offset", { at }, "2031-05-01T12:00:00+09:00", "2030-01-01T22:30:00+09:00"],
    ["with another offset", { at }, "2031-05-01T12:00:00-03:30", "2030-01-01T10:00:00-03:30"],
    ["with parts of a second", { at }, "2031-05-01T12:00:00.12Z", "2030-01-01T13:30:00.00Z"],
    ["a date", { at }, "2027-01-31", "2030-01-01"],
    ["any other text", { at }, "on Monday", "on Monday"],
    ["nothing", { at }, undefined, undefined],
    ["a length that is no number", { in: at }, "long", "long"],
    ["a constant", { in: 1800 }, "x", "x"],
  ])("%s", (_, end, example, expected) => {
    const reply = withEnds(replyWith({ end: example, other: 1 }), [end], life);
    expect(reply.example.value).toEqual({ end: expected, other: 1 });
  });
});

describe("a value is written", () => {
  test.each([
    ["into a list", "$response.body#/tokens/1", { tokens: ["a", "b"] }, { tokens: ["a", "new"] }],
    [
      "under a name with signs of a pointer",
      "$response.body#/a~1b/~0c",
      { "a/b": { "~c": 1 } },
      { "a/b": { "~c": "new" } },
    ],
    ["as the whole body", "$response.body", "token", "new"],
    ["nowhere, where nothing stands", "$response.body#/a/b", { a: {} }, { a: {} }],
  ] as const)("%s", (_, at, value, expected) => {
    const before = structuredClone(value);
    expect(written(replyWith(value), at, "new").example.value).toEqual(expected);
    expect(value).toEqual(before);
  });

  test("into a member that an object's own name could hide", () => {
    const value = JSON.parse('{"__proto__":{"token":"old"}}');
    expect(JSON.stringify(written(replyWith(value), "$response.body#/__proto__/token", "new").example.value)).toBe(
      '{"__proto__":{"token":"new"}}',
    );
  });

  test("into a header, in whatever case it was", () => {
    expect(written(replyWith(1), "$response.header.x-token", "new").headers).toEqual({ "x-token": "new" });
    expect(withHeader(replyWith(1), "X-TOKEN", "new").headers).toEqual({ "X-TOKEN": "new" });
  });
});
