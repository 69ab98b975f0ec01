import { describe, expect, test } from "vitest";
import type { SessionEvent } from "../../src/session.ts";
import { type Answer, type ApiUnderTest, apis } from "../support/apis.ts";
import { minutes, seconds, testClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { resultsOf, running, together } from "../support/running.ts";
import { esignonApi, headerLoginApi, oneboxApi, refreshLoginApi } from "./apis.ts";

const records = (userMessage: string) => ({ records: { errorCode: 401, userMessage } });
const code = (value: number) => ({ status: value === 498 ? "ok" : "error", code: value });

const judgements: { api: ApiUnderTest; answer: Answer; rejects: boolean }[] = [
  ...[esignonApi, refreshLoginApi].flatMap((api) => [
    { api, answer: { status: 401, body: {} }, rejects: true },
    ...[200, 400, 403, 404, 429, 498, 500, 503].map((status) => ({
      api,
      answer: { status, body: {} },
      rejects: false,
    })),
  ]),
  { api: headerLoginApi, answer: { status: 401, body: code(401) }, rejects: true },
  { api: headerLoginApi, answer: { status: 498, body: code(498) }, rejects: true },
  { api: headerLoginApi, answer: { status: 498, body: "" }, rejects: true },
  { api: headerLoginApi, answer: { status: 200, body: code(401) }, rejects: true },
  { api: headerLoginApi, answer: { status: 200, body: code(498) }, rejects: true },
  { api: headerLoginApi, answer: { status: 200, body: code(404) }, rejects: false },
  { api: headerLoginApi, answer: { status: 200, body: { code: "498" } }, rejects: false },
  { api: headerLoginApi, answer: { status: 200, body: { data: [{ code: 498 }] } }, rejects: false },
  { api: headerLoginApi, answer: { status: 200, body: { ...code(498), padding: "x".repeat(8192) } }, rejects: false },
  { api: headerLoginApi, answer: { status: 404, body: code(498) }, rejects: false },
  { api: headerLoginApi, answer: { status: 500, body: code(401) }, rejects: false },
  { api: oneboxApi, answer: { status: 401, body: records("Expired token") }, rejects: true },
  { api: oneboxApi, answer: { status: 401, body: "" }, rejects: true },
  { api: oneboxApi, answer: { status: 401, body: records("time limit reached please try again") }, rejects: false },
  { api: oneboxApi, answer: { status: 401, body: records("Your quota is used up") }, rejects: false },
  { api: oneboxApi, answer: { status: 403, body: records("Expired token") }, rejects: false },
  { api: oneboxApi, answer: { status: 200, body: records("Expired token") }, rejects: false },
];

test.each(judgements)(
  "whether a reply rejects the token is the adapter's judgement: $api.name, $answer, $rejects",
  async ({ api, answer, rejects }) => {
    const { service, session } = await running(api);
    service.resource = () => answer;
    const reply = await session().fetch("/");
    expect([reply.status, await reply.json()]).toEqual([answer.status, answer.body]);
    expect([service.logins, service.calls()]).toEqual(rejects ? [2, 2] : [1, 1]);
  },
);

test("onebox's quota 401 is no rejection: 1,000 calls, no login but the first", async () => {
  const { service, session } = await running(oneboxApi);
  service.resource = () => ({ status: 401, body: records("time limit reached please try again tomorrow at 18:00") });
  const { fetch } = session();
  expect(await resultsOf(1000, () => fetch("/"))).toEqual([401]);
  expect([service.logins, service.calls()]).toEqual([1, 1000]);
});

describe("the option isRejected takes the place of the adapter's judgement", () => {
  test.each([
    ["", (reply: Response) => reply.status === 418],
    ["also one that takes its time", async (reply: Response) => (await reply.clone().text()).includes("teapot")],
  ])("%s", async (_, isRejected) => {
    const { service, session } = await running(oneboxApi);
    const { fetch } = session({ isRejected });
    service.resource = () => ({ status: 401, body: "no" });
    expect((await fetch("/")).status).toBe(401);
    expect(service.logins).toBe(1);
    service.resource = () => (service.logins === 1 ? { status: 418, body: "teapot" } : { status: 200, body: "tea" });
    expect(await (await fetch("/")).json()).toBe("tea");
    expect(service.logins).toBe(2);
  });
});

describe("one renewal for all", () => {
  // All make the same calls; a thousand of them by the one that looks into every reply.
  const many = apis.map((api) => ({ api, calls: api === headerLoginApi ? 1000 : 100 }));
  test.each(many)(
    "$calls late 401s for the same token of $api.name: one renewal, all answered",
    async ({ api, calls }) => {
      const { service, session } = await running(api);
      const events: SessionEvent[] = [];
      const { token, fetch } = session({ observe: (event) => events.push(event) });
      await token();
      service.revoke();
      const replies = await together(calls, (index) => fetch(`/calls/${index}`));
      expect(new Set(await Promise.all(replies.map((reply) => reply.text())))).toEqual(new Set(['{"data":"for you"}']));
      expect(service.logins).toBe(2);
      expect(service.issued.map((issued) => service.calls(issued))).toEqual([calls, calls]);
      expect(events.filter(({ type }) => type === "rejection")).toEqual([{ type: "rejection", outcome: "renewing" }]);
    },
  );

  test("a late rejection of an old token reuses the newer one: 1,000 of them, one renewal", async () => {
    const { service, session } = await running(oneboxApi);
    const { token, fetch } = session();
    const { value: old } = await token();
    const release = deferred();
    service.resource = async (request) => {
      if (request.path === "/late" && request.token === old) await release.promise;
      return service.accepts(request.token) ? { status: 200, body: "" } : service.api.rejection;
    };

    const late = resultsOf(1000, () => fetch("/late"));
    await service.callsReach(1000);
    service.revoke();
    expect((await fetch("/early")).status).toBe(200);
    release.resolve();
    expect(await late).toEqual([200]);
    expect(service.logins).toBe(2);
    expect(service.calls(service.issued[1])).toBe(1001);
  });

  test("a rejected token is never used again, and the next call renews it if the first could not", async () => {
    const { service, session } = await running(oneboxApi);
    const rejected = session();
    const { value: old } = await rejected.token();
    service.revoke();
    service.login = () => ({ status: 503, body: "" });
    await expect(rejected.fetch("/")).rejects.toMatchObject({ code: "refused" });
    expect(rejected.state).toEqual({ status: "paused" });
    await expect(rejected.token()).rejects.toMatchObject({ code: "refused" });
    service.login = () => service.grant();
    rejected.reset();
    expect((await rejected.token()).value).not.toBe(old);
    expect(service.calls(old)).toBe(1);
  });

  test("a token that was accepted and is rejected later is renewed, again and again", async () => {
    const { service, session } = await running(oneboxApi);
    const { fetch } = session({ clock: testClock() });
    for (const logins of [1, 2, 3, 4]) {
      expect((await fetch("/")).status).toBe(200);
      expect(service.logins).toBe(logins);
      service.revoke();
    }
  });
});

describe("a token got because of a rejection, and rejected before it was ever accepted, is kept", () => {
  test.each(apis)("1,000 calls to an API that answers 401 to everything: at most 2 logins: $name", async (api) => {
    const { service, session } = await running(api);
    service.resource = () => ({ status: 401, body: "" });
    const { fetch } = session();
    expect(await resultsOf(500, () => fetch("/"))).toEqual([401]);
    for (let call = 0; call < 500; call++) expect((await fetch("/")).status).toBe(401);
    expect(service.logins).toBe(2);
  });

  test("its 401 goes to the caller, whole", async () => {
    const { service, session } = await running(headerLoginApi);
    service.resource = () => headerLoginApi.rejection;
    const { fetch } = session();
    for (const _ of [1, 2, 3]) expect(await (await fetch("/")).json()).toEqual(headerLoginApi.rejection.body);
    expect([service.logins, service.calls()]).toEqual([2, 4]);
  });

  test("no renewal for rejection happens for a pause: 30 s, doubling to 15 min", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    service.resource = () => ({ status: 401, body: "" });
    const kept = session({ clock });
    await kept.fetch("/");
    for (const [index, pause] of [30, 60, 120, 240, 480, 900, 900].entries()) {
      const logins = index + 2;
      expect(service.logins).toBe(logins);
      clock.move(pause * seconds - 1);
      expect((await kept.fetch("/")).status).toBe(401);
      expect((await kept.token()).value).toBe(service.issued.at(-1));
      expect(kept.state.status).toBe("ready");
      expect(service.logins).toBe(logins);
      clock.move(1);
      expect((await kept.fetch("/")).status).toBe(401);
    }
  });

  test("reset() ends the pause", async () => {
    const { service, session } = await running(esignonApi);
    service.resource = () => ({ status: 401, body: "" });
    const { fetch, reset } = session({ clock: testClock() });
    await fetch("/");
    reset();
    await fetch("/");
    expect(service.logins).toBe(3);
  });

  test("a renewal that helped ends the doubling", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    const { fetch } = session({ clock });
    const pauses = async (pause: number) => {
      service.resource = () => ({ status: 401, body: "" });
      await fetch("/");
      const { logins } = service;
      clock.move(pause - 1);
      await fetch("/");
      expect(service.logins).toBe(logins);
      clock.move(1);
    };
    await pauses(30 * seconds);
    await pauses(60 * seconds);
    const { logins } = service;
    service.resource = ({ token }) =>
      token === service.issued.at(-1) && service.logins > logins
        ? { status: 200, body: "" }
        : { status: 401, body: "" };
    expect((await fetch("/")).status).toBe(200);
    await pauses(30 * seconds);
    const paused = service.logins;
    await fetch("/");
    expect(service.logins).toBe(paused + 1);
  });

  test.each([
    ["a server error", { status: 503, body: "" }],
    ["a quota that is used up", { status: 401, body: records("time limit reached") }],
  ])("%s accepts no token", async (_, answer) => {
    const { service, session } = await running(oneboxApi);
    service.resource = ({ token }) => (token === service.issued[0] ? oneboxApi.rejection : answer);
    const { fetch } = session({ clock: testClock() });
    expect((await fetch("/")).status).toBe(answer.status);
    service.resource = () => oneboxApi.rejection;
    for (const _ of [1, 2]) expect((await fetch("/")).status).toBe(401);
    expect(service.logins).toBe(2);
  });

  test("one path that rejects every token costs no login per call, however well others accept it", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    service.resource = ({ path }) => ({ status: path === "/forbidden" ? 401 : 200, body: "" });
    const { fetch } = session({ clock });
    for (let call = 0; call < 100; call++) {
      expect((await fetch("/")).status).toBe(200);
      expect((await fetch("/forbidden")).status).toBe(401);
    }
    expect(service.logins).toBe(2);
  });

  test("also where another call accepts the new token first", async () => {
    const clock = testClock();
    const { service, session } = await running(esignonApi);
    const { fetch } = session({ clock });
    service.resource = async ({ path, token }) => {
      if (path !== "/forbidden") return { status: 200, body: "" };
      // The new token is accepted elsewhere before it is rejected here.
      if (token !== service.issued[0]) await fetch("/");
      return { status: 401, body: "" };
    };
    for (let call = 0; call < 20; call++) expect((await fetch("/forbidden")).status).toBe(401);
    expect(service.logins).toBe(2);
    clock.move(30 * seconds);
    await fetch("/forbidden");
    expect(service.logins).toBe(3);
  });

  test("a kept token is renewed in time like any other", async () => {
    const clock = testClock();
    const { service, session } = await running(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14_400 });
    service.resource = () => ({ status: 401, body: "" });
    const { token, fetch } = session({ clock });
    await fetch("/");
    const { renewals } = service;
    clock.move(30 * minutes);
    expect((await token()).value).toBe(service.issued[2]);
    // Its refresh is tried, but may not extend what was rejected.
    expect([service.logins, service.renewals]).toEqual([3, renewals + 1]);
  });

  test("the reply that nobody gets to see is ended at the service", async () => {
    const { service, session } = await running(esignonApi);
    const closed = deferred();
    service.resource = ({ token, signal }) => {
      if (token !== service.issued[0]) return { status: 200, body: "" };
      signal.addEventListener("abort", () => closed.resolve());
      return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) }), {
        status: 401,
      });
    };
    expect((await session().fetch("/")).status).toBe(200);
    await closed.promise;
  });

  test("a login that brings the same token again is not repeated", async () => {
    const events: SessionEvent[] = [];
    const { service, session } = await running(esignonApi);
    service.login = () => {
      service.issued.length = 0;
      return service.grant();
    };
    service.revoke();
    service.resource = () => ({ status: 401, body: "" });
    const { fetch } = session({ observe: (event) => events.push(event) });
    expect(await resultsOf(100, () => fetch("/"))).toEqual([401]);
    expect(service.logins).toBe(2);
    expect(events.filter(({ type }) => type === "pause")).toHaveLength(1);
  });
});

describe("a request is sent once more if its body can be", () => {
  const bytes = new TextEncoder().encode("\0\x01\r\né✓");
  const form = () => {
    const data = new FormData();
    data.append("name", "value");
    data.append("file", new Blob([bytes]), "file.bin");
    return data;
  };
  const decoded = (body: Uint8Array) => new TextDecoder().decode(body);

  test.each<[string, () => [input: string | URL | Request, init?: RequestInit], string, string | undefined]>([
    ["no body", () => ["/"], "", undefined],
    ["a string", () => ["/", { method: "POST", body: "text ✓" }], "text ✓", "text/plain"],
    ["an empty string", () => ["/", { method: "POST", body: "" }], "", "text/plain"],
    ["bytes", () => ["/", { method: "PUT", body: bytes }], decoded(bytes), undefined],
    ["an ArrayBuffer", () => ["/", { method: "PUT", body: bytes.buffer }], decoded(bytes), undefined],
    ["a Blob", () => ["/", { method: "POST", body: new Blob([bytes], { type: "x/y" }) }], decoded(bytes), "x/y"],
    [
      "URLSearchParams",
      () => ["/", { method: "POST", body: new URLSearchParams({ a: "1 2", b: "ü" }) }],
      "a=1+2&b=%C3%BC",
      "application/x-www-form-urlencoded",
    ],
    ["FormData", () => ["/", { method: "POST", body: form() }], "boundary", "multipart/form-data"],
  ])("%s", async (_, request, body, contentType) => {
    const { service, session, url } = await running(oneboxApi);
    const { token, fetch } = session();
    const [path, init] = request();
    for (const input of [() => path, () => new Request(new URL(String(path), url), request()[1])]) {
      await token();
      service.revoke();
      service.arrived.length = 0;
      const made = input();
      const reply = await (made instanceof Request ? fetch(made) : fetch(made, init));
      expect(await reply.json()).toEqual({ data: "for you" });

      const [first, second] = service.arrived;
      expect(service.arrived).toHaveLength(2);
      expect(second?.token).not.toBe(first?.token);
      expect(second?.headers["content-length"]).toBe(first?.headers["content-length"]);
      expect(second?.headers["content-type"]?.split(";")[0]).toBe(contentType);
      if (body === "boundary") {
        for (const arrived of [first, second]) {
          const [, boundary = "none"] = /boundary=(.+)/.exec(arrived?.headers["content-type"] ?? "") ?? [];
          expect(arrived?.body.split(`--${boundary}`)).toHaveLength(4);
          expect(arrived?.body).toContain(decoded(bytes));
        }
      } else expect([first?.body, second?.body]).toEqual([body, body]);
    }
  });

  const stream = () => new Blob(["streamed"]).stream();
  async function* chunks() {
    yield new TextEncoder().encode("streamed");
  }

  test.each<[string, () => BodyInit]>([
    ["a stream", stream],
    ["an async iterable", chunks as unknown as () => BodyInit],
  ])(
    "%s cannot be: it is not sent again, its 401 is the caller's, and the next call has a new token",
    async (_, body) => {
      const { service, session, url } = await running(oneboxApi);
      const { token, fetch } = session();
      const init = () => ({ method: "POST", body: body(), duplex: "half" }) as RequestInit;
      for (const call of [() => fetch("/", init()), () => fetch(new Request(url), init())]) {
        expect((await fetch("/")).status).toBe(200);
        service.revoke();
        service.arrived.length = 0;
        const { logins } = service;
        const reply = await call();
        expect([reply.status, await reply.json()]).toEqual([401, oneboxApi.rejection.body]);
        expect(service.arrived.map((arrived) => arrived.body)).toEqual(["streamed"]);
        expect(service.logins).toBe(logins);
        await token();
        expect(service.logins).toBe(logins + 1);
      }
    },
  );

  test("a Request that was made of a stream is: its copy holds what was sent", async () => {
    const { service, session, url } = await running(oneboxApi);
    const { token, fetch } = session();
    await token();
    service.revoke();
    const init = { method: "POST", body: stream(), duplex: "half" } as RequestInit;
    expect((await fetch(new Request(url, init))).status).toBe(200);
    expect(service.arrived.map(({ body }) => body)).toEqual(["streamed", "streamed"]);
  });
});

describe("the caller's reply can still be read", () => {
  test("header-login's 498 on HTTP 200 renews", async () => {
    const { service, session } = await running(headerLoginApi);
    const { token, fetch } = session();
    await token();
    service.revoke();
    expect(await (await fetch("/")).json()).toEqual({ data: "for you" });
    expect(service.logins).toBe(2);
  });

  test("and its bytes are the ones that were sent", async () => {
    const { service, session } = await running(headerLoginApi);
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    service.resource = () => new Response(sent);
    const reply = await session().fetch("/");
    expect(reply.bodyUsed).toBe(false);
    expect(Buffer.from(await reply.arrayBuffer()).equals(sent)).toBe(true);
  });

  test.each(["data: first\n\n", '[{"id":1},', '{"items":[', '{"id":1}\n', "plain", '{"deep":{"code":498},', "\n[1"])(
    "a long 200 is neither held up nor consumed: %j",
    async (first) => {
      const { service, session } = await running(headerLoginApi);
      const rest = deferred();
      service.resource = () => {
        const parts = [Promise.resolve(first), rest.promise.then(() => " and the rest")];
        return new Response(
          new ReadableStream({
            async pull(controller) {
              const part = await parts.shift();
              if (part === undefined) controller.close();
              else controller.enqueue(new TextEncoder().encode(part));
            },
          }),
        );
      };
      // It comes although the service has not sent the rest.
      const reply = await session().fetch("/");
      const reader = reply.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(first);
      rest.resolve();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(" and the rest");
      expect((await reader?.read())?.done).toBe(true);
      expect(service.logins).toBe(1);
    },
  );

  test("a 498 that comes in pieces is one", async () => {
    const { service, session } = await running(headerLoginApi);
    service.resource = () => {
      const parts = service.logins > 1 ? ["{}"] : [" ", '{"status":"ok",', '"code":49', "8}"];
      return new Response(
        new ReadableStream({
          pull(controller) {
            const part = parts.shift();
            if (part === undefined) controller.close();
            else controller.enqueue(new TextEncoder().encode(part));
          },
        }),
        { headers: { "content-type": "application/json" } },
      );
    };
    expect(await (await session().fetch("/")).text()).toBe("{}");
    expect(service.logins).toBe(2);
  });

  test("a caller who cancels the body ends the reply at the service", async () => {
    const { service, session } = await running(headerLoginApi);
    const closed = deferred();
    service.resource = ({ signal }) => {
      signal.addEventListener("abort", () => closed.resolve());
      return new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("[1")) }),
      );
    };
    const reply = await session().fetch("/");
    await reply.body?.cancel();
    await closed.promise;
    expect(service.logins).toBe(1);
  });

  test.each([headerLoginApi, oneboxApi])("a body that breaks off does so for the caller: $name", async (api) => {
    const { service, session } = await running(api);
    service.resource = ({ headers }) => {
      expect(headers).toBeDefined();
      return new Response('{"status":', {
        status: api === oneboxApi ? 401 : 200,
        headers: { "content-length": "100" },
      });
    };
    const broken = session({ fetch: async (...args) => cutOff(await fetch(...args)) });
    await expect((await broken.fetch("/")).text()).rejects.toThrow();
  });
});

/** The same reply, but to a call of the resource one whose body breaks after its first chunk. */
function cutOff(reply: Response): Response {
  if (!reply.headers.has("content-length") || reply.headers.get("content-type") === "application/json") return reply;
  const { status } = reply;
  const parts = ['{"status":'];
  return new Response(
    new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.error(new TypeError("terminated"));
        else controller.enqueue(new TextEncoder().encode(part));
      },
    }),
    { status },
  );
}
