import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";
import type { LoginErrorCode } from "../../src/errors.ts";
import { esignonLogin, headerLoginLogin, operations, refreshable } from "../support/operations.ts";
import { answerJson, record } from "../support/record.ts";

const server = await record((response) => answerJson(response, {}, 503));
const baseUrl = server.url;
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

const errorWith = (code: LoginErrorCode) => expect.objectContaining({ name: "LoginError", code });

async function expectRefused(code: LoginErrorCode, call: () => Promise<unknown>): Promise<void> {
  await expect(call()).rejects.toEqual(errorWith(code));
  expect(server.requests).toHaveLength(0);
}

describe.each(operations)("$api $operationId: the base URL", ({ open }) => {
  const created = (baseUrl: unknown, options = {}) => open({ baseUrl: baseUrl as string, ...options });

  test.each([
    "http://example.org",
    "http://127.0.0.1.example.org",
    "http://localhost.example.org",
    "http://127.0.0.1.",
    "http://notlocalhost",
    "http://localhost.",
    "http://0.0.0.0",
    "http://[::ffff:127.0.0.1]",
    "http://[::]",
    "http://128.0.0.1",
    "http://10.0.0.1",
    "http://2130706432.example.org",
    "ftp://127.0.0.1",
    "ws://127.0.0.1",
  ])("%s is insecure", (url) => {
    // WHATWG drops the last dot of an address, so that this one is loopback after all.
    if (url === "http://127.0.0.1.") expect(() => created(url)).not.toThrow();
    else expect(() => created(url)).toThrow(errorWith("insecure_url"));
  });

  test.each([
    "https://example.org",
    "https://example.org:8443/base/path",
    "http://localhost",
    "http://LOCALHOST:80",
    "http://api.localhost",
    "http://127.0.0.1",
    "http://127.255.255.254",
    "http://127.1",
    "http://0x7f000001",
    "http://2130706433",
    "http://[::1]",
    "http://[0:0:0:0:0:0:0:1]:8080",
  ])("%s is used", (url) => expect(() => created(url)).not.toThrow());

  test.each([
    "https://user@example.org",
    "https://user:pass@example.org",
    "https://:pass@example.org",
    "http://user:pass@127.0.0.1",
    "https://example.org?query",
    "https://example.org/?",
    "https://example.org#fragment",
    "https://example.org/#",
    "example.org",
    "/path",
    "//example.org",
    "https://",
    "https://exa mple.org",
    "file:///login",
    "data:text/plain,login",
    "javascript:login",
    "",
    null,
    42,
    {},
  ])("%j is an invalid argument", (url) => expect(() => created(url)).toThrow(errorWith("invalid_argument")));

  test("plain http goes to any host on demand, and nothing else does", () => {
    expect(() => created("http://example.org", { allowInsecureHttp: true })).not.toThrow();
    expect(() => created("http://example.org", { allowInsecureHttp: false })).toThrow(errorWith("insecure_url"));
    expect(() => created("ftp://example.org", { allowInsecureHttp: true })).toThrow(errorWith("insecure_url"));
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, null, "1000", "soon", true, [1000], {}])(
    "a timeout of %j is an invalid argument",
    (timeout) => expect(() => created(baseUrl, { timeout })).toThrow(errorWith("invalid_argument")),
  );

  test.each([1, 0.5, 30_000, 2 ** 31 - 1, undefined])("a timeout of %j is used", (timeout) =>
    expect(() => created(baseUrl, { timeout })).not.toThrow(),
  );
});

test("without a base URL of its own, an API needs one", () => {
  const withoutBaseUrl = {} as { baseUrl: string };
  expect(() => headerLogin.createClient(withoutBaseUrl)).toThrow(errorWith("invalid_argument"));
  expect(() => refreshLogin.createClient(withoutBaseUrl)).toThrow(errorWith("invalid_argument"));
  expect(() => [esignon.createClient(), onebox.createClient({})]).not.toThrow();
});

test("a base URL's path stands before the operation's", async () => {
  for (const base of ["/base", "/base/"]) await esignonLogin.open({ baseUrl: baseUrl + base }).call();
  expect(server.requests.map(({ url }) => url)).toEqual(["/base/api/acme/login", "/base/api/acme/login"]);
});

describe("a path parameter", () => {
  const login = (companyId: unknown) =>
    esignon.login(esignon.createClient({ baseUrl }), {
      companyId: companyId as string,
      email: "member@example.com",
      password: "correct-password",
    });
  const raw = (path: unknown) => esignonLogin.open({ baseUrl }).raw({ params: { path } });

  test.each([
    ["nothing", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["1,025 characters", "a".repeat(1025)],
    ["a megabyte", "a".repeat(1024 * 1024)],
    ["half a character", "acme\ud83d"],
    ["the other half", "\udd11"],
  ])("of %s is an invalid argument", async (_, companyId) => {
    await expectRefused("invalid_argument", () => login(companyId));
    await expectRefused("invalid_argument", () => raw({ companyId }));
  });

  test.each([null, undefined, {}, [], [".."], true, Symbol("acme"), { toString: () => ".." }])(
    "that is no text, %o, is an invalid argument",
    async (companyId) => {
      await expectRefused("invalid_argument", () => login(companyId));
      await expectRefused("invalid_argument", () => raw({ companyId }));
    },
  );

  test("that is missing or inherited is an invalid argument", async () => {
    await expectRefused("invalid_argument", () => raw(undefined));
    await expectRefused("invalid_argument", () => raw({}));
    await expectRefused("invalid_argument", () => raw(Object.create({ companyId: ".." })));
    const { client } = esignonLogin.open({ baseUrl });
    await expectRefused("invalid_argument", () => client.POST(esignonLogin.path));
    for (const path of ["/api/{companyId*}/login", "/api/{.companyId}/login", "/api/{;companyId*}/login"])
      await expectRefused("invalid_argument", () => client.POST(path, { params: { path: { companyId: ".." } } }));
  });

  test.each([
    ["a/b", "a%2Fb"],
    ["../..", "..%2F.."],
    ["%2e%2e", "%252e%252e"],
    ["%2e", "%252e"],
    ["a\\b", "a%5Cb"],
    ["a?b#c", "a%3Fb%23c"],
    ["{companyId}", "%7BcompanyId%7D"],
    ["$&$1", "%24%26%241"],
    ["日本", "%E6%97%A5%E6%9C%AC"],
    ["...", "..."],
    [" ", "%20"],
    ["\n", "%0A"],
    ["a".repeat(1024), "a".repeat(1024)],
  ])("%j arrives as one segment", async (companyId, segment) => {
    await login(companyId);
    await raw({ companyId });
    const url = `/api/${segment}/login`;
    expect(server.requests.map((request) => request.url)).toEqual([url, url]);
  });

  test.each(["login", "https://example.org/login", "@example.org/", ".example.org/", ":1/", undefined, null, 7])(
    "the path %j of a raw call leads nowhere",
    async (path) => {
      const { client } = esignonLogin.open({ baseUrl });
      await expect(client.POST(path as string, {})).rejects.toMatchObject({
        code: expect.stringMatching(/^(invalid_argument|insecure_url)$/),
      });
      expect(server.requests).toHaveLength(0);
    },
  );
});

describe("a header credential", () => {
  const unsendable = [
    "line\rbreak",
    "line\nbreak",
    "line\r\nInjected: yes",
    "nul\0",
    "日本語",
    "“quoted”",
    " leading blank",
    "trailing blank ",
    "\tleading tab",
    "trailing tab\t",
    "trailing break\n",
    "\u007f",
    "\u001b[0m",
    " ",
    "\u{1f511}",
    "\ud83d",
  ];

  test.each(unsendable)("%j cannot be sent unchanged", async (value) => {
    const login = (credentials: headerLogin.Credentials) =>
      headerLogin.login(headerLogin.createClient({ baseUrl }), credentials);
    await expectRefused("unsendable_credential", () => login({ userName: "user_test", password: value }));
    await expectRefused("unsendable_credential", () => login({ userName: value, password: "password_test" }));

    const { client, raw } = headerLoginLogin.open({ baseUrl });
    const ways: [string, object][] = [
      ["params.header", { params: { header: { "User-Name": "user_test", Password: value } } }],
      ["params.header in a list", { params: { header: { Password: ["a", value] } } }],
      ["headers", { headers: { Password: value } }],
      ["headers in a list", { headers: [["Password", value]] }],
      ["headers in a Map", { headers: new Map([["Password", value]]) }],
    ];
    for (const [way, init] of ways) {
      await expect(raw(init), way).rejects.toEqual(errorWith("unsendable_credential"));
      client.use({ onRequest: () => undefined });
      await expect(raw(init), `${way} with middleware`).rejects.toEqual(errorWith("unsendable_credential"));
    }
    expect(() => headerLogin.createClient({ baseUrl, headers: { Password: value } })).toThrow(
      errorWith("unsendable_credential"),
    );
    expect(server.requests).toHaveLength(0);
  });

  test.each(["", "a", "pass word", "tab\tinside", "!~", "é", "ÿ\u0080x", '"; DROP', "a:b"])(
    "%j arrives unchanged",
    async (password) => {
      await headerLogin.login(headerLogin.createClient({ baseUrl }), { userName: "user_test", password });
      expect(server.requests.map(({ headers }) => headers.password)).toEqual([password]);
    },
  );

  test.each(["", "a b", "a:b", "a\nb", "名", "a,b"])("the header name %j is an invalid argument", async (name) => {
    const headers = { [name]: "a" };
    await expectRefused("invalid_argument", () => headerLoginLogin.open({ baseUrl }).raw({ headers }));
    await expectRefused("invalid_argument", async () => headerLoginLogin.open({ baseUrl, headers }).call());
  });

  test("in whatever form headers come, they arrive under their names", async () => {
    const { raw } = headerLoginLogin.open({ baseUrl, headers: { "X-Client": "one" } });
    for (const headers of [
      { "X-Call": "two" },
      [["X-Call", "two"]],
      new Headers({ "X-Call": "two" }),
      new Map([["X-Call", "two"]]),
    ])
      await raw({ headers });
    expect(server.requests).toHaveLength(4);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ "x-client": "one", "x-call": "two", "user-name": "user_test" });
      expect(Object.keys(headers)).not.toContain("0");
    }
  });

  test("headers changed after they were checked are not sent", async () => {
    const headers: Record<string, string> = { "X-Client": "one" };
    const { raw } = headerLoginLogin.open({ baseUrl, headers });
    headers["X-Client"] = "two\n";
    await raw();
    expect(server.requests.map(({ headers }) => headers["x-client"])).toEqual(["one"]);
  });
});

describe("credentials", () => {
  const clients = {
    esignon: esignon.createClient({ baseUrl }),
    headerLogin: headerLogin.createClient({ baseUrl }),
    onebox: onebox.createClient({ baseUrl }),
    refreshLogin: refreshLogin.createClient({ baseUrl }),
  };
  const logins: [string, object, (credentials: never) => Promise<unknown>][] = [
    [
      "esignon",
      { companyId: "acme", email: "member@example.com", password: "correct-password" },
      (credentials) => esignon.login(clients.esignon, credentials),
    ],
    [
      "header-login",
      { userName: "user_test", password: "password_test" },
      (credentials) => headerLogin.login(clients.headerLogin, credentials),
    ],
    [
      "onebox",
      { email: "userdemo@example.com", password: "userdemo", siteId: 123 },
      (credentials) => onebox.login(clients.onebox, credentials),
    ],
    [
      "refresh-login",
      { user: "user-1", password: "correct-password" },
      (credentials) => refreshLogin.login(clients.refreshLogin, credentials),
    ],
  ];

  const cases = logins.flatMap(([api, credentials, login]) =>
    Object.keys(credentials).flatMap((name) =>
      [
        undefined,
        null,
        true,
        {},
        [],
        ["a"],
        Symbol("a"),
        () => "a",
        1n,
        ...(name === "siteId" ? [Number.NaN, 1.5] : [7]),
      ].map((value) => ({ api, name, value, login: () => login({ ...credentials, [name]: value } as never) })),
    ),
  );
  test.each(cases)("$api: $name cannot be $value", ({ login }) => expectRefused("invalid_argument", login));

  test.each(logins)("%s: no credentials at all", async (_, __, login) => {
    for (const credentials of [undefined, null, {}, "password", 7])
      await expectRefused("invalid_argument", () => login(credentials as never));
  });

  test("are read once each, also from an instance of a class", async () => {
    const read: string[] = [];
    class Vault {
      get user() {
        read.push("user");
        return "user-1";
      }
      get password() {
        read.push("password");
        return `password-${read.length}`;
      }
    }
    await refreshLogin.login(clients.refreshLogin, new Vault()).catch(() => {});
    expect(read).toEqual(["user", "password"]);
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([{ user: "user-1", password: "password-2" }]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a token without a refresh token", { value: "a", header: { name: "Authorization", value: "Bearer a" } }],
    ["a refresh token that is no text", { ...refreshable("r"), refresh: { value: 7 } }],
    ["a refresh token without a value", { ...refreshable("r"), refresh: {} }],
    ["a token that is no text", { ...refreshable("r"), value: undefined }],
    ["text", "token"],
  ])("refresh of %s is an invalid argument", (_, token) =>
    expectRefused("invalid_argument", () => refreshLogin.refresh(clients.refreshLogin, token as never)),
  );

  test("a client of another API, or of nobody's making, is an invalid argument", async () => {
    const credentials = { companyId: "acme", email: "member@example.com", password: "correct-password" };
    const { esignon: own, ...others } = clients;
    const strangers: unknown[] = [
      ...Object.values(others),
      { ...own },
      Object.create(own),
      new Proxy(own, {}),
      { POST: () => Promise.resolve({ data: { header: { result_code: "00" } }, response: new Response() }) },
      {},
      null,
      undefined,
      "client",
    ];
    for (const stranger of strangers)
      await expectRefused("invalid_argument", () => esignon.login(stranger as typeof own, credentials));
    await expectRefused("invalid_argument", () =>
      refreshLogin.refresh(clients.onebox as never, refreshable("refresh-token")),
    );
    expect((await esignon.login(own, credentials)).ok).toBe(false);
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(operations)("$api $operationId: the call's options", ({ open }) => {
  test.each<[string, unknown]>([
    ["a signal that is none", {}],
    ["text for a signal", "abort"],
    ["an object that says it is aborted", { aborted: true }],
    ["a controller in place of its signal", new AbortController()],
  ])("%s is an invalid argument", async (_, signal) => {
    const { call, raw } = open({ baseUrl });
    await expectRefused("invalid_argument", () => call({ signal: signal as AbortSignal }));
    await expectRefused("invalid_argument", () => raw({ signal }));
  });

  test("a signal that is aborted already sends nothing", async () => {
    const signal = AbortSignal.abort();
    await expectRefused("aborted", () => open({ baseUrl }).call({ signal }));
    await expectRefused("aborted", () => open({ baseUrl }).raw({ signal }));
  });

  test("globalThis.fetch is looked up at the call", async () => {
    const { call, raw } = open({ baseUrl });
    const seen: string[] = [];
    vi.stubGlobal("fetch", (input: string | Request, init: RequestInit) => {
      const { url, method } = new Request(input, init);
      seen.push(`${method} ${new URL(url).origin} ${init.redirect}`);
      return Promise.resolve(Response.json({ code: 401 }, { status: 503 }));
    });
    await call();
    await raw();
    expect(new Set(seen)).toEqual(new Set([expect.stringMatching(/^(GET|POST) http:\/\/127\.0\.0\.1:\d+ manual$/)]));
    expect(seen).toHaveLength(2);
    expect(server.requests).toHaveLength(0);
  });
});
