import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { remembering } from "../../src/mock/remember.ts";
import type { DocumentedOperation } from "../../src/openapi/scenarios.ts";

const operations = [{ parameters: [{ name: "User-Name", in: "header" }] }] as DocumentedOperation[];
const original = { method: "POST", url: "/login?a=1", headers: { "user-name": "user" } as Record<string, string> };

/** A function that remembers what it decided, and how often it did. */
function counted(lasts = true) {
  let count = 0;
  const decide = remembering(
    operations,
    () => ++count,
    () => lasts,
  );
  return (request: Partial<typeof original> = {}, text = "{}") =>
    decide({ ...original, ...request } as IncomingMessage, text);
}

describe("what was decided", () => {
  it("is not decided again, whatever else the request says", () => {
    const decide = counted();
    expect([decide(), decide(), decide({ headers: { ...original.headers, date: "today" } })]).toEqual([1, 1, 1]);
  });

  const { headers } = original;
  it.each<[string, Partial<typeof original>, string?]>([
    ["method", { method: "GET" }],
    ["path", { url: "/log?a=1" }],
    ["query", { url: "/login?a=2" }],
    ["body", {}, '{"a":1}'],
    ["body, which is empty", {}, ""],
    ["parameter", { headers: { "user-name": "other" } }],
    ["parameter, which is absent", { headers: {} }],
    ["parameter, which is empty", { headers: { "user-name": "" } }],
    ["media type", { headers: { ...headers, "content-type": "text/plain" } }],
    ["preference", { headers: { ...headers, prefer: "code=200" } }],
  ])("is decided anew for another %s", (_, request, text) => {
    const decide = counted();
    expect([decide(), decide(request, text), decide(), decide(request, text)]).toEqual([1, 2, 1, 2]);
  });

  it("is decided anew if it does not last, or if the body is long", () => {
    const passing = counted(false);
    expect([passing(), passing()]).toEqual([1, 2]);
    const lasting = counted();
    expect([lasting({}, "a".repeat(5000)), lasting({}, "a".repeat(5000))]).toEqual([1, 2]);
  });

  it("is forgotten when there is too much of it, so that memory is bounded", () => {
    const decide = counted();
    for (let count = 1; count <= 1001; count++) expect(decide({ url: `/${count}` })).toBe(count);
    expect([decide({ url: "/1001" }), decide({ url: "/1" })]).toEqual([1001, 1002]);
  });
});
