import { getEventListeners } from "node:events";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { form } from "../../src/http/call.ts";
import { createClient } from "../../src/http/client.ts";
import { type ClientOptions, connect, type Fetch, type FetchInit } from "../../src/http/options.ts";
import { quoting } from "../support/hostile.ts";
import { leaks, printed } from "../support/printed.ts";
import { answerJson, record } from "../support/record.ts";
import type { paths } from "./paths.ts";

const server = await record((response) => answerJson(response, { token: "t" }));
const other = await record();
afterAll(() => Promise.all([server.close(), other.close()]));
beforeEach(() => {
  server.requests.length = 0;
  other.requests.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

const rejected = (message: string) => expect.objectContaining({ name: "LoginError", message });
const open = (options: ClientOptions = {}) => createClient<paths>(connect(server.url, options), ["POST /token"]);
const params = { path: { company: "a/c" }, query: { lang: "e n", scope: ["x", "y"] }, header: { "User-Name": "u" } };
const login = { params, body: { user: { name: "u" } } };
const canary = "canary-password-in-no-text";

/** A `fetch` that remembers what it was called with, and answers as told. */
function fake(answer: () => unknown = () => Response.json({ token: "t" })) {
  const calls: [url: string, init: FetchInit][] = [];
  const fetch = (async (url, init) => {
    calls.push([url, init]);
    return answer();
  }) as Fetch;
  return { fetch, calls };
}

describe("a call of the typed client", () => {
  test("is one request, typed by the document, and its reply", async () => {
    const client = open({ headers: { "X-Client": "c", "X-Call": "c" } });
    const { data, error, response } = await client.POST("/{company}/login", { ...login, headers: { "x-call": "d" } });
    expect({ data, error, status: response.status }).toEqual({ data: { token: "t" }, status: 200 });
    expect(response).toBeInstanceOf(Response);
    expect(server.requests).toEqual([
      {
        method: "POST",
        url: "/a%2Fc/login?lang=e%20n&scope=x&scope=y",
        headers: expect.objectContaining({
          "content-type": "application/json",
          "user-name": "u",
          "x-client": "c",
          "x-call": "d",
        }),
        body: '{"user":{"name":"u"}}',
      },
    ]);
  });

  test("gives an own fetch what hangs on the Request of a middleware", async () => {
    const { fetch, calls } = fake();
    const client = open({ fetch });
    const hung = { dispatcher: {}, cf: { cacheTtl: 1 }, next: { revalidate: 1 } };
    client.use({ onRequest: ({ request }) => Object.assign(new Request(request), hung) });
    await client.POST("/{company}/login", { ...login, cf: { cacheTtl: 2 } } as typeof login);
    expect(calls[0]?.[1]).toMatchObject(hung);
  });

  test.each([false, true])(
    "gives an own fetch URL and init, and all that stands in its init; middleware: %j",
    async (has) => {
      const { fetch, calls } = fake();
      const client = open({ fetch });
      if (has) client.use({ onRequest: () => undefined });
      const beside = { dispatcher: {}, cf: { cacheTtl: 1 }, next: { revalidate: 1 }, credentials: "include" as const };
      await client.POST("/{company}/login", { ...login, ...beside, headers: { "X-A": "1" } });
      const [[url, init] = []] = calls;
      expect(url).toBe(`${server.url}/a%2Fc/login?lang=e%20n&scope=x&scope=y`);
      expect(init).toMatchObject({ ...beside, method: "POST", redirect: "manual", cache: "no-store" });
      expect(init?.headers).toMatchObject({ "x-a": "1", "user-name": "u", "content-type": "application/json" });
      expect(init?.signal).toBeInstanceOf(AbortSignal);
      expect(await new Response(init?.body).text()).toBe('{"user":{"name":"u"}}');
      if (!has) expect(typeof init?.body).toBe("string");
      await client.GET("/either");
      expect(Object.keys(calls[1]?.[1] ?? {})).not.toContain("body");
    },
  );

  test("writes its query as the call says", async () => {
    const { fetch, calls } = fake();
    await open({ fetch }).POST("/{company}/login", { ...login, querySerializer: ({ lang }) => `l=${lang}` });
    expect(calls[0]?.[0]).toBe(`${server.url}/a%2Fc/login?l=e n`.replace(" ", "%20"));
    expect(Object.keys(calls[0]?.[1] ?? {}).sort()).toEqual([
      "body",
      "cache",
      "headers",
      "method",
      "redirect",
      "signal",
    ]);
  });

  test("leaves nothing on the caller's signal", async () => {
    const { signal } = new AbortController();
    const { fetch, calls } = fake();
    await open({ fetch }).GET("/either", { signal });
    expect(calls[0]?.[1].signal).not.toBe(signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("sends a form where the document or the call says so, and else what the caller makes of it", async () => {
    const client = open();
    const body = { grant_type: "password" as const, username: "ü &", scope: ["x", "y"], none: undefined };
    await client.POST("/token", { body });
    await client.PUT("/either", { body: { b: "1" }, headers: { "content-type": form } });
    await client.PUT("/either", { body: new URLSearchParams({ b: "2" }) as never, headers: { "Content-Type": form } });
    await client.POST("/token", {
      body,
      bodySerializer: ({ username }, ...[headers]: unknown[]) => `${username} ${headers}`,
    });
    await client.PUT("/either", { body: { a: "1" } });
    await client.PUT("/either", { body: null as never });
    await client.PUT("/either", { bodySerializer: () => "of nothing" } as never);
    expect(server.requests.map(({ headers, body }) => [headers["content-type"], body])).toEqual([
      [form, "grant_type=password&username=%C3%BC%20%26&scope=x&scope=y"],
      [form, "b=1"],
      [form, "b=2"],
      [form, "ü & [object Headers]"],
      ["application/json", '{"a":"1"}'],
      ["application/json", "null"],
      [undefined, ""],
    ]);
  });

  test("sends what is no text, too", async () => {
    const data = new FormData();
    data.set("a", "1");
    await open().PUT("/either", { body: data as never });
    const [{ headers, body } = { headers: {}, body: "" }] = server.requests;
    const [type, boundary] = `${headers["content-type"]}`.split("; boundary=");
    expect(type).toBe("multipart/form-data");
    expect(body).toContain(`--${boundary}\r\n`);
    expect(body).toContain('name="a"\r\n\r\n1\r\n');
  });

  test("takes headers in every form, with lists, and with null for none", async () => {
    const client = open({ headers: { "X-Client": "c" } });
    const forms: [HeadersInit, object][] = [
      [{ "X-A": "1" }, { "x-a": "1" }],
      [[["X-A", "1"]], { "x-a": "1" }],
      [new Headers({ "X-A": "1" }), { "x-a": "1" }],
      [{ "X-A": ["1", 2] } as never, { "x-a": "1, 2" }],
      [{ "X-Client": null, "X-A": undefined } as never, {}],
    ];
    for (const [headers, arrived] of forms) {
      await client.GET("/either", { headers });
      expect(server.requests.at(-1)?.headers).toMatchObject(arrived);
    }
    expect(Object.keys(server.requests.at(-1)?.headers ?? {})).not.toContain("x-client");
  });

  test("sends no header that would not arrive unchanged", async () => {
    for (const init of [
      { headers: { "X-A": "a\n" } },
      { headers: new Map([["X-A", " a"]]) },
      { headers: { "X-A": ["a", "日本"] } },
      { params: { header: { "X-A": "a " } } },
    ]) {
      await expect(open().GET("/either", init as never)).rejects.toEqual(
        rejected("unsendable_credential: X-A cannot carry its value"),
      );
    }
    expect(server.requests).toEqual([]);
  });

  test.each<[string, object]>([
    ["another path parameter", { params: { path: { company: ".." } } }],
    ["no path parameter", {}],
    ["an init that inherits one", { params: { path: Object.create({ company: "." }) } }],
  ])("is refused with %s", async (_, init) => {
    await expect(open().POST("/{company}/login", init as never)).rejects.toMatchObject({ code: "invalid_argument" });
    expect(server.requests).toEqual([]);
  });

  test("to a path that does not begin with a slash leads nowhere", async () => {
    for (const path of ["login", "https://example.org/login", "@example.org/", ":1/", undefined, 7]) {
      await expect(open().GET(path as never, {} as never)).rejects.toEqual(
        rejected("invalid_argument: the path does not begin with /"),
      );
    }
    expect(server.requests).toEqual([]);
  });

  test("is refused with an option that the client has settled, even an undefined one, or one that hides", async () => {
    const hiding = new Proxy({ fetch: async () => new Response() }, { has: () => false });
    const settled = ["baseUrl", "fetch", "redirect", "Request", "pathSerializer"].map((name) => [name, undefined]);
    for (const init of [...settled.map((entry) => Object.fromEntries([entry])), hiding]) {
      const [name] = Object.keys(init);
      await expect(open().GET("/either", init as never)).rejects.toEqual(
        rejected(`invalid_argument: ${name} is no option of a call`),
      );
    }
    expect(server.requests).toEqual([]);
  });
});

describe("the reply of the typed client", () => {
  test("is parsed as asked, and its Response is there", async () => {
    const text = '{"token":"t"}';
    const { fetch } = fake(() => new Response(text, { headers: { "X-A": "1" } }));
    const client = open({ fetch });
    expect((await client.GET("/either")).data).toEqual({ token: "t" });
    const asText = await client.GET("/either", { parseAs: "text" });
    expect(asText.data).toBe(text);
    expect(asText.response.headers.get("x-a")).toBe("1");
    expect((await client.GET("/either", { parseAs: "arrayBuffer" })).data).toEqual(
      new TextEncoder().encode(text).buffer,
    );
    expect(await (await client.GET("/either", { parseAs: "blob" })).data?.text()).toBe(text);
    expect(await new Response((await client.GET("/either", { parseAs: "stream" })).data).text()).toBe(text);
    const { response } = await open().GET("/either", { parseAs: "text" });
    expect(response.url).toBe(`${server.url}/either`);
  });

  test("that is a failure is an error, parsed or text", async () => {
    const answers = [Response.json({ code: 7 }, { status: 401 }), new Response("<p>", { status: 502 })];
    const client = open({ fetch: fake(() => answers.shift()).fetch });
    expect(await client.GET("/either")).toMatchObject({ error: { code: 7 }, response: { status: 401 } });
    expect(await client.GET("/either")).toMatchObject({ error: "<p>", response: { status: 502 } });
  });

  test("may be empty", async () => {
    const answers = [new Response(), new Response(null, { status: 204 }), new Response(null, { status: 204 })];
    const client = open({ fetch: fake(() => answers.shift()).fetch });
    expect((await client.GET("/either")).data).toBeUndefined();
    expect((await client.GET("/either")).response.status).toBe(204);
    expect((await client.GET("/either", { parseAs: "text" })).response.status).toBe(204);
  });

  test("that is no JSON, or that no Response can be, is unexpected", async () => {
    const html = open({ fetch: fake(() => new Response(canary)).fetch });
    await expect(html.GET("/either")).rejects.toEqual(rejected("unexpected_reply: HTTP 200 without JSON"));
    const odd = { status: 999, headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(2) };
    await expect(open({ fetch: fake(() => odd).fetch }).GET("/either", { parseAs: "text" })).rejects.toEqual(
      rejected("unexpected_reply: HTTP 999"),
    );
  });

  test("keeps the rules of every exchange", async () => {
    const cases: [() => unknown, string][] = [
      [() => new Response("a".repeat(2 ** 20 + 1)), "reply_too_large"],
      [() => new Response("", { status: 307, headers: { location: other.url } }), "redirected"],
      [() => Promise.reject({ code: "ECONNRESET" }), "network: ECONNRESET"],
      [() => new Promise(() => {}), "timeout"],
    ];
    for (const [answer, message] of cases) {
      const client = open({ fetch: fake(answer).fetch, timeout: message === "timeout" ? 20 : 5000 });
      await expect(client.GET("/either")).rejects.toEqual(rejected(message));
    }
    const { fetch, calls } = fake();
    const aborted = open({ fetch }).GET("/either", { signal: AbortSignal.abort("why") });
    await expect(aborted).rejects.toMatchObject({ code: "aborted", cause: "why" });
    expect(calls).toEqual([]);
  });
});

describe("middleware", () => {
  test("sees and changes the request and the reply", async () => {
    const client = open();
    const middleware = {
      onRequest: ({ request }: { request: Request }) => {
        expect(request.signal.aborted).toBe(false);
        return new Request(new URL("/moved", request.url), {
          method: "PUT",
          headers: { "X-A": "1" },
          body: "changed",
          credentials: "omit",
        });
      },
      onResponse: async ({ response }: { response: Response }) =>
        Response.json({ ...((await response.json()) as object), seen: new URL(response.url).pathname }),
    };
    client.use({ onResponse: () => undefined }, middleware);
    client.eject({ onRequest: () => undefined });
    expect((await client.POST("/{company}/login", login)).data).toEqual({ token: "t", seen: "/moved" });
    expect(server.requests).toMatchObject([{ method: "PUT", url: "/moved", headers: { "x-a": "1" }, body: "changed" }]);
    client.eject(middleware);
    expect((await client.POST("/{company}/login", login)).data).toEqual({ token: "t" });
    await client.GET("/either", { middleware: [{ onRequest: ({ request }) => request.headers.set("X-B", "2") }] });
    expect(server.requests.at(-1)).toMatchObject({ method: "GET", body: "", headers: { "x-b": "2" } });
    const { fetch, calls } = fake();
    const settings = open({ fetch });
    settings.use(middleware);
    await settings.GET("/either").catch(() => {});
    expect(calls[0]?.[1]).toMatchObject({ credentials: "omit" });
    expect(Object.values(calls[0]?.[1] ?? {})).not.toContain(undefined);
    settings.eject(middleware);
    await settings.GET("/either");
    expect(calls[1]?.[1]).not.toHaveProperty("credentials");
  });

  test("has a signal that ends with the call", async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const onRequest = ({ request: { signal } }: { request: Request }) => {
      seen = signal;
      controller.abort();
      return new Promise<undefined>(() => {});
    };
    const call = open().GET("/either", { middleware: [{ onRequest }], signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: "aborted" });
    expect(seen?.aborted).toBe(true);
  });

  test("that answers sends nothing", async () => {
    const client = open();
    client.use({ onRequest: () => Response.json({ token: "own" }) });
    const { data, response } = await client.GET("/either");
    expect({ data, status: response.status }).toEqual({ data: { token: "own" }, status: 200 });
    expect(server.requests).toEqual([]);
  });

  class Disguised extends Request {
    override get url() {
      return `${server.url}/login`;
    }
  }
  test.each<[string, (request: Request) => Request]>([
    ["another origin", (request) => new Request(`${other.url}/elsewhere`, request)],
    ["another scheme", (request) => new Request(request.url.replace("http:", "https:"), request)],
  ])("that moves the request to %s sends nothing", async (_, move) => {
    const client = open();
    client.use({ onRequest: ({ request }) => move(request) });
    await expect(client.GET("/either")).rejects.toEqual(rejected("insecure_url: the request goes to another origin"));
    expect([...server.requests, ...other.requests]).toEqual([]);
  });

  test("that disguises a request sends it where it says", async () => {
    const client = open();
    client.use({ onRequest: ({ request }) => new Disguised(`${other.url}/elsewhere`, request) });
    await client.GET("/either");
    expect(server.requests.map(({ url }) => url)).toEqual(["/login"]);
    expect(other.requests).toEqual([]);
  });

  test("that asks to follow a redirect is not heard", async () => {
    const { fetch, calls } = fake();
    const client = open({ fetch });
    client.use({ onRequest: ({ request }) => new Request(request, { redirect: "follow" }) });
    await client.GET("/either");
    expect(calls[0]?.[1].redirect).toBe("manual");
  });
});

describe("whichever Request is global", () => {
  /** Of no kin to the platform's, as undici's own is. */
  class Stranger {
    readonly #request: Request;
    constructor(url: string, init: RequestInit) {
      this.#request = new Platform(url, init);
    }
    get url() {
      return this.#request.url;
    }
    get method() {
      return this.#request.method;
    }
    get headers() {
      return this.#request.headers;
    }
    arrayBuffer() {
      return this.#request.arrayBuffer();
    }
  }
  const Platform = globalThis.Request;
  class Heir extends Platform {}

  test.each<[string, unknown]>([
    ["a stranger", Stranger],
    ["an heir", Heir],
  ])("now, %s, a POST stays a POST with its body", async (_, Global) => {
    const client = open();
    vi.stubGlobal("Request", Global);
    await client.POST("/{company}/login", login);
    client.use({ onRequest: ({ request }) => void expect(request).toBeInstanceOf(Global) });
    await client.POST("/{company}/login", login);
    const { method, body } = { method: "POST", body: '{"user":{"name":"u"}}' };
    expect(server.requests).toMatchObject([
      { method, body },
      { method, body },
    ]);
    const { fetch, calls } = fake();
    const own = open({ fetch });
    own.use({ onRequest: () => undefined });
    await own.GET("/either");
    expect(Object.values(calls[0]?.[1] ?? {})).not.toContain(undefined);
  });

  test("and whichever Response, what a middleware gives is taken", async () => {
    const { json } = Response;
    vi.stubGlobal("Response", class extends Response {});
    const client = open();
    client.use({ onResponse: () => json({ token: "other" }, { status: 201 }) });
    const { data, response } = await client.GET("/either");
    expect({ data, status: response.status }).toEqual({ data: { token: "other" }, status: 201 });
    const failing = open({ fetch: () => Promise.reject(new Error()) });
    failing.use({ onError: () => json({ token: "held" }) }, { onRequest: () => undefined });
    expect((await failing.GET("/either")).data).toEqual({ token: "held" });
    failing.use({ onRequest: () => json({ token: "early" }) });
    expect((await failing.GET("/either")).data).toEqual({ token: "early" });
  });

  test("fetch is looked up at the call", async () => {
    const client = open();
    const { fetch, calls } = fake();
    vi.stubGlobal("fetch", fetch);
    await client.GET("/either");
    expect(calls).toHaveLength(1);
  });
});

test("no text holds a secret", async () => {
  const cyclic: Record<string, unknown> = { canary };
  cyclic.self = cyclic;
  const throwing = () => {
    throw quoting(canary);
  };
  const settingNoHeader = ({ request }: { request: Request }) => request.headers.set("X-A", `\n${canary}\n-`);
  const failed = "invalid_argument: the call or a middleware failed";
  const cases: Record<string, [init: object, message: string]> = {
    "a body that is none": [{ body: cyclic }, failed],
    "a body serializer that throws": [{ body: {}, bodySerializer: throwing }, failed],
    "a query that is none": [{ params: { query: { [canary]: { [canary]: { [canary]: {} } } } } }, failed],
    "a signal that is none": [{ signal: { canary } }, "invalid_argument: signal is no AbortSignal"],
    "a header's name": [{ headers: { [`${canary} `]: "a" } }, "invalid_argument: a header's name is malformed"],
    "a header's value": [{ headers: { "X-A": `${canary}\n` } }, "unsendable_credential: X-A cannot carry its value"],
    "a way to parse that is none": [{ parseAs: canary }, failed],
    "middleware that throws": [{ middleware: [{ onRequest: throwing }] }, failed],
    "middleware that gives what is none": [{ middleware: [{ onRequest: () => canary }] }, failed],
    "middleware that throws for a reply": [{ middleware: [{ onResponse: throwing }] }, failed],
    "middleware that sets a header that is none": [{ middleware: [{ onRequest: settingNoHeader }] }, failed],
    "an own fetch that quotes": [{}, "network"],
  };
  for (const [name, [init, message]] of Object.entries(cases)) {
    const client = open({ fetch: message === "network" ? throwing : fake().fetch });
    const error = await client.PUT("/either", init as never).catch((thrown: unknown) => thrown);
    expect(error, name).toEqual(rejected(message));
    expect(leaks(printed(error), canary), name).toEqual([]);
    expect(leaks(printed(client), canary), name).toEqual([]);
  }
});
