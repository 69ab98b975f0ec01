import { describe, expect, test } from "vitest";
import { basic, buildRequest, type Call, form } from "../../src/http/call.ts";
import { connect } from "../../src/http/options.ts";

const rejected = (message: string) => expect.objectContaining({ name: "LoginError", message });
const build = (call: Partial<Call>, headers: Record<string, string> = {}) =>
  buildRequest(connect("https://host.example", { headers }), { method: "POST", path: "/login", ...call });

describe("a call becomes one request", () => {
  test("to the operation's path, below the base URL's own", () => {
    const urls = ["https://host.example", "https://host.example/gateway", "https://host.example/gateway/"].map(
      (baseUrl) => buildRequest(connect(baseUrl), { method: "GET", path: "/login" }),
    );
    expect(urls).toEqual([
      { url: "https://host.example/login", method: "GET", headers: {} },
      { url: "https://host.example/gateway/login", method: "GET", headers: {} },
      { url: "https://host.example/gateway/login", method: "GET", headers: {} },
    ]);
  });

  test("with its path parameters, whatever they hold", () =>
    expect(build({ path: "/{a}/b/{a-b}/{c}", params: { path: { a: "{c}", "a-b": 7, c: "$&" } } }).url).toBe(
      "https://host.example/%7Bc%7D/b/7/%24%26",
    ));

  test("only if it has all of them", () => {
    const path = "/{company}/login";
    expect(() => build({ path })).toThrow(rejected("invalid_argument: company is missing"));
    expect(() => build({ path, params: { path: { company: ".." } } })).toThrow(
      rejected("invalid_argument: company has a dot segment"),
    );
    expect(() => build({ path: "/{constructor}" })).toThrow(rejected("invalid_argument: constructor is no text"));
  });

  test("with its query: lists as one pair for each value, nothing for what is undefined", () => {
    const query = { a: ["1", 2, false], "b&": "c d+é&=", none: undefined, no: [], empty: "" };
    const { url } = build({ params: { query } });
    expect(url).toBe("https://host.example/login?a=1&a=2&a=false&b%26=c%20d%2B%C3%A9%26%3D&empty=");
    expect([...new URL(url).searchParams]).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["a", "false"],
      ["b&", "c d+é&="],
      ["empty", ""],
    ]);
    expect(build({ params: { query: { none: undefined } } }).url).toBe("https://host.example/login");
  });

  const unwritable: [unknown, string][] = [
    [{ deep: {} }, "deep is no text"],
    [{ deep: [["a"]] }, "deep is no text"],
    [{ nothing: null }, "nothing is no text"],
    [{ half: "\ud83d" }, "half has half a character"],
  ];
  test("not with what is no text in its query or form", () => {
    for (const [members, what] of unwritable) {
      expect(() => build({ params: { query: members as never } })).toThrow(rejected(`invalid_argument: ${what}`));
      expect(() => build({ body: members, contentType: form })).toThrow(rejected(`invalid_argument: ${what}`));
    }
  });

  test("with its headers over those of the options, by whatever case", () => {
    const { headers } = build(
      { params: { header: { "USER-NAME": "u", "X-Site": 7, "X-None": undefined } } },
      { "User-Name": "o", "X-Client": "c" },
    );
    expect(headers).toEqual({ "USER-NAME": "u", "X-Client": "c", "X-Site": "7" });
  });

  test("with its body as JSON, without what is undefined", () => {
    const { headers, body } = build({ body: { user: "ü\ud83d", none: undefined, list: [1] } });
    expect(headers).toEqual({ "Content-Type": "application/json" });
    expect(body).toBe('{"user":"ü\\ud83d","list":[1]}');
    expect(build({ body: null }).body).toBe("null");
  });

  test("with its body as a form, which reads as URLSearchParams have it", () => {
    const { headers, body } = build({
      contentType: `${form}; charset=utf-8`,
      body: { password: "a b+c&d=é%", scope: ["x", "y"], none: undefined },
    });
    expect(headers).toEqual({ "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" });
    expect([...new URLSearchParams(String(body))]).toEqual([
      ["password", "a b+c&d=é%"],
      ["scope", "x"],
      ["scope", "y"],
    ]);
  });

  test("with its own content type, or that of the options", () => {
    expect(build({ body: 1, contentType: "application/vnd.api+json" })).toMatchObject({
      headers: { "Content-Type": "application/vnd.api+json" },
      body: "1",
    });
    expect(build({ body: 1 }, { "content-type": "application/json; charset=utf-8" }).headers).toEqual({
      "content-type": "application/json; charset=utf-8",
    });
  });

  test("not with a body that is none", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const body of [cyclic, { big: 1n }]) {
      expect(() => build({ body })).toThrow(rejected("invalid_argument: the body is no JSON"));
    }
    for (const body of ["text", null]) {
      expect(() => build({ body, contentType: form })).toThrow(rejected("invalid_argument: the form is no object"));
    }
  });
});

describe("HTTP Basic", () => {
  test("is in UTF-8", () => {
    const pair = "jürgen:päss:🔑";
    expect(basic("jürgen", "päss:🔑")).toBe(`Basic ${Buffer.from(pair).toString("base64")}`);
    expect(basic("", "")).toBe("Basic Og==");
    expect(basic("u", "p".repeat(300_000))).toHaveLength(6 + 400_004);
  });

  test("has no colon in its user name, and no half of a character", () => {
    expect(() => basic("a:b", "p")).toThrow(rejected("unsendable_credential: the user name has a colon"));
    for (const [userName, password] of [
      ["\ud83d", "p"],
      ["u", "\udd11"],
    ] as const) {
      expect(() => basic(userName, password)).toThrow(
        rejected("unsendable_credential: a credential has half a character"),
      );
    }
  });
});
