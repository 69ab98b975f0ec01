import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { OutgoingRequest } from "../../src/http/call.ts";
import { exchange, parseBody, withinDeadline } from "../../src/http/exchange.ts";
import { connect, type Fetch } from "../../src/http/options.ts";
import { deferred } from "../support/deferred.ts";
import { quoting } from "../support/hostile.ts";
import { answerJson, type Recorder, record } from "../support/record.ts";
import { serve } from "../support/serve.ts";

/** Far above what a test takes, in milliseconds, and far below what it may take. */
const soon = 5000;
const mebibyte = 2 ** 20;

const strays: unknown[] = [];
const note = (stray: unknown) => strays.push(stray);
beforeAll(() => {
  process.on("unhandledRejection", note);
  process.on("warning", note);
});
afterAll(async () => {
  await setImmediate();
  process.off("unhandledRejection", note);
  process.off("warning", note);
  expect(strays).toEqual([]);
});
afterEach(() => vi.unstubAllGlobals());

const rejected = (message: string) => expect.objectContaining({ name: "LoginError", message });
const request = (url: string): OutgoingRequest => ({
  url: `${url}/login`,
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Key": "k" },
  body: '{"user":"u"}',
});
const by = (fetch: unknown) => connect("https://host.example", { fetch: fetch as Fetch, timeout: soon });
const through = (fetch: unknown) => exchange(by(fetch), request("https://host.example"));

/** Exchanges with a server that answers as told. */
async function answered(
  answer: (response: ServerResponse) => void,
  { timeout = soon, signal }: { timeout?: number; signal?: AbortSignal } = {},
): Promise<[reply: Awaited<ReturnType<typeof exchange>>, server: Recorder]> {
  const server = await record(answer);
  try {
    return [await exchange(connect(server.url, { timeout }), request(server.url), signal), server];
  } finally {
    await server.close();
  }
}

describe("an exchange", () => {
  test("is one request and its reply", async () => {
    const [reply, { requests }] = await answered((response) =>
      response.writeHead(201, { "Content-Type": "application/json", "X-Token": "t" }).end('{"a":[1]}'),
    );
    expect(reply).toEqual({ status: 201, headers: expect.any(Headers), body: { a: [1] } });
    expect(reply.headers.get("x-token")).toBe("t");
    expect(requests).toEqual([
      {
        method: "POST",
        url: "/login",
        body: '{"user":"u"}',
        headers: expect.objectContaining({ "content-type": "application/json", "x-key": "k" }),
      },
    ]);
  });

  test("gives an own fetch the URL as text and an init", async () => {
    const fetch = vi.fn(async () => Response.json({}));
    await through(fetch);
    const { url, ...init } = request("https://host.example");
    expect(fetch.mock.calls).toEqual([
      [url, { ...init, redirect: "manual", cache: "no-store", signal: expect.any(AbortSignal) }],
    ]);
  });

  test("looks fetch up when it is called, and what that knows", async () => {
    const connection = connect("https://host.example");
    const fetch = vi.fn(async (_: string, __: RequestInit) => Response.json({ stubbed: true }));
    vi.stubGlobal("fetch", fetch);
    // Some workers throw on a cache mode, and have no such member.
    vi.stubGlobal("Request", class {});
    expect((await exchange(connection, request("https://host.example"))).body).toEqual({ stubbed: true });
    expect(Object.keys(fetch.mock.calls[0]?.[1] ?? {})).not.toContain("cache");
  });

  test("passes on what stands beside the request", async () => {
    const fetch = vi.fn(async (_: string, __: RequestInit) => Response.json({}));
    const beside = { dispatcher: {}, cf: { cacheTtl: 1 } };
    await exchange(by(fetch), { ...request("https://host.example"), ...beside, redirect: "follow" } as OutgoingRequest);
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ ...beside, redirect: "manual" });
  });
});

describe("a redirect is not followed", () => {
  test.each([300, 302, 307, 399])("by %i", async (status) => {
    const other = await record();
    const redirecting = answered((response) => response.writeHead(status, { location: `${other.url}/` }).end());
    await expect(redirecting).rejects.toEqual(rejected("redirected"));
    await other.close();
    expect(other.requests).toEqual([]);
  });

  test("nor is what a fetch brings that followed it, or that hides it", async () => {
    const followed = Object.defineProperty(Response.json({}), "redirected", { value: true });
    await expect(through(async () => followed)).rejects.toEqual(rejected("redirected"));
    await expect(through(async () => Response.error())).rejects.toEqual(rejected("redirected"));
  });

  test.each([299, 400])("and %i is none", async (status) => {
    expect((await through(async () => new Response("", { status }))).status).toBe(status);
  });
});

describe("a reply", () => {
  test("is read up to 1 MiB, and not a byte further", async () => {
    const [reply] = await answered((response) => response.end("a".repeat(mebibyte)));
    expect(reply.body).toBe("a".repeat(mebibyte));
    const larger = answered((response) => response.end("a".repeat(mebibyte + 1)));
    await expect(larger).rejects.toEqual(rejected("reply_too_large"));
  });

  test("is counted after decompression", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * mebibyte, " "));
    const bursting = answered((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    await expect(bursting).rejects.toEqual(rejected("reply_too_large"));
  });

  test("that never ends is let go, also by a fetch that heeds no signal", async () => {
    const gone = deferred();
    const pouring = answered((response) => {
      response.on("close", gone.resolve);
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
      };
      response.on("drain", pour);
      pour();
    });
    await expect(pouring).rejects.toEqual(rejected("reply_too_large"));
    await gone.promise;

    const cancelled = deferred();
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(mebibyte)),
      cancel() {
        cancelled.resolve();
        throw new Error("no stray");
      },
    });
    await expect(through(async () => new Response(body))).rejects.toEqual(rejected("reply_too_large"));
    await cancelled.promise;
  });

  test("in many chunks is one, wherever they break", async () => {
    const bytes = new TextEncoder().encode('{"token":"日本🔑"}');
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    expect((await through(async () => new Response(body))).body).toEqual({ token: "日本🔑" });
  });

  test("without a web stream is read whole, within the same limit", async () => {
    const reply = (size: number, body?: unknown) => async () => ({
      status: 200,
      headers: new Headers(),
      arrayBuffer: async () => new TextEncoder().encode("a".repeat(size)).buffer,
      body,
    });
    expect((await through(reply(mebibyte))).body).toBe("a".repeat(mebibyte));
    expect((await through(reply(2, { pipe() {} }))).body).toBe("aa");
    await expect(through(reply(mebibyte + 1))).rejects.toEqual(rejected("reply_too_large"));
    expect((await through(reply(2, null))).body).toBeUndefined();
  });
});

describe("what a body is", () => {
  const json = "application/json";
  const bodies: [type: string | null, text: string, body: unknown][] = [
    [json, '{"a":1}', { a: 1 }],
    ["Application/JSON; charset=utf-8", "7", 7],
    [" application/json", "7", 7],
    ["application/problem+json ;v=1", '"text"', "text"],
    [json, "null", null],
    [json, '{"a":1', '{"a":1'],
    [json, '{"a":1}}', '{"a":1}}'],
    [json, "", undefined],
    [null, "", undefined],
    [null, ' \n{"a":1}', { a: 1 }],
    [null, "[1]", [1]],
    [null, "[1", "[1"],
    [null, "7", "7"],
    ["text/html", '{"a":1}', { a: 1 }],
    ["text/html", "<p>[1]</p>", "<p>[1]</p>"],
    ["text/plain", '"token"', '"token"'],
    ["text/plain", "true", "true"],
    ["application/jsonp", "7", "7"],
    ["text/html; note=application/json", "7", "7"],
  ];
  test("is parsed where it is JSON, and else its text", () => {
    const parsed = bodies.map(([type, text]) => [type, text, parseBody(type, text)]);
    expect(parsed).toEqual(bodies);
  });

  test("that is no UTF-8 is still read", async () => {
    const shiftJis = new Uint8Array([0x22, 0x83, 0x8d, 0x22]);
    const headers = { "content-type": json };
    const read = (body: Uint8Array<ArrayBuffer>) => through(async () => new Response(body, { headers }));
    expect((await read(shiftJis)).body).toBe("\ufffd\ufffd");
    expect((await read(Buffer.from('{"a":1}', "utf16le"))).body).toMatch(/^{/);
  });
});

describe("the deadline", () => {
  const hanging: [string, (response: ServerResponse) => unknown][] = [
    ["without headers", () => {}],
    ["without a body", (response) => response.writeHead(200, { "content-length": 100 }).flushHeaders()],
    [
      "with a byte now and then",
      (response) => {
        const dripping = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(dripping));
      },
    ],
  ];
  test.each(hanging)("ends a call %s, and frees its connection", async (_, hang) => {
    const gone = deferred();
    const server = await record((response) => {
      response.on("close", gone.resolve);
      hang(response);
    });
    const start = performance.now();
    const call = exchange(connect(server.url, { timeout: 100 }), request(server.url));
    await expect(call).rejects.toEqual(rejected("timeout"));
    expect(performance.now() - start).toBeGreaterThan(95);
    await gone.promise;
    await server.close();
    expect(server.requests).toHaveLength(1);
  });

  test("ends a fetch that heeds no signal, or answers later", async () => {
    const late = deferred<Response>();
    const call = exchange({ ...by(() => late.promise), timeout: 20 }, request("https://host.example"));
    await expect(call).rejects.toEqual(rejected("timeout"));
    late.resolve(Response.error());
  });

  test("keeps no timer beyond the call", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await withinDeadline(60_000, undefined, async () => {});
    await withinDeadline(60_000, undefined, () => Promise.reject(new Error())).catch(() => {});
    expect(timers()).toBe(before);
  });
});

describe("the caller's signal", () => {
  test("ends the call at once, with its own reason, and frees the connection", async () => {
    const arrived = deferred();
    const gone = deferred();
    const served = await serve((_, response) => {
      response.on("close", gone.resolve);
      arrived.resolve();
    });
    const controller = new AbortController();
    const call = exchange(connect(served.url), request(served.url), controller.signal);
    await arrived.promise;
    const reason = new Error("the user went away");
    controller.abort(reason);
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toEqual(rejected("aborted"));
    expect((error as Error).cause).toBe(reason);
    await gone.promise;
    await served.close();
  });

  test("ends a fetch that does not heed it", async () => {
    const controller = new AbortController();
    const call = exchange(
      by(() => new Promise(() => {})),
      request("https://host.example"),
      controller.signal,
    );
    controller.abort();
    await expect(call).rejects.toEqual(rejected("aborted"));
  });

  test("that is aborted already sends nothing", async () => {
    const fetch = vi.fn();
    const call = exchange(by(fetch), request("https://host.example"), AbortSignal.abort("why"));
    await expect(call).rejects.toMatchObject({ code: "aborted", cause: "why" });
    expect(fetch).not.toHaveBeenCalled();
  });

  test("of another class is heeded, and left without a listener", async () => {
    class OtherSignal extends EventTarget {
      aborted = false;
      reason = "other";
      listeners: string[] = [];
      override addEventListener(...given: Parameters<EventTarget["addEventListener"]>): void {
        this.listeners.push(given[0]);
        super.addEventListener(...given);
      }
      override removeEventListener(...given: Parameters<EventTarget["removeEventListener"]>): void {
        this.listeners = this.listeners.filter((type) => type !== given[0]);
        super.removeEventListener(...given);
      }
    }
    const signal = new OtherSignal();
    const as = signal as unknown as AbortSignal;
    await exchange(
      by(async () => Response.json({})),
      request("https://host.example"),
      as,
    );
    const call = exchange(
      by(() => new Promise(() => {})),
      request("https://host.example"),
      as,
    );
    signal.dispatchEvent(new Event("abort"));
    await expect(call).rejects.toMatchObject({ code: "aborted", cause: "other" });
    expect(signal.listeners).toEqual([]);
  });

  test("serves a hundred calls at once without a warning", async () => {
    const { signal } = new AbortController();
    const started = deferred();
    const fetch = async () => {
      await started.promise;
      return Response.json({});
    };
    const calls = Array.from({ length: 100 }, () => exchange(by(fetch), request("https://host.example"), signal));
    await setImmediate();
    started.resolve();
    await Promise.all(calls);
  });

  test("that is none is refused, and nothing is sent", async () => {
    const fetch = vi.fn();
    for (const signal of [{}, "abort", { aborted: true }, { addEventListener() {} }, new AbortController()]) {
      const call = exchange(by(fetch), request("https://host.example"), signal as unknown as AbortSignal);
      await expect(call).rejects.toEqual(rejected("invalid_argument: signal is no AbortSignal"));
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  test("may be null, as for fetch", async () => {
    const call = exchange(
      by(async () => Response.json(1)),
      request("https://host.example"),
      null,
    );
    expect((await call).body).toBe(1);
  });
});

describe("what goes wrong on the way", () => {
  test.each<[string, (response: ServerResponse) => unknown]>([
    ["before the headers", (response) => response.socket?.destroy()],
    [
      "within the body",
      (response) => response.writeHead(200, { "content-length": 9 }).write("1", () => response.socket?.destroy()),
    ],
    ["with something else than HTTP", (response) => response.socket?.end("token\r\n\r\n")],
  ])("breaks off %s", async (_, answer) =>
    expect(answered(answer)).rejects.toMatchObject({ code: "network", message: /^network/ }),
  );

  test("is named by the platform's code", async () => {
    const served = await serve(() => {});
    await served.close();
    const call = exchange(connect(served.url), request(served.url));
    await expect(call).rejects.toEqual(rejected("network: ECONNREFUSED"));
    for (const [thrown, message] of [
      [{ code: "ConnectionRefused" }, "network: ConnectionRefused"],
      [{ code: "OUTER", cause: { code: "INNER" } }, "network: INNER"],
      [{ digest: "DYNAMIC_SERVER_USAGE" }, "network: DYNAMIC_SERVER_USAGE"],
      [{ code: "OUTER", digest: "OTHER" }, "network: OUTER"],
      [{ code: 20 }, "network"],
      [{ code: ["LIST"] }, "network"],
      [{ code: "secret 1" }, "network"],
      [{ code: "E 1 SECRET" }, "network"],
      [{ code: "A".repeat(41) }, "network"],
      [{ code: "A".repeat(40) }, `network: ${"A".repeat(40)}`],
      [{}, "network"],
      [undefined, "network"],
      ["secret", "network"],
    ] as const) {
      await expect(through(() => Promise.reject(thrown))).rejects.toEqual(rejected(message));
    }
  });

  test("is told of a fetch that gives no Response", async () => {
    for (const reply of [undefined, null, "token", {}, { status: "200", headers: new Headers() }, { status: 200 }]) {
      await expect(through(async () => reply)).rejects.toEqual(rejected("invalid_argument: fetch gives no Response"));
      await expect(through(() => reply)).rejects.toEqual(rejected("invalid_argument: fetch gives no Response"));
    }
    const headers = { get: 7 };
    await expect(through(async () => ({ status: 200, headers }))).rejects.toEqual(
      rejected("invalid_argument: fetch gives no Response"),
    );
    const texts = new ReadableStream({
      start: (controller) => controller.enqueue("token"),
    });
    await expect(through(async () => ({ status: 200, headers: new Headers(), body: texts }))).rejects.toEqual(
      rejected("invalid_argument: fetch gives no bytes"),
    );
    const bodyless = { status: 200, headers: new Headers() };
    await expect(through(async () => bodyless)).rejects.toEqual(rejected("network"));
  });

  test("is never what quotes a secret", async () => {
    const canary = "canary-password";
    const unreadable = Object.defineProperty(new Error(canary), "cause", {
      get() {
        throw quoting(canary);
      },
    });
    const fetches = [
      () => {
        throw quoting(canary);
      },
      () => Promise.reject(quoting(canary)),
      () => Promise.reject(unreadable),
      async () => new Response(new ReadableStream({ pull: (controller) => controller.error(quoting(canary)) })),
      async () =>
        Object.defineProperty({}, "status", {
          get() {
            throw quoting(canary);
          },
        }),
    ];
    for (const fetch of fetches) {
      const error = await through(fetch).catch((thrown: unknown) => thrown);
      expect(error).toEqual(rejected(expect.stringMatching(/^(network|invalid_argument: fetch gives no Response)$/)));
      expect((error as Error).cause).toBeUndefined();
    }
  });

  test("and is no failure of the exchange: a LoginError of an own fetch is passed on", async () => {
    const inner = await through(() => undefined).catch((thrown: unknown) => thrown);
    await expect(through(() => Promise.reject(inner))).rejects.toBe(inner);
  });

  test("leaves an error of the service alone", async () => {
    const [reply] = await answered((response) => answerJson(response, { error: "no" }, 503));
    expect(reply).toMatchObject({ status: 503, body: { error: "no" } });
  });
});
