import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { discard, prepare } from "../../src/session/request.ts";

/** Prepares a request that a `fetch` answers so; says what that was called with. */
function prepared(input: string | Request, init?: RequestInit, answer: () => Response = () => new Response("yes")) {
  const sent: [target: unknown, init: object][] = [];
  const connection = {
    baseUrl: new URL("https://service.example/api"),
    timeout: 1_000,
    headers: {},
    fetch: async (...call: [string, object]) => {
      sent.push(call);
      return answer();
    },
  };
  const request = prepare(connection, () => true, input, init);
  return { request, sent, send: () => request.send({ name: "Token", value: "T" }) };
}

const url = "https://service.example/api/a";

async function used(): Promise<Request> {
  const request = new Request(url, { method: "POST", body: "text" });
  await request.text();
  return request;
}

/** As Firefox and React Native have it. */
function bodiless(request: Request): Request {
  return Object.defineProperty(request, "body", { value: undefined });
}

function streamed(duplex: { duplex?: "half" }): RequestInit {
  return { method: "POST", body: new ReadableStream(), ...duplex };
}

const read = Readable.from(["text"]) as unknown as BodyInit;

function unreachable(): never {
  throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
}

test("a fetch is given what the caller gave, the header, and no more", async () => {
  const { sent, send } = prepared("a", { method: "PUT" });
  await send();
  expect(sent).toStrictEqual([[url, { method: "PUT", headers: { token: "T" }, redirect: "manual" }]]);
  const bare = prepared("/a?to=http://elsewhere.example/");
  await bare.send();
  expect(bare.sent).toStrictEqual([
    [`${url}?to=http://elsewhere.example/`, { headers: { token: "T" }, redirect: "manual" }],
  ]);
});

describe("what could not be sent", () => {
  test.each<[what: string, input: () => string | Request | Promise<Request>, init: RequestInit, code: string]>([
    ["a request that is one", () => url, {}, "network: ECONNREFUSED"],
    [
      "another body for a Request",
      () => new Request(url, { method: "POST" }),
      { body: "new" },
      "network: ECONNREFUSED",
    ],
    ["another body for a Request that was sent before", used, { body: "new" }, "network: ECONNREFUSED"],
    ["a Request that was sent before", used, {}, "invalid_argument"],
    ["a Request of a platform that shows no body", () => bodiless(new Request(url)), {}, "network: ECONNREFUSED"],
    ["or one that was sent before", async () => bodiless(await used()), {}, "invalid_argument"],
    ["a body that no GET has", () => url, { body: "new" }, "invalid_argument"],
    ["a method that is none", () => url, { method: "no method" }, "invalid_argument"],
    ["a stream", () => url, streamed({ duplex: "half" }), "network: ECONNREFUSED"],
    ["a stream that no platform takes so", () => url, streamed({}), "invalid_argument"],
    ["what an own fetch may read like a stream", () => url, { method: "POST", body: read }, "network: ECONNREFUSED"],
  ])("%s", async (_, input, init, message) => {
    const { send } = prepared(await input(), init, unreachable);
    await expect(send()).rejects.toThrow(message);
  });
});

test("what Bun says of a body that no GET has is the caller's mistake", async () => {
  const { send } = prepared(url, {}, () => {
    throw Object.assign(new TypeError("fetch failed"), { code: "ERR_INVALID_ARG_VALUE" });
  });
  await expect(send()).rejects.toThrow("invalid_argument");
});

test("nothing is sent with a signal that is none", () => {
  expect(() => prepared(url, { signal: {} as AbortSignal })).toThrow("invalid_argument: signal is no AbortSignal");
});

test("a fetch that gives no Response is the caller's mistake", async () => {
  for (const answer of [undefined, {}]) {
    const { send } = prepared(url, {}, () => answer as Response);
    await expect(send()).rejects.toThrow("invalid_argument: fetch gives no Response");
  }
});

test("a Request can be sent again unless its body was", async () => {
  const fresh = new Request(url, { method: "POST", body: "text" });
  const [twice, once] = [prepared(fresh).request, prepared(await used()).request];
  expect([twice.isRepeatable, once.isRepeatable]).toEqual([true, false]);
  twice.forget();
});

test("the copy of a Request whose body is no web stream is let go of", () => {
  const request = { url, method: "POST", headers: new Headers(), body: Buffer.from("text"), clone: () => request };
  const { forget } = prepared(request as unknown as Request).request;
  expect(forget).not.toThrow();
});

test("a body that is read like a stream is sent once", () => {
  const bodies = [new ReadableStream(), read, { pipe: () => {} }, "text", new FormData(), null] as BodyInit[];
  const isRepeatable = bodies.map((body) => prepared(url, { method: "POST", body }).request.isRepeatable);
  expect(isRepeatable).toEqual([false, false, false, true, true, true]);
});

test("a reply without a web stream has nothing to free", () => {
  expect(() => discard({ body: {} } as Response)).not.toThrow();
  expect(() => discard(new Response())).not.toThrow();
});
