import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { LoginError } from "../../src/errors.ts";
import type { Call } from "../../src/http/call.ts";
import type { RefreshContract } from "../../src/login/contract.ts";
import type { LoginOptions } from "../../src/login/login.ts";
import type { Token } from "../../src/login/outcome.ts";
import { type RefreshableApi, refreshCall } from "../../src/login/refresh.ts";
import { call, callRaw, entryOf, refreshable, withSecret } from "../support/calling.ts";
import { hostileFetches, quoting } from "../support/hostile.ts";
import { type Operation, operations, refusalSaying, replyOf, success } from "../support/operations.ts";
import { captureOutput, leaks, printed } from "../support/printed.ts";
import { answerJson, record } from "../support/record.ts";

// The rules are proved on the exchange, in test/http. Here: every way to it keeps them.

type Options = LoginOptions & { baseUrl: string };

/** A way that a password, or a refresh token, takes to the wire. */
interface Way {
  name: string;
  operation: Operation;
  send(options: Options, secret?: string): Promise<unknown>;
}

const ways: Way[] = operations.flatMap((operation) => {
  const { name, kind } = operation;
  const bySession = async ({ signal, ...options }: Options, secret = "correct-password") => {
    const { createSession } = await entryOf(operation.api);
    return createSession(withSecret(operation, secret), options).token(signal ? { signal } : {});
  };
  return [
    { name, operation, send: (options: Options, secret?: string) => call(operation, options, secret) },
    { name: `${name} by the client`, operation, send: (...args) => callRaw(operation, ...args) },
    ...(kind === "login" ? [{ name: `${name} by a session`, operation, send: bySession }] : []),
  ];
});

/** One way of each kind, all of one API: a rule that holds on them holds wherever they lead. */
const api = operations.find(({ kind }) => kind === "refresh")?.api;
const oneOfEach = ways.filter(({ operation }) => operation.api === api);

let answer: (response: ServerResponse) => unknown;
const service = await record((response) => answer(response));
const other = await record((response) => answerJson(response, {}));
afterAll(() => Promise.all([service.close(), other.close()]));
beforeEach(() => {
  service.requests.length = 0;
  other.requests.length = 0;
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error instanceof LoginError ? error.code : error),
  );
}

/** What each of these ways comes to, all at once, by its name. */
async function codesOf(options: Partial<Options>): Promise<Record<string, unknown>> {
  const codes = oneOfEach.map(async ({ name, send }) => {
    const sent = Promise.resolve().then(() => send({ baseUrl: service.url, ...options }));
    return [name, await codeOf(sent)] as const;
  });
  return Object.fromEntries(await Promise.all(codes));
}

const all = (code: string) => Object.fromEntries(oneOfEach.map(({ name }) => [name, code]));

describe("login, refresh, session and client", () => {
  test("are the ways that there are", () => {
    expect(oneOfEach.map(({ name }) => name.replace(/^\S+ /, ""))).toEqual([
      "login",
      "login by the client",
      "login by a session",
      "refresh",
      "refresh by the client",
    ]);
  });

  test.each<[string, string, (response: ServerResponse) => unknown, Partial<Options>]>([
    ["follow no redirect", "redirected", (reply) => reply.writeHead(307, { location: other.url }).end(), {}],
    ["read no more than 1 MiB", "reply_too_large", (reply) => reply.end(" ".repeat(2 ** 21)), {}],
    ["have one deadline", "timeout", () => {}, { timeout: 500 }],
  ])("%s", async (_, code, reply, options) => {
    answer = reply;
    expect(await codesOf(options)).toEqual(all(code));
    expect([service.requests.length, other.requests.length]).toEqual([oneOfEach.length, 0]);
  });

  test.each<[string, string, Partial<Options>]>([
    ["send nothing over plain http", "insecure_url", { baseUrl: "http://example.org" }],
    ["send no header that would not arrive", "unsendable_credential", { headers: { "X-Key": "a\nb" } }],
    ["take no option that does not exist", "invalid_argument", { baseURL: "https://example.org" } as object],
    ["send nothing for a signal that is aborted", "aborted", { signal: AbortSignal.abort() }],
  ])("%s", async (_, code, options) => {
    const fetch = vi.fn();
    expect(await codesOf({ fetch, ...options })).toEqual(all(code));
    expect(fetch).not.toHaveBeenCalled();
  });

  test("end with the caller's signal", async () => {
    const controller = new AbortController();
    answer = () => service.requests.length === oneOfEach.length && controller.abort();
    expect(await codesOf({ signal: controller.signal })).toEqual(all("aborted"));
  });

  test("look globalThis.fetch up when they are called, for one request with nothing kept", async () => {
    const fetch = vi.fn(async (url: string, _: object) => {
      const way = oneOfEach.find(({ operation }) => url.endsWith(operation.path));
      return Response.json(way && replyOf(way.operation).body);
    });
    vi.stubGlobal("fetch", fetch);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await codesOf({})).toEqual(all("no error"));
    expect(fetch).toHaveBeenCalledTimes(oneOfEach.length);
    for (const [, init] of fetch.mock.calls) expect(init).toMatchObject({ redirect: "manual", cache: "no-store" });
    expect(service.requests).toEqual([]);
  });

  test("come to an error of their own, whatever a fetch does", async () => {
    for (const { name, fetch, outcome } of hostileFetches) {
      const own = (() => fetch("canary-of-a-hostile-fetch")) as unknown as typeof globalThis.fetch;
      expect(await codesOf({ fetch: own }), `a fetch that ${name}`).toEqual(all(outcome));
    }
  });
});

test("no way sends a password that a header would change", async () => {
  const inHeader = ways.filter(({ operation }) => operation.secretAt.includes("header"));
  expect(inHeader).not.toHaveLength(0);
  const fetch = vi.fn();
  for (const secret of ["line\nbreak", " blank", "パスワード"]) {
    for (const { name, send } of inHeader)
      expect(await codeOf(send({ baseUrl: service.url, fetch }, secret)), name).toBe("unsendable_credential");
  }
  expect(fetch).not.toHaveBeenCalled();
});

describe("no text holds a secret", () => {
  /** Other ones in every run, so that no text can hold them by chance or by heart. */
  const password = randomBytes(16).toString("hex");
  const token = randomBytes(16).toString("hex");
  const refusing = (body: unknown) => async () => Response.json(body, { status: 401 });

  test.each(ways)("$name", async ({ operation, send }) => {
    const output = captureOutput();
    const seen: unknown[] = [];
    const observed = { observe: (event: unknown) => seen.push(event) };
    const isSession = ways.some((way) => way.send === send && way.name.endsWith("session"));
    const failures: Partial<Options>[] = [
      { fetch: () => Promise.reject(quoting(password)) },
      { fetch: (url, init) => Promise.reject(Object.assign(quoting(`${url} ${password}`), { init })) },
      { fetch: async () => new Response(`<!doctype html>${password}${token}`) },
      { fetch: refusing({ error: password, message: `${password} ${token}` }) },
      { fetch: async () => new Response(null, { status: 307, headers: { location: `/?${password}${token}` } }) },
      { fetch: refusing(refusalSaying(operation, `The password <${password}> is wrong.`)?.body) },
      { fetch: async () => Response.json(success(operation, `${token} `).body) },
      { headers: { Authorization: `${password}\n` } },
      { headers: { [`${password}\n`]: "a" } },
      { baseUrl: `https://user:${password}@example.org` },
      { baseUrl: `http://${password}.example.org` },
      { baseUrl: password },
    ];
    for (const options of failures) {
      const all = { baseUrl: "https://example.org", ...(isSession && observed), ...options };
      const result = await Promise.resolve()
        .then(() => send(all, password))
        .catch((error: unknown) => error);
      const isError = result instanceof Error;
      if (isError) expect(result).toBeInstanceOf(LoginError);
      // The reply of a refusal, and what the client gives, are what the service sent.
      seen.push(isError ? result : { ...(result as object), reply: undefined, data: undefined, error: undefined });
    }
    const text = [...seen.map((each) => printed(each, { getters: false })), output.end()].join("\n");
    expect([...leaks(text, password), ...leaks(text, token)]).toEqual([]);
  });

  test("a client shows nothing, whatever is asked of it", async () => {
    for (const { api: name } of operations) {
      const { createClient } = await entryOf(name);
      const client = createClient({ baseUrl: "https://example.org", headers: { "X-Key": password } });
      expect(leaks(printed(client) + Object.values(client).map(String).join(), password), name).toEqual([]);
      expect(JSON.stringify(client)).toBe("{}");
    }
  });

  test("a refusal's words have the secret's place marked, where the document has words", async () => {
    const marked = await Promise.all(
      operations.map(async (operation) => {
        const refusal = refusalSaying(operation, `<${password}>`);
        const fetch = async () => Response.json(refusal?.body, { status: refusal?.status ?? 200 });
        return refusal && (await call(operation, { baseUrl: "https://example.org", fetch }, password));
      }),
    );
    const outcomes = marked.filter((outcome) => outcome !== undefined);
    expect(outcomes).not.toHaveLength(0);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, message: "<***>" });
  });

  test("the detectors find what they look for", () => {
    const error = quoting(password);
    const showing: unknown[] = [
      error,
      { error },
      { toString: () => password },
      new Map([[password, 1]]),
      { toJSON: () => password },
    ];
    for (const value of showing) expect(leaks(printed(value), password)).not.toEqual([]);
    expect(leaks(`…${password.slice(4, 12)}…`, password)).toEqual([password.slice(4, 12)]);
    expect(leaks(password.slice(0, 7), password)).toEqual([]);
  });
});

describe.each(operations.filter(({ kind }) => kind === "login"))("$name", (operation) => {
  test("is one request with the credentials where the document has them, and a token ready to send", async () => {
    answer = (response) => answerJson(response, success(operation, "a-token").body);
    const { header, method } = operation;
    const outcome = await call(operation, { baseUrl: service.url }, "a-password");
    const sent = header.scheme === undefined ? "a-token" : `${header.scheme} a-token`;
    expect(outcome).toMatchObject({
      ok: true,
      token: { value: "a-token", header: { name: header.name, value: sent } },
      reply: success(operation, "a-token").body,
    });
    expect(service.requests).toEqual([expect.objectContaining({ method })]);
    const [{ url = "", headers = {}, body = "" } = {}] = service.requests;
    const values = [...Object.values(operation.credentials).slice(0, -1), "a-password"];
    for (const value of values) expect(decodeURIComponent(url) + JSON.stringify(headers) + body).toContain(`${value}`);
  });
});

test("a refresh sends the refresh token, and in the token's header what its operation is secured by", () => {
  const request = (body: object): Call => ({ method: "POST", path: "/renew", body });
  const held = { token: "held", refreshToken: "renewing" };
  const callWith = (authorization: RefreshContract<object>["authorization"], own = request) => {
    const refresh = { request: own, ...(authorization && { authorization }) } as RefreshContract<object>;
    const api = { header: { name: "Authorization", scheme: "Bearer" }, refresh } as RefreshableApi<object>;
    return refreshCall(api, held, { clientId: "client" });
  };
  const sent = request({ clientId: "client", refreshToken: "renewing" });
  const secured = (value: string, header = {}) => ({
    ...sent,
    params: { header: { ...header, Authorization: value } },
  });
  expect(callWith(undefined)).toEqual(sent);
  expect(callWith("token")).toEqual(secured("Bearer held"));
  expect(callWith("refreshToken")).toEqual(secured("Bearer renewing"));
  const withHeader = (body: object) => ({ ...request(body), params: { header: { "X-Site": "1" } } });
  expect(callWith("token", withHeader)).toEqual(secured("Bearer held", { "X-Site": "1" }));
});

describe.each(operations.filter(({ kind }) => kind === "refresh"))("$name", (operation) => {
  const now = new Date("2026-11-23T12:00:00Z");
  const held = Object.freeze(refreshable(operation, "held-refresh-token"));
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  async function renewed(body: unknown) {
    vi.useFakeTimers({ toFake: ["Date"], now });
    onTestFinished(() => void vi.useRealTimers());
    const fetch = vi.fn(async (_: string, __: object) => Response.json(body));
    const outcome = await call(operation, { baseUrl: "https://example.org", fetch }, "held-refresh-token");
    expect(JSON.stringify(fetch.mock.calls)).toContain("held-refresh-token");
    return outcome.ok ? outcome.token : outcome;
  }

  const granted = (token: string | undefined, grants = {}) => success(operation, token as string, grants).body;
  const header = (value: string) => ({ ...held.header, value: held.header.value.replace(held.value, value) });

  test.each<[string, unknown, object]>([
    ["without a token extends the one held, whose end it does not say", granted(undefined), held],
    ["may say how long it is extended", granted(undefined, { lifetime: 60 }), { ...held, expiresAt: inSeconds(60) }],
    [
      "with a token alone leaves the refresh token",
      granted("new", { lifetime: 60 }),
      { value: "new", header: header("new"), expiresAt: inSeconds(60), refresh: { value: "held-refresh-token" } },
    ],
    [
      "with both replaces both",
      granted("new", { refreshToken: "newer", refreshLifetime: 120 }),
      { value: "new", header: header("new"), refresh: { value: "newer", expiresAt: inSeconds(120) } },
    ],
  ])("%s", async (_, body, token) => {
    // Strictly: a member that is not known is absent, and not undefined.
    expect(await renewed(body)).toStrictEqual(token);
  });

  test("needs a token with a refresh token", async () => {
    const { refresh } = await entryOf(operation.api);
    const rest = Object.keys(operation.credentials).length > 0 ? [operation.credentials] : [];
    for (const token of [
      undefined,
      null,
      {},
      { value: "token" },
      { value: "token", refresh: {} },
      { refresh: { value: "r" } },
      "token",
    ]) {
      const args = [token, ...rest, { baseUrl: service.url }] as unknown as [Token, LoginOptions & { baseUrl: string }];
      expect(await codeOf(refresh(...args)), JSON.stringify(token)).toBe("invalid_argument");
    }
    expect(service.requests).toEqual([]);
  });
});
