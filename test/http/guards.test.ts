import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import {
  checkBaseUrl,
  checkHeaders,
  headerEntries,
  headerValue,
  isSendable,
  pathSegment,
} from "../../src/http/guards.ts";
import { record } from "../support/record.ts";

const rejected = (message: string) => expect.objectContaining({ name: "LoginError", message });

/** Whatever in a table comes to something else than it should: to another result, or another `LoginError`. */
function differing<Value>(
  table: readonly (readonly [value: Value, result: string])[],
  made: (value: Value) => unknown,
) {
  const results = table.map(([value, result]) => {
    try {
      return { value, result, is: made(value) };
    } catch (error) {
      return { value, result, is: error instanceof LoginError ? error.message : error };
    }
  });
  return results.filter(({ result, is }) => is !== result);
}

describe("a base URL", () => {
  const urls = [
    ["https://example.org", "https://example.org/"],
    ["https://example.org:8443/base/path", "https://example.org:8443/base/path"],
    ["http://localhost", "http://localhost/"],
    ["http://LOCALHOST:80", "http://localhost/"],
    ["http://api.localhost", "http://api.localhost/"],
    ["http://127.0.0.1", "http://127.0.0.1/"],
    ["http://127.255.255.254", "http://127.255.255.254/"],
    // Other spellings of the same address.
    ["http://127.1", "http://127.0.0.1/"],
    ["http://0x7f000001", "http://127.0.0.1/"],
    ["http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080/"],
  ] as const;
  const insecure = [
    "http://example.org",
    "http://127.0.0.1.example.org",
    "http://localhost.example.org",
    "http://notlocalhost",
    "http://localhost.",
    "http://0.0.0.0",
    "http://[::ffff:127.0.0.1]",
    "http://[::]",
    "http://128.0.0.1",
    "http://10.127.0.0",
    "http://127.0.0.example",
    "ftp://127.0.0.1",
    "ws://127.0.0.1",
    "file:///login",
    "javascript:login",
  ].map((value) => [value, "insecure_url: baseUrl is not https"] as const);

  test("is https, or http to loopback", () => {
    expect(differing([...urls, ...insecure], (value) => checkBaseUrl(value, false).href)).toEqual([]);
  });

  test("plain http goes to any host on demand, and nothing else does", () => {
    expect(checkBaseUrl("http://example.org", true).href).toBe("http://example.org/");
    expect(() => checkBaseUrl("ftp://example.org", true)).toThrow(rejected("insecure_url: baseUrl is not https"));
    expect(() => checkBaseUrl("http://example.org", "no" as never)).toThrow(
      rejected("insecure_url: baseUrl is not https"),
    );
  });

  const malformed: [unknown, string][] = [
    [undefined, "is missing"],
    ["https://user@example.org", "has a user or password"],
    ["https://:pass@example.org", "has a user or password"],
    ["https://example.org?query", "has a query"],
    ["https://example.org/?", "has a query"],
    ["https://example.org#fragment", "has a fragment"],
    ["https://example.org/#", "has a fragment"],
    ["example.org", "is no URL"],
    ["//example.org", "is no URL"],
    ["https://", "is no URL"],
    ["https://exa mple.org", "is no URL"],
    ["", "is no URL"],
    [null, "is no URL"],
    [42, "is no URL"],
    [{ toString: () => "https://example.org" }, "is no URL"],
  ];
  test("is an origin and a path", () => {
    const table = malformed.map(([value, what]) => [value, `invalid_argument: baseUrl ${what}`] as const);
    expect(differing(table, (value) => checkBaseUrl(value, true))).toEqual([]);
  });

  test("is called by the name that the caller knows", () =>
    expect(() => checkBaseUrl("", true, "allowedOrigins")).toThrow(
      rejected("invalid_argument: allowedOrigins is no URL"),
    ));
});

describe("a path parameter", () => {
  const segments: [unknown, string][] = [
    ["acme", "acme"],
    [7, "7"],
    [true, "true"],
    ["a/b", "a%2Fb"],
    ["%2e%2e", "%252e%252e"],
    ["a\\b?c#d", "a%5Cb%3Fc%23d"],
    ["...", "..."],
    ["日本🔑", "%E6%97%A5%E6%9C%AC%F0%9F%94%91"],
    [" \n", "%20%0A"],
    ["a".repeat(1024), "a".repeat(1024)],
  ];
  test("becomes one segment", () => {
    expect(differing(segments, (value) => pathSegment("id", value))).toEqual([]);
  });

  const none: [unknown, string][] = [
    [undefined, "is missing"],
    ["", "is empty"],
    [".", "has a dot segment"],
    ["..", "has a dot segment"],
    ["../other", "has a dot segment"],
    ["a\\.\\b", "has a dot segment"],
    ["a".repeat(1025), "is too long"],
    ["acme\ud83d", "has half a character"],
    ["\udd11", "has half a character"],
    [null, "is no text"],
    [Number.NaN, "is no text"],
    [["a"], "is no text"],
    [{ toString: () => ".." }, "is no text"],
    [Symbol("acme"), "is no text"],
  ];
  test("is refused where it is none", () => {
    const table = none.map(([value, what]) => [value, `invalid_argument: id ${what}`] as const);
    expect(differing(table, (value) => pathSegment("id", value))).toEqual([]);
  });
});

const unsendable = [
  "line\rbreak",
  "line\nbreak",
  "nul\0",
  "日本語",
  "“quoted”",
  " leading blank",
  "trailing blank ",
  "\tleading tab",
  "trailing tab\t",
  "trailing break\n",
  "\u007f",
  "\u001f",
  "\u0100",
  "\u{1f511}",
  "\ud83d",
  " ",
];
const sendable = ["a", "pass word", "tab\tinside", " !~".trim(), "é", "ÿ\u0080x", '"; DROP', "a:b"];

describe("a header", () => {
  test("cannot carry what would not arrive", () => {
    const table = unsendable.map((value) => [value, "unsendable_credential: Password cannot carry its value"] as const);
    expect(differing(table, (value) => headerValue("Password", value))).toEqual([]);
    expect(unsendable.filter(isSendable)).toEqual([]);
  });

  test("carries everything else, which arrives as it was sent", async () => {
    for (const value of sendable) {
      expect(isSendable(value)).toBe(true);
      expect(headerValue("Password", value)).toBe(value);
    }
    const server = await record();
    for (const value of ["", ...sendable]) await fetch(server.url, { headers: { "X-Value": value } });
    await server.close();
    expect(server.requests.map(({ headers }) => headers["x-value"])).toEqual(["", ...sendable]);
  });

  test("may be empty, which a token may not", () => {
    expect(headerValue("Password", "")).toBe("");
    expect(isSendable("")).toBe(false);
  });

  test("carries numbers and booleans as their text, and nothing else", () => {
    expect(headerValue("Site", 7)).toBe("7");
    expect(headerValue("Site", false)).toBe("false");
    for (const value of [null, {}, ["a"], Number.NaN, () => "a"]) {
      expect(() => headerValue("Site", value)).toThrow(rejected("invalid_argument: Site is no text"));
    }
  });

  test("cannot have a name that is no token, and does not say it", () => {
    for (const name of ["", "a b", "a:b", "a\nb", "名", "a,b", "(a)"]) {
      expect(() => checkHeaders({ [name]: "a" })).toThrow(rejected("invalid_argument: a header's name is malformed"));
    }
  });

  test("may have every character of a token in its name", () => {
    const name = "azAZ09!#$%&'*+.^_`|~-";
    expect(checkHeaders({ [name]: "a" })).toEqual({ [name]: "a" });
  });
});

describe("headers", () => {
  test("are taken in every form", () => {
    const forms = [{ "X-Call": "two" }, [["X-Call", "two"]], new Map([["X-Call", "two"]])];
    for (const headers of forms) expect(headerEntries(headers as never)).toEqual([["X-Call", "two"]]);
    expect(headerEntries(new Headers({ "X-Call": "two" }))).toEqual([["x-call", "two"]]);
    expect(headerEntries(undefined)).toEqual([]);
  });

  test("whose names differ in case are one, and the last wins", () =>
    expect(checkHeaders({ "X-A": "1", "x-a": "2", "X-B": "3" }, undefined, { "X-a": "4", "X-B": undefined })).toEqual({
      "X-a": "4",
      "X-B": "3",
    }));

  test("keep a name that objects have themselves", () =>
    expect(Object.entries(checkHeaders(JSON.parse('{"__proto__":"a"}')))).toEqual([["__proto__", "a"]]));

  test("are a copy", () => {
    const headers = { "X-A": "1" };
    const copy = checkHeaders(headers);
    headers["X-A"] = "2\n";
    expect(copy).toEqual({ "X-A": "1" });
  });

  test("are refused in any other form", () => {
    const objects = [null, "a: b", 7].map((headers) => [headers, "invalid_argument: headers are no object"] as const);
    const lists = [["a"], [7], ["ab"], [["a"]], [["a", "b"], "cd"], [["a", "b", "c"]], [[7, "b"]], new Set(["ab"])];
    const pairs = lists.map((list) => [list, "invalid_argument: headers are no pairs of name and value"] as const);
    expect(differing<unknown>([...objects, ...pairs], (headers) => headerEntries(headers as never))).toEqual([]);
  });
});
