import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import ky from "ky";
import { createFetch } from "ofetch";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { deferred } from "../support/deferred.ts";
import { startLoginService } from "../support/login-service.ts";
import { serve } from "../support/serve.ts";

function stream(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

const half = { duplex: "half" } as const;

function transferred(): ArrayBuffer {
  const buffer = new ArrayBuffer(1);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function form(): FormData {
  const data = new FormData();
  data.set("a", "1");
  data.set("file", new Blob(["text"], { type: "text/plain" }), "a.txt");
  return data;
}

/** What fetch takes, made anew for each of the two that are compared. */
const requests: [what: string, make: (url: string) => [RequestInfo | URL, (RequestInit | null)?]][] = [
  ["a text", (url) => [`${url}/a?b=1&b=2`]],
  ["a URL with a fragment", (url) => [new URL(`${url}/a#b`)]],
  ["an init of null", (url) => [`${url}/a`, null]],
  ["a signal of null", (url) => [`${url}/a`, { signal: null }]],
  ["headers as an object", (url) => [`${url}/a`, { headers: { "X-One": "1" } }]],
  ["headers as Headers", (url) => [`${url}/a`, { headers: new Headers({ "X-One": "1" }) }]],
  [
    "two pairs of one name",
    (url) => [
      `${url}/a`,
      {
        headers: [
          ["x-one", "1"],
          ["X-One", "2"],
        ],
      },
    ],
  ],
  ["an empty header", (url) => [`${url}/a`, { headers: { "x-one": "" } }]],
  ["a Request", (url) => [new Request(`${url}/a`, { headers: { "x-one": "1" } })]],
  ["a Request with a body", (url) => [new Request(`${url}/a`, { method: "POST", body: "text" })]],
  ["a Request with a stream", (url) => [new Request(`${url}/a`, { method: "POST", body: stream("text"), ...half })]],
  [
    "a Request and an init",
    (url) => [
      new Request(`${url}/a`, { method: "POST", body: "text", headers: { "x-one": "1" } }),
      { method: "PUT", headers: { "x-two": "2" }, body: "other" },
    ],
  ],
  [
    "a Request with a referrer and an init, which makes fetch forget it",
    (url) => [new Request(`${url}/a`, { referrer: `${url}/page` }), { method: "POST" }],
  ],
  [
    "a Request as init",
    (url) => [`${url}/a`, new Request(`${url}/b`, { method: "PUT", body: "text", headers: { "x-one": "1" } })],
  ],
  ["a method in lower case", (url) => [`${url}/a`, { method: "post" }]],
  ["another method", (url) => [`${url}/a`, { method: "PATCH" }]],
  ["a text body", (url) => [`${url}/a`, { method: "POST", body: "täxt" }]],
  ["a body of null", (url) => [`${url}/a`, { method: "POST", body: null }]],
  ["bytes", (url) => [`${url}/a`, { method: "POST", body: new Uint8Array([1, 2, 255]) }]],
  ["a Blob", (url) => [`${url}/a`, { method: "POST", body: new Blob(["x"], { type: "text/x" }) }]],
  ["a form of a URL", (url) => [`${url}/a`, { method: "POST", body: new URLSearchParams({ a: "ä b" }) }]],
  ["a form with a file", (url) => [`${url}/a`, { method: "POST", body: form() }]],
  ["a stream", (url) => [`${url}/a`, { method: "POST", body: stream("text"), ...half }]],
];

describe("session.fetch is fetch", () => {
  test.each(requests)("the same request arrives, plus the token: %s", async (_, make) => {
    const service = await startLoginService();
    const { fetch: own } = service.session();
    await fetch(...(make(service.url) as [RequestInfo]));
    await own(...(make(service.url) as [RequestInfo]));
    const [plain, sent] = service.calls.map(({ headers, body, ...rest }) => {
      const boundary = /----[^\r"]*/.exec(body)?.[0] ?? "none";
      const bare = (text: string) => text.replaceAll(boundary.replace(/^--/, ""), "boundary");
      return { ...rest, body: bare(body), headers: headers.map(([name, value]) => [name, bare(value)]) };
    });
    expect(sent).toEqual({ ...plain, token: "token-1" });
  });

  test.each<[what: string, body: BodyInit, change: (body: never) => void]>([
    ["bytes", new Uint8Array([1, 2, 255]), (bytes: Uint8Array) => bytes.fill(7)],
    ["a part of a buffer", Buffer.from("whole").subarray(1, 3), (bytes: Buffer) => bytes.fill(7)],
    ["a buffer", new Uint8Array([1, 2, 3]).buffer, (buffer: ArrayBuffer) => new Uint8Array(buffer).fill(7)],
    ["a form of a URL", new URLSearchParams({ a: "1" }), (body: URLSearchParams) => body.set("a", "2")],
    ["a form", form(), (body: FormData) => body.set("a", "2")],
  ])("a body is sent as it was at the call, also a second time: %s", async (_, body, change) => {
    const service = await startLoginService();
    const bare = ({ body, headers }: (typeof service.calls)[number]) =>
      [body, headers.find(([name]) => name === "content-type")?.[1]].join().replace(/-{4,}[^\r",]*/g, "boundary");
    const { fetch: own, token } = service.session();
    await token();
    await fetch(`${service.url}/a`, { method: "POST", body });
    service.good = "";
    const call = own("/a", { method: "POST", body });
    change(body as never);
    await call;
    const [plain, first, second] = service.calls.map(bare);
    expect([first, second]).toEqual([plain, plain]);
  });

  test.each<[what: string, make: (url: string) => Parameters<typeof fetch>]>([
    ["a Request", (url) => [new Request(url, { method: "POST", body: "text" })]],
    ["a stream", (url) => [url, { method: "POST", body: stream("text"), ...half }]],
  ])("what is read once is sent by one of two calls, and the other is the caller's mistake: %s", async (_, make) => {
    const service = await startLoginService();
    const { fetch: own } = service.session();
    const args = make(`${service.url}/a`) as [string];
    const [first, second] = await Promise.allSettled([own(...args), own(...args)]);
    expect(first).toMatchObject({ value: { status: 200 } });
    expect(second).toMatchObject({ reason: { code: "invalid_argument" } });
  });

  test.each<[what: string, make: (url: string) => [RequestInfo, RequestInit?], detail?: string]>([
    ["a body with GET", (url) => [url, { body: "secret-value" }]],
    [
      "a Request's body with GET",
      (url) => [new Request(url, { method: "POST", body: "secret-value" }), { method: "GET" }],
    ],
    ["a method that is none", (url) => [url, { method: "secret value" }]],
    ["a mode that is none", (url) => [url, { mode: "secret-value" as never }]],
    [
      "a header's name that is none",
      (url) => [url, { headers: { "secret value": "1" } }],
      "a header's name is malformed",
    ],
    ["headers as text", (url) => [url, { headers: "secret-value" as never }], "headers"],
    ["a URL that is none", () => ["http://secret value"], "the URL is none"],
    ["a URL with a user", (url) => [url.replace("//", "//secret-value@")], "the URL has a user or password"],
    ["a URL with a password", (url) => [url.replace("//", "//:secret-value@")], "the URL has a user or password"],
    ["a buffer that was given away", (url) => [url, { method: "POST", body: transferred() }]],
    ["an init that is none", (url) => [url, "secret-value" as never]],
    ["a signal that is none", (url) => [url, { signal: false as never }], "signal is no AbortSignal"],
    ["a header of the connection's own", (url) => [url, { headers: { upgrade: "secret-value" } }]],
    ["a header that no platform sends", (url) => [url, { headers: { expect: "secret-value" } }]],
    [
      "a length that is not the body's",
      (url) => [url, { method: "POST", body: stream("secret-value"), headers: { "content-length": "3" }, ...half }],
    ],
    ["a Request of another class", (url) => [{ url, method: "GET", headers: new Headers(), body: null } as Request]],
    [
      "a body in parts without `duplex`",
      (url) => [url, { method: "POST", body: Readable.from(["secret-value"]) as never }],
    ],
    ["a body in parts with GET", (url) => [url, { body: Readable.from(["secret-value"]) as never, ...half }]],
    [
      "a stream that was read",
      (url) => {
        const body = stream("secret-value");
        void body.cancel();
        return [url, { method: "POST", body, ...half } as RequestInit];
      },
    ],
    [
      "a stream that is read elsewhere",
      (url) => {
        const body = stream("secret-value");
        body.getReader();
        return [url, { method: "POST", body, ...half } as RequestInit];
      },
    ],
    [
      "a Request that was read",
      (url) => {
        const request = new Request(url, { method: "POST", body: "secret-value" });
        void request.text();
        return [request];
      },
    ],
    [
      "a Request that is read elsewhere",
      (url) => {
        const request = new Request(url, { method: "POST", body: "secret-value" });
        request.body?.getReader();
        return [request];
      },
    ],
  ])("the caller's own mistake is `invalid_argument`, and not quoted: %s", async (_, make, detail) => {
    const service = await startLoginService();
    const error: Error = await service
      .session()
      .fetch(...make(`${service.url}/a`))
      .then(
        () => new Error("It was sent."),
        (thrown) => thrown,
      );
    expect(error).toMatchObject({ name: "LoginError", code: "invalid_argument" });
    expect(error.message).toContain(`invalid_argument: ${detail ?? "no request that can be sent"}`);
    expect(`${error} ${error.stack}`).not.toContain("secret");
    expect(service.calls).toEqual([]);
  });

  test.each(requests)("what the platform fails with is `network`, if it was a request: %s", async (_, make) => {
    const service = await startLoginService();
    const session = service.session({
      fetch: async (input, init) => {
        if (String(input).endsWith("/login")) return fetch(input, init as RequestInit);
        throw new TypeError("fetch failed");
      },
    });
    const [input, init] = make(service.url);
    const call = session.fetch(input as RequestInfo, init as RequestInit);
    await expect(call).rejects.toMatchObject({ message: "network" });
  });

  test.each(["a\r\nb: c", "パス", " a", "a\t"])(
    "a header that cannot be sent unchanged is refused: %j",
    async (value) => {
      const service = await startLoginService();
      const { fetch } = service.session();
      await expect(fetch("/a", { headers: { "x-one": value } })).rejects.toMatchObject({
        code: "unsendable_credential",
      });
      expect([service.logins, service.calls]).toEqual([0, []]);
    },
  );

  test("headers may be null", async () => {
    const service = await startLoginService();
    await service.session().fetch("/a", { headers: null as never });
    expect(service.calls).toHaveLength(1);
  });

  test("headers of the options go along, the caller's win, and the token does over both", async () => {
    const service = await startLoginService();
    const { fetch } = service.session({ headers: { "X-One": "option", "X-Two": "option" } });
    await fetch("/a", { headers: { "x-one": "own", authorization: "Basic own" } });
    expect(service.calls[0]?.headers).toEqual(
      expect.arrayContaining([
        ["x-one", "own"],
        ["x-two", "option"],
      ]),
    );
    expect(service.calls[0]?.token).toBe("token-1");
  });

  test("an own fetch gets what the caller gave, with all that hangs on it", async () => {
    const seen: unknown[][] = [];
    const service = await startLoginService();
    const { fetch } = service.session({
      fetch: (url, init) => {
        seen.push([url, init]);
        return globalThis.fetch(url as string, init as RequestInit);
      },
    });
    const request = new Request(`${service.url}/a`);
    await fetch(request, { cf: { cacheTtl: 5 } } as never);
    await fetch(new URL(`${service.url}/b`));
    expect(seen[1]?.[0]).toBe(request);
    expect(seen[1]?.[1]).toMatchObject({ cf: { cacheTtl: 5 } });
    expect(seen[2]?.[0]).toBe(`${service.url}/b`);
  });

  test("the referrer and its policy of a Request among it, which an init makes the platform forget", async () => {
    const seen: unknown[] = [];
    const service = await startLoginService();
    const { fetch } = service.session({
      fetch: (input, init) => {
        seen.push(init);
        return globalThis.fetch(input as string, init as RequestInit);
      },
    });
    const referred = { referrer: `${service.url}/page`, referrerPolicy: "origin" } as const;
    await fetch(new Request(`${service.url}/a`, referred));
    await fetch("/a");
    expect(seen[1]).toMatchObject(referred);
    expect(Object.keys(seen[2] as object)).toEqual(["headers", "redirect"]);
  });

  test("a Request's body is copied for a second time where it may be needed, and let go of", async () => {
    const clone = vi.spyOn(Request.prototype, "clone");
    onTestFinished(() => clone.mockRestore());
    const service = await startLoginService();
    const { fetch } = service.session();
    const url = `${service.url}/a`;
    await fetch(new Request(url));
    await fetch(new Request(url, { method: "POST", body: "text" }), { body: "other" });
    expect(clone).not.toHaveBeenCalled();
    await fetch(new Request(url, { method: "POST", body: "text" }));
    expect(clone).toHaveBeenCalledTimes(1);
    const spare: Request = clone.mock.results[0]?.value;
    expect((await spare.body?.getReader().read())?.done).toBe(true);
  });

  test("and so does the one that is sent again after a rejection, of a Request with a body too", async () => {
    const seen: unknown[] = [];
    const service = await startLoginService();
    const { fetch, token } = service.session({
      fetch: (input, init) => {
        seen.push(input);
        return globalThis.fetch(input as string, init as RequestInit);
      },
    });
    await token();
    service.good = "";
    const hung = { cf: { cacheTtl: 5 }, next: { revalidate: 1 } };
    const request = new Request(`${service.url}/a`, { method: "POST", body: "text" });
    // One that hides a member of the class cannot be set on a copy.
    Object.defineProperty(request, "url", { value: request.url, enumerable: true });
    expect((await fetch(Object.assign(request, hung))).status).toBe(200);
    const [, first, , second] = seen;
    expect(first).toBe(request);
    expect(second).not.toBe(request);
    for (const each of [first, second]) expect(each).toMatchObject(hung);
  });
});

describe("where the token goes", () => {
  test.each([
    ["products", "/one/products"],
    ["/products?a=1", "/one/products?a=1"],
    ["?a=1", "/one/?a=1"],
    ["./a/../b", "/one/b"],
    [" /products\n", "/one/products"],
  ])("what is relative is so to the base URL with its path: %s", async (input, path) => {
    const service = await startLoginService();
    for (const slash of ["", "/"]) await service.session({ baseUrl: `${service.url}/one${slash}` }).fetch(input);
    expect(service.calls.map((call) => call.path)).toEqual([path, path]);
  });

  test.each([
    ["/one", "/one/a%2F..b%2f%5C"],
    ["", "/a/..%2Fb%2f%5C"],
  ])(
    "a slash that is part of a name is sent as it came, where it leads out of no path: below %j",
    async (base, path) => {
      const service = await startLoginService();
      await service.session({ baseUrl: service.url + base }).fetch(service.url + path);
      expect(service.calls.map((call) => call.path)).toEqual([path]);
    },
  );

  test("what is absolute may be the base URL's path itself", async () => {
    const service = await startLoginService();
    await service.session({ baseUrl: `${service.url}/one/` }).fetch(`${service.url}/one`);
    expect(service.calls.map(({ path }) => path)).toEqual(["/one"]);
  });

  test.each([
    ["another path of the same origin", "/two/a"],
    ["a path that only begins alike", "/one-more"],
    ["a way out of the path", "/one/../two"],
    ["a hidden way out", "/one/%2e%2e/two"],
    ["a way out where a gateway decodes slashes", "/one/a/..%2F..%2ftwo"],
    ["or backslashes", "/one/%2e%2E%5Ctwo"],
    ["or slashes alone", "/one/a%5C/..%2F.."],
    ["or takes two for one", "/one/%2F..%2Ftwo"],
    ["or leaves out what follows a semicolon", "/one/..;a=1/two"],
  ])("nothing is sent to %s", async (_, path) => {
    const service = await startLoginService();
    const { fetch } = service.session({ baseUrl: `${service.url}/one` });
    await expect(fetch(service.url + path)).rejects.toThrow("insecure_url: the token does not go there");
    await expect(fetch(new Request(service.url + path))).rejects.toMatchObject({ code: "insecure_url" });
    expect([service.logins, service.calls]).toEqual([0, []]);
  });

  test.each(["../two", "/../two", "//other.example/a", "\\\\other.example\\a"])(
    "nor by a relative URL: %s",
    async (input) => {
      const service = await startLoginService();
      const { fetch } = service.session({ baseUrl: `${service.url}/one` });
      await expect(fetch(input)).rejects.toMatchObject({ code: "insecure_url" });
      expect(service.calls).toEqual([]);
    },
  );

  test("another origin gets it only where that is allowed, below the path that is", async () => {
    const service = await startLoginService();
    const arrived: [string | undefined, unknown, unknown][] = [];
    const other = await serve((incoming, outgoing) => {
      arrived.push([incoming.url, incoming.headers.authorization, incoming.headers["x-one"]]);
      outgoing.end();
    });
    try {
      const closed = service.session();
      await expect(closed.fetch(`${other.url}/files/a`)).rejects.toMatchObject({ code: "insecure_url" });
      expect(arrived).toEqual([]);
      const { fetch } = service.session({ allowedOrigins: [`${other.url}/files`], headers: { "x-one": "option" } });
      await fetch(`${other.url}/files/a`);
      await expect(fetch(`${other.url}/filesystem`)).rejects.toMatchObject({ code: "insecure_url" });
      expect(arrived).toEqual([["/files/a", "Bearer token-1", undefined]]);
    } finally {
      await other.close();
    }
  });

  test("a redirect is not followed; 304 and a wanted one are the caller's", async () => {
    const service = await startLoginService();
    const { fetch } = service.session();
    service.call = (outgoing) => outgoing.writeHead(302, { location: "/elsewhere" }).end();
    await expect(fetch("/a")).rejects.toMatchObject({ code: "redirected" });
    expect((await fetch("/a", { redirect: "manual" })).status).toBe(302);
    service.call = (outgoing) => outgoing.writeHead(304).end();
    expect((await fetch("/a", { headers: { "if-none-match": '"1"' } })).status).toBe(304);
    expect(service.calls.map(({ path }) => path)).toEqual(["/a", "/a", "/a"]);
  });

  test.each([
    [299, "fine"],
    [300, "redirected"],
    [399, "redirected"],
    [400, "fine"],
  ])("a redirect is from 300 to 399: %i is %s", async (status, expected) => {
    const service = await startLoginService();
    service.call = (outgoing) => outgoing.writeHead(status).end();
    const code = await service
      .session()
      .fetch("/a")
      .then(
        () => "fine",
        (error) => error.code,
      );
    expect(code).toBe(expected);
  });

  test("one that a browser hides is one, and what nobody reads is let go of", async () => {
    const service = await startLoginService();
    const cancelled: string[] = [];
    const kept = (name: string) => new ReadableStream({ cancel: () => void cancelled.push(name) });
    let answers: Response[] = [Response.error()];
    const { fetch } = service.session({
      fetch: async (input, init) => {
        if (String(input).endsWith("/login")) return globalThis.fetch(input, init as RequestInit);
        return answers.shift() as Response;
      },
    });
    await expect(fetch("/a")).rejects.toMatchObject({ code: "redirected" });
    answers = [new Response(kept("redirect"), { status: 302 })];
    await expect(fetch("/a")).rejects.toMatchObject({ code: "redirected" });
    answers = [new Response(kept("rejection"), { status: 401 }), new Response(kept("reply"))];
    expect((await fetch("/a")).status).toBe(200);
    expect(cancelled).toEqual(["redirect", "rejection"]);
  });
});

describe("a rejection", () => {
  test.each(requests.filter(([what]) => what !== "a stream" && what !== "a Request as init"))(
    "is followed by a new token and the same request once more: %s",
    async (_, make) => {
      const service = await startLoginService();
      const { fetch, token } = service.session();
      await token();
      service.good = "";
      const reply = await fetch(...(make(service.url) as [RequestInfo]));
      expect([reply.status, service.logins, service.calls.length]).toEqual([200, 2, 2]);
      const [first, second] = service.calls.map(({ token: _, headers, body, ...rest }) => ({
        ...rest,
        length: body.length,
      }));
      expect(second).toEqual(first);
    },
  );

  test.each<[string, () => unknown]>([
    ["a stream", () => stream("text")],
    [
      "what is read like one",
      async function* () {
        yield new TextEncoder().encode("text");
      },
    ],
  ])("of a request that cannot be sent again is the caller's, and the next has a new token: %s", async (_, body) => {
    const service = await startLoginService();
    const { fetch, token } = service.session();
    await token();
    service.good = "";
    const init = () => ({ method: "POST", body: body(), ...half }) as RequestInit;
    expect((await fetch("/a", init())).status).toBe(401);
    expect((await fetch("/a", init())).status).toBe(200);
    expect(service.logins).toBe(2);
  });

  test("is sent again once, and within quiet not at all", async () => {
    const service = await startLoginService();
    const { fetch, events } = service.session();
    service.call = (outgoing) => outgoing.writeHead(401).end();
    expect((await fetch("/a")).status).toBe(401);
    expect([service.logins, service.calls.length]).toEqual([2, 2]);
    expect((await fetch("/a")).status).toBe(401);
    expect([service.logins, service.calls.length]).toEqual([2, 3]);
    expect(events.flatMap((event) => (event.type === "rejection" ? [event.outcome] : []))).toEqual([
      "replaced",
      "kept",
      "kept",
    ]);
  });

  test.each([
    ["helped: 10 s", [200, 200], 10_000],
    ["did not: 30 s", [401, 200], 30_000],
    ["brought a service's failure, which says nothing: 30 s", [500, 200], 30_000],
  ])("is not followed by another for a while, and the new token %s", async (_, statuses, gap) => {
    let now = Date.UTC(2030, 0, 1);
    const service = await startLoginService();
    const { fetch } = service.session({ clock: () => now });
    const answers = [401, ...statuses.slice(0, 1)];
    service.call = (outgoing) => outgoing.writeHead(answers.shift() ?? 401).end();
    await fetch("/a");
    now += gap - 1;
    await fetch("/a");
    expect(service.logins).toBe(2);
    now += 1;
    await fetch("/a");
    expect(service.logins).toBe(3);
  });

  test("is followed by the same body also on a platform that shows no Request's body", async () => {
    const service = await startLoginService();
    const { fetch, token } = service.session();
    await token();
    service.good = "";
    const request = new Request(`${service.url}/a`, post);
    Object.defineProperty(request, "body", { value: undefined });
    expect((await fetch(request)).status).toBe(200);
    expect(service.calls.map(({ body }) => body)).toEqual(["text", "text"]);
  });

  const post = { method: "POST", body: "text" };
  test.each<[what: string, next: (url: string) => [RequestInfo, RequestInit?], logins: number]>([
    ["is helped by the next of its route", (url) => [`${url}/a?b`, post], 3],
    ["also by a Request", (url) => [new Request(`${url}/a`, post)], 3],
    ["not by one of another path", (url) => [`${url}/b`, post], 2],
    ["nor of another method", (url) => [`${url}/a`], 2],
    ["nor by a Request of another method", (url) => [new Request(`${url}/a`)], 2],
  ])("of a request that could not be sent again %s", async (_, next, logins) => {
    let now = Date.UTC(2030, 0, 1);
    const service = await startLoginService();
    const { fetch } = service.session({ clock: () => now });
    const answers = [401, 200];
    service.call = (outgoing) => outgoing.writeHead(answers.shift() ?? 401).end();
    await fetch("/a", { method: "POST", body: stream("text"), ...half } as RequestInit);
    await fetch(...next(service.url));
    now += 10_000;
    await fetch("/a");
    expect(service.logins).toBe(logins);
  });

  test("of a GET that could not be sent again is helped by the next GET", async () => {
    let now = Date.UTC(2030, 0, 1);
    const service = await startLoginService();
    const { fetch } = service.session({
      clock: () => now,
      fetch: (input, init) => {
        // A platform that takes a body with GET.
        const { body: _, ...rest } = init as RequestInit;
        return globalThis.fetch(input, String(input).endsWith("/login") ? (init as RequestInit) : rest);
      },
    });
    const answers = [401, 200];
    service.call = (outgoing) => outgoing.writeHead(answers.shift() ?? 401).end();
    await fetch("/a", { body: stream("text"), ...half } as RequestInit);
    await fetch(new Request(`${service.url}/a`));
    now += 10_000;
    await fetch("/a");
    expect(service.logins).toBe(3);
  });
});

describe("a reply is held back only as far as the API's rejections need it", () => {
  const rules = [
    {
      status: 200,
      code: "expired",
      schema: {
        type: "object",
        required: ["error"],
        properties: { error: { type: "string" }, message: { type: "string" } },
        additionalProperties: false,
      },
    },
  ] as const;

  /** A reply that goes on for ever after what it begins with. */
  async function begins(text: string, type = "application/json") {
    const service = await startLoginService(rules);
    service.call = (outgoing) => {
      outgoing.writeHead(200, { "content-type": type }).flushHeaders();
      if (text) outgoing.write(text);
    };
    return service;
  }

  test.each([
    ["no JSON", "", "text/plain"],
    ["a list", '[{"error":', "application/json"],
    ["another member", '{"items":1,', "application/json"],
    ["another member, later", '{"message":"a,{\\"b","items":[1,2],"x"', "application/json"],
    ["a member of another type", '{"error":{"a":1},', "application/json"],
    ["4 KiB", `{"error":"${"x".repeat(4_096)}`, "application/json"],
    ["no object at all", "nonsense", "application/json"],
  ])("not of %s", async (_, text, type) => {
    const service = await begins(text, type);
    const reply = await service.session().fetch("/a");
    expect([reply.status, reply.url]).toEqual([200, `${service.url}/a`]);
    const reader = reply.body?.getReader();
    if (text) expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(text);
    await reader?.cancel();
  });

  test("of what may still be one", async () => {
    const service = await begins('{"error":"exp');
    const controller = new AbortController();
    const waiting = service.session().fetch("/a", { signal: controller.signal });
    const outcome = await Promise.race([
      waiting.then(() => "settled"),
      new Promise((resolve) => setTimeout(resolve, 200, "held")),
    ]);
    expect(outcome).toBe("held");
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
  });

  test.each([
    ['{"error":"expired"}', 2],
    ['{"error":"expired","message":"m"}\n', 2],
    ['{"error":"other"}', 1],
    ['{"error":"expired","more":1}', 1],
    ["", 1],
  ])("%s: %i logins, and the body is the caller's", async (text, logins) => {
    const service = await startLoginService(rules);
    service.call = (outgoing) =>
      outgoing.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(text);
    expect(await (await service.session().fetch("/a")).text()).toBe(text);
    expect(service.logins).toBe(logins);
  });

  test.each([
    ["whole at once", ['{"other":1}'], {}],
    ["whole at once, of a length that is said", ['{"other":1}'], { "content-length": "11" }],
    ["in parts", ['{"error":"a', 'bc","message":"', `${"x".repeat(5_000)}"}`, " "], {}],
  ])("what is given back is the reply as it came, and so is its clone: %s", async (_, parts, headers) => {
    const service = await startLoginService(rules);
    service.call = async (outgoing) => {
      outgoing.writeHead(200, "Fine", { "content-type": "application/json", "set-cookie": ["a=1", "b=2"], ...headers });
      for (const part of parts) {
        outgoing.write(part);
        await sleep(20);
      }
      outgoing.end();
    };
    const reply = await service.session().fetch("/a");
    const clone = reply.clone();
    for (const each of [reply, clone]) {
      expect(each).toBeInstanceOf(Response);
      expect([each.status, each.statusText, each.url]).toEqual([200, "Fine", `${service.url}/a`]);
      expect(each.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
      expect([await each.text(), each.bodyUsed]).toEqual([parts.join(""), true]);
    }
  });

  test("one that breaks off does so for the caller", async () => {
    const service = await startLoginService(rules);
    service.call = (outgoing) => {
      outgoing.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      outgoing.write('{"error":', () => outgoing.destroy());
    };
    const reply = await service.session().fetch("/a");
    await expect(reply.text()).rejects.toThrow();
    expect(service.logins).toBe(1);
  });

  test("and let go of where nobody gets it: the session ended, or `isRejected` failed", async () => {
    const cancel = vi.fn();
    const service = await startLoginService();
    const answering = (onCall: () => void) => async (input: string, init: object) => {
      if (input.endsWith("/login")) return fetch(input, init);
      onCall();
      return new Response(new ReadableStream({ cancel }), { status: 401 });
    };
    const ended = service.session({ fetch: answering(() => ended.end()) });
    await expect(ended.fetch("/a")).rejects.toMatchObject({ code: "ended" });
    expect(cancel).toHaveBeenCalledTimes(1);
    const isRejected = () => Promise.reject(new Error("own"));
    const failing = service.session({ isRejected, fetch: answering(() => {}) });
    await expect(failing.fetch("/a")).rejects.toThrow("own");
    expect(cancel).toHaveBeenCalledTimes(2);
  });

  test("by the option `isRejected` in place of the document", async () => {
    const service = await startLoginService();
    service.call = (outgoing) => outgoing.writeHead(418).end();
    await service.session({ isRejected: ({ status }) => status === 418 }).fetch("/a");
    expect(service.logins).toBe(2);
  });
});

describe("an abort rejects with the signal's own reason", () => {
  const reason = new DOMException("enough", "TimeoutError");

  test("before anything is sent", async () => {
    const service = await startLoginService();
    await expect(service.session().fetch("/a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const request = new Request(`${service.url}/a`, { signal: AbortSignal.abort(reason) });
    await expect(service.session().fetch(request)).rejects.toBe(reason);
    expect([service.logins, service.calls]).toEqual([0, []]);
  });

  test.each(["login", "call"] as const)("during the %s", async (phase) => {
    const service = await startLoginService();
    const controller = new AbortController();
    service[phase] = () => controller.abort(reason);
    await expect(service.session().fetch("/a", { signal: controller.signal })).rejects.toBe(reason);
  });

  test("also where a fetch of the caller's own does not heed it, whose late reply is let go of", async () => {
    const service = await startLoginService();
    const { promise: late, resolve } = deferred<Response>();
    const { fetch, token } = service.session({
      fetch: (url, init) => (String(url).endsWith("/a") ? late : globalThis.fetch(url as string, init as RequestInit)),
    });
    await token();
    const controller = new AbortController();
    const call = fetch("/a", { signal: controller.signal });
    await sleep(10);
    controller.abort(reason);
    await expect(Promise.race([call, sleep(1_000)])).rejects.toBe(reason);
    const cancel = vi.fn();
    resolve(new Response(new ReadableStream({ cancel })));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
  });

  test("during the login that a rejection brings", async () => {
    const service = await startLoginService();
    const { fetch, token } = service.session();
    await token();
    service.good = "";
    const controller = new AbortController();
    service.login = () => controller.abort(reason);
    await expect(fetch("/a", { signal: controller.signal })).rejects.toBe(reason);
  });

  test("as ky knows it", async () => {
    const service = await startLoginService();
    service.call = () => {};
    const client = ky.create({ prefixUrl: service.url, fetch: service.session().fetch as typeof fetch, retry: 0 });
    await expect(client.get("a", { timeout: 100 })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("as ofetch knows it, which tells what timed out from what was given up", async () => {
    const service = await startLoginService();
    const { fetch: own, token } = service.session();
    await token();
    const seen = [];
    for (const each of [fetch, own as typeof fetch]) {
      const client = createFetch({ fetch: each }).create({ baseURL: service.url, retry: 1, retryDelay: 0 });
      const causeOf = (call: Promise<unknown>) =>
        call.then(
          () => "fine",
          ({ cause }) => [cause.name, cause.code],
        );
      service.calls.length = 0;
      service.call = () => {};
      const timedOut = await causeOf(client("/a", { timeout: 50 }));
      const controller = new AbortController();
      service.call = () => controller.abort();
      const givenUp = await causeOf(client("/b", { signal: controller.signal }));
      seen.push({ timedOut, givenUp, calls: service.calls.length });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]).toMatchObject({ timedOut: ["TimeoutError", 23], givenUp: ["AbortError", 20], calls: 2 });
  });
});
