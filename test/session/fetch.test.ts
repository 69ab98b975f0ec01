import ky from "ky";
import createFetchClient from "openapi-fetch";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LoginError } from "../../src/errors.ts";
import { apis, sessionOf } from "../support/apis.ts";
import { running } from "../support/running.ts";
import { Service } from "../support/service.ts";
import { headerLoginApi, oneboxApi } from "./apis.ts";

afterEach(() => void vi.unstubAllGlobals());

describe.each(apis)("session.fetch is fetch with the token's header on it: $name", (api) => {
  test("in the form that the API asks for, on every kind of input", async () => {
    const { service, session, url } = await running(api);
    const { token, fetch } = session();
    const { header, value } = await token();
    for (const input of ["/one", `${url}/one`, new URL("/one", url), new Request(`${url}/one`)]) await fetch(input);
    expect(
      service.arrived.map(({ path, token, headers }) => [path, token, headers[header.name.toLowerCase()]]),
    ).toEqual(Array.from({ length: 4 }, () => ["/one", value, header.value]));
  });
});

describe("session.fetch", () => {
  test("sends what fetch would: method, query, headers and body, of a Request and of init", async () => {
    const { service, session, url } = await running(oneboxApi);
    const { fetch } = session();
    const init = { method: "PATCH", headers: { "x-own": "mine", Authorization: "Bearer stale" }, body: "text" };
    await fetch("/path?q=1&q=2", init);
    await fetch(new Request(`${url}/path?q=1&q=2`, init));
    await fetch(new Request(`${url}/path?q=1&q=2`, { method: "POST", headers: { "x-own": "other" } }), init);
    for (const { method, path, headers, body, token } of service.arrived) {
      expect([method, path, headers["x-own"], body, token]).toEqual([
        "PATCH",
        "/path?q=1&q=2",
        "mine",
        "text",
        service.issued[0],
      ]);
    }
    expect(service.calls()).toBe(3);
  });

  test("has no limit: the reply is the caller's own stream", async () => {
    const { service, session } = await running(oneboxApi);
    service.resource = () => new Response("x".repeat(2 ** 21));
    const reply = await session().fetch("/");
    expect(reply).toBeInstanceOf(Response);
    expect(await reply.text()).toHaveLength(2 ** 21);
  });

  test("has no deadline: that of the login is the login's alone", async () => {
    const service = new Service(oneboxApi);
    const signals: (AbortSignal | null | undefined)[] = [];
    const { fetch } = sessionOf(oneboxApi, {
      baseUrl: "https://onebox.example",
      fetch(input, init) {
        signals.push(init?.signal);
        return service.fetch(input, init);
      },
    });
    await fetch("/");
    expect(signals[0]).toBeInstanceOf(AbortSignal);
    expect(signals[1]).toBeUndefined();
  });

  test("is aborted by the caller's signal, of init or of a Request", async () => {
    const { service, session, url } = await running(oneboxApi);
    const { token, fetch } = session();
    await token();
    service.resource = () => new Promise(() => {});
    for (const call of [
      (signal: AbortSignal) => fetch("/", { signal }),
      (signal: AbortSignal) => fetch(new Request(url, { signal })),
      (signal: AbortSignal) => fetch(new Request(url), { signal }),
      (signal: AbortSignal) => fetch(new Request(url, { signal: new AbortController().signal }), { signal }),
    ]) {
      const controller = new AbortController();
      const { length } = service.arrived;
      const aborted = call(controller.signal);
      await service.callsReach(length + 1);
      controller.abort();
      await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    }
  });

  test("heeds a signal of null: init takes that of the Request away", async () => {
    const { session, url } = await running(oneboxApi);
    const controller = new AbortController();
    const request = new Request(url, { signal: controller.signal });
    controller.abort();
    expect((await session().fetch(request, { signal: null })).status).toBe(200);
  });

  test("passes on every status but a redirect, 304 too", async () => {
    const { service, session } = await running(oneboxApi);
    const { fetch } = session();
    for (const status of [200, 204, 304, 400, 403, 404, 429, 500, 503]) {
      service.resource = () => new Response(null, { status });
      expect((await fetch("/", { headers: { "if-none-match": '"1"' } })).status).toBe(status);
    }
    expect(service.logins).toBe(1);
  });

  test("says what keeps the service from answering, and quotes nothing", async () => {
    const { service, session, close } = await running(oneboxApi);
    const { token, fetch } = session();
    const { value } = await token();
    service.resource = () => Promise.reject(new Error("The connection breaks."));
    await expect(fetch("/")).rejects.toMatchObject({ name: "LoginError", code: "network" });
    await close();
    const error = await fetch("/?secret=1").catch((thrown: LoginError) => thrown);
    expect(error).toMatchObject({ code: "network", message: expect.stringMatching(/^network: [A-Z_]+$/) });
    expect(String(error)).not.toContain(value);
  });

  test.each([
    ["a line break", { "x-own": "a\r\nb: c" }],
    ["a character beyond Latin-1", [["x-own", "パス"]] as [string, string][]],
    ["a blank at the end", { "x-own": "a " }],
  ])(
    "a header that cannot be sent unchanged is `unsendable_credential`, before anything is sent: %s",
    async (_, headers) => {
      const { service, session } = await running(oneboxApi);
      await expect(session().fetch("/", { headers })).rejects.toMatchObject({ code: "unsendable_credential" });
      expect([service.logins, service.calls()]).toEqual([0, 0]);
    },
  );

  test.each<[string, unknown[]]>([
    ["no URL", ["http://"]],
    ["a number for a URL", [Symbol("secret-value")]],
    ["a name that is none", ["/", { headers: { "secret value": "x" } }]],
    ["headers as text", ["/", { headers: "secret-value" }]],
    ["headers as triples", ["/", { headers: [["a", "b", "secret-value"]] }]],
    ["headers as singles", ["/", { headers: [["secret-value"]] }]],
    ["an object for a Request", [{ url: "/", headers: { a: "secret-value" } }]],
  ])("what is no request is `invalid_argument`, and not quoted: %s", async (_, request) => {
    const { service, session } = await running(oneboxApi);
    const fetch = session().fetch as (...request: unknown[]) => Promise<Response>;
    const error = await fetch(...request).catch((thrown: LoginError) => thrown);
    expect(error).toMatchObject({ name: "LoginError", code: "invalid_argument" });
    expect(`${error} ${(error as Error).stack}`).not.toMatch(/secret.value/);
    expect([service.logins, service.calls()]).toEqual([0, 0]);
  });

  test("looks globalThis.fetch up at the call", async () => {
    const { service, session } = await running(oneboxApi);
    const { fetch } = session();
    const seen: string[] = [];
    const original = globalThis.fetch;
    vi.stubGlobal("fetch", ((input, init) => {
      seen.push(new URL(String(input)).pathname);
      return original(input, init);
    }) satisfies typeof globalThis.fetch);
    await fetch("/");
    vi.unstubAllGlobals();
    await fetch("/");
    expect(seen).toEqual(["/api/authenticate", "/"]);
    expect(service.calls()).toBe(2);
  });

  test("goes by the option `fetch` where there is one", async () => {
    const service = new Service(oneboxApi);
    const { fetch } = sessionOf(oneboxApi, { baseUrl: "https://onebox.example", fetch: service.fetch });
    expect(await (await fetch("/")).json()).toEqual({ data: "for you" });
  });

  test("is a function of its own, that can be handed on alone", async () => {
    const { session } = await running(oneboxApi);
    const { fetch, token, reset, end } = session();
    const typed: typeof globalThis.fetch = fetch;
    expect((await typed("/")).status).toBe(200);
    reset();
    end();
    await expect(token()).rejects.toMatchObject({ code: "ended" });
  });
});

describe("session.fetch works as the fetch of any client that takes one", () => {
  interface Paths {
    "/items/{id}": {
      put: {
        parameters: { path: { id: string } };
        requestBody: { content: { "application/json": { name: string } } };
        responses: { 200: { content: { "application/json": { name: string } } } };
      };
    };
  }

  test.each([headerLoginApi, oneboxApi])("openapi-fetch, and a renewal in between: $name", async (api) => {
    const { service, session, url } = await running(api);
    service.resource = ({ token, body }) =>
      service.accepts(token) ? { status: 200, body: JSON.parse(body) } : api.rejection;
    const client = createFetchClient<Paths>({ baseUrl: url, fetch: session().fetch });
    const put = () => client.PUT("/items/{id}", { params: { path: { id: "7" } }, body: { name: "item" } });
    for (const _ of ["with the first token", "with a second"]) {
      const { data, response } = await put();
      expect([response.status, data?.name]).toEqual([200, "item"]);
      service.revoke();
    }
    expect(service.arrived.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual(
      Array.from({ length: 3 }, () => 'PUT /items/7 {"name":"item"}'),
    );
    expect(service.logins).toBe(2);
  });

  test.each([headerLoginApi, oneboxApi])("ky, and a renewal in between: $name", async (api) => {
    const { service, session, url } = await running(api);
    service.resource = ({ token, body }) =>
      service.accepts(token) ? { status: 200, body: JSON.parse(body) } : api.rejection;
    const client = ky.create({ prefixUrl: url, fetch: session().fetch, retry: 0 });
    for (const _ of ["with the first token", "with a second"]) {
      expect(await client.post("items", { json: { name: "item" } }).json()).toEqual({ name: "item" });
      service.revoke();
    }
    expect(service.arrived.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual(
      Array.from({ length: 3 }, () => 'POST /items {"name":"item"}'),
    );
    expect(service.logins).toBe(2);
  });

  test("ky sees the service's errors as its own, and the session's as they are", async () => {
    const { service, session, url } = await running(oneboxApi);
    const client = ky.create({ prefixUrl: url, fetch: session().fetch, retry: 0 });
    service.resource = () => ({ status: 404, body: {} });
    await expect(client.get("items")).rejects.toMatchObject({ name: "HTTPError" });

    service.refuse();
    const refused = ky.create({ prefixUrl: url, fetch: session().fetch, retry: 0 });
    await expect(refused.get("items")).rejects.toMatchObject({ name: "LoginError", code: "refused" });
  });
});
