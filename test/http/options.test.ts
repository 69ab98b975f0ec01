import { describe, expect, test } from "vitest";
import { connect } from "../../src/http/options.ts";

const rejected = (message: string) => expect.objectContaining({ name: "LoginError", message });
const baseUrl = "https://example.org/gateway";

describe("the options", () => {
  test("are checked and completed", () => {
    const fetch = async () => new Response();
    expect(connect(undefined, { baseUrl })).toEqual({ baseUrl: new URL(baseUrl), timeout: 30_000, headers: {} });
    expect(connect(undefined, { baseUrl, timeout: 1, fetch, headers: { "X-A": "1" } })).toEqual({
      baseUrl: new URL(baseUrl),
      timeout: 1,
      headers: { "X-A": "1" },
      fetch,
    });
  });

  test("are those of the API's own host, unless told otherwise", () => {
    expect(connect("https://host.example").baseUrl.href).toBe("https://host.example/");
    expect(connect("https://host.example", { baseUrl: undefined }).baseUrl.href).toBe("https://host.example/");
    expect(connect("https://host.example", { baseUrl }).baseUrl.href).toBe(baseUrl);
  });

  test("need a base URL where the API has no host", () =>
    expect(() => connect(undefined, {})).toThrow(rejected("invalid_argument: baseUrl is missing")));

  test("allow plain http to any host where told so", () => {
    expect(() => connect("http://host.example")).toThrow(rejected("insecure_url: baseUrl is not https"));
    expect(connect("http://host.example", { allowInsecureHttp: true }).baseUrl.href).toBe("http://host.example/");
  });

  test("that do not exist are refused", () => {
    for (const name of ["baseURL", "signal", "0"]) {
      expect(() => connect(baseUrl, { [name]: undefined })).toThrow(rejected(`invalid_argument: ${name} is no option`));
      expect(connect(baseUrl, { [name]: 7 }, ["store", name]).baseUrl.href).toBe(baseUrl);
    }
  });

  test("are an object", () => {
    for (const options of [null, "https://example.org", 7])
      expect(() => connect(baseUrl, options as never)).toThrow(rejected("invalid_argument: options are no object"));
  });

  test("have a timeout that a timer can wait", () => {
    const none = "invalid_argument: timeout is no number of milliseconds above 0";
    for (const timeout of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, null, "1000", true, [1000]])
      expect(() => connect(baseUrl, { timeout: timeout as number }), `${timeout}`).toThrow(rejected(none));
    for (const timeout of [0.5, 2 ** 31 - 1]) expect(connect(baseUrl, { timeout }).timeout).toBe(timeout);
  });

  test("have a function for a fetch", () => {
    for (const fetch of [null, "fetch", {}])
      expect(() => connect(baseUrl, { fetch: fetch as never })).toThrow(
        rejected("invalid_argument: fetch is no function"),
      );
  });

  test("have an object for headers, of whose names none is lost", () => {
    for (const headers of [null, "a: b", 7, new Headers({ "X-A": "1" }), new Map([["X-A", "1"]]), [["X-A", "1"]]])
      expect(() => connect(baseUrl, { headers: headers as never })).toThrow(
        rejected("invalid_argument: headers are no plain object"),
      );
  });

  test("cannot have a header that would not arrive", () =>
    expect(() => connect(baseUrl, { headers: { "X-A": "a\n" } })).toThrow(
      rejected("unsendable_credential: X-A cannot carry its value"),
    ));
});
