import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "./raw.ts";
import { type ServedMock, serveMock } from "./served.ts";

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

const wrong = JSON.stringify({ user: "somebody", password: "wrong-password" });

describe("a body", () => {
  const send = async (body: Uint8Array | string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${mock.url}/v1/api/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: body as BodyInit,
    });
    return { status: response.status, scenario: response.headers.get("x-mock-scenario"), response };
  };
  const understood = { status: 200, scenario: "login/wrongPassword" };

  it.each([
    ["gzip", gzipSync(wrong)],
    ["x-gzip", gzipSync(wrong)],
    ["GZIP", gzipSync(wrong)],
    ["br", brotliCompressSync(wrong)],
    ["deflate", deflateSync(wrong)],
    ["identity", wrong],
    ["", wrong],
  ])("is decoded: %s", async (encoding, body) => {
    expect(await send(body, { "Content-Encoding": encoding })).toMatchObject(understood);
  });

  it("of another encoding is a 415 that lists those that are known", async () => {
    for (const encoding of ["zstd", "gzip, br", "constructor"]) {
      const { status, response } = await send(wrong, { "Content-Encoding": encoding });
      expect([encoding, status, response.headers.get("accept-encoding")]).toEqual([
        encoding,
        415,
        "gzip, x-gzip, deflate, br",
      ]);
    }
  });

  it("that is not encoded as it says is a 400, and one that grows beyond 1 MiB a 413", async () => {
    expect((await send(wrong, { "Content-Encoding": "gzip" })).status).toBe(400);
    for (const length of [1024 * 1024 + 1, 8 * 1024 * 1024])
      expect((await send(gzipSync(Buffer.alloc(length)), { "Content-Encoding": "gzip" })).status).toBe(413);
  });

  it("may begin with a mark of byte order", async () => {
    expect(await send(`\u{feff}${wrong}`)).toMatchObject(understood);
  });
});

describe("--admin", () => {
  let held: ServedMock;
  beforeAll(async () => {
    held = await serveMock(undefined, { admin: true });
  });
  afterAll(() => held.close());

  const admin = async (name: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init =
      body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await fetch(`${held.url}/_mock/${name}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };

  it("orders answers, shows what came, and forgets it", async () => {
    const order = { api: "onebox", scenario: "quotaReached", times: 2, delay: 1 };
    expect(await admin("next", order)).toMatchObject({ status: 204, body: undefined });
    await fetch(`${held.url}/api/authenticate`, { method: "POST" });
    const { body, headers } = await admin("requests");
    expect(body).toMatchObject([
      { api: "onebox", operation: "login", scenario: "quotaReached", status: 401, method: "POST" },
    ]);
    expect(Date.parse(body[0].at)).toBeGreaterThan(Date.now() - 10_000);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect((await admin("reset", {})).status).toBe(204);
    expect((await admin("requests")).body).toEqual([]);
    expect((await fetch(`${held.url}/api/authenticate`, { method: "POST" })).status).toBe(422);
    expect((await fetch(`${held.url}/_mock/scenarios`)).status).toBe(200);
  });

  it.each([
    ["an unknown scenario", "next", { api: "onebox", scenario: "nope" }, 400],
    ["an unknown member", "next", { api: "onebox", scenario: "success", faults: "hang" }, 400],
    ["no scenario", "next", { api: "onebox" }, 400],
    ["no object", "next", "[]", 400],
    ["no JSON", "next", "{", 400],
    ["nothing", "next", "", 400],
    ["another method", "requests", {}, 405],
    ["an unknown part", "nope", {}, 404],
  ])("says what is wrong: %s", async (_, name, body, status) => {
    expect((await admin(name, body)).status).toBe(status);
  });

  it("is for no page, of whichever name, and not there without the option", async () => {
    expect((await admin("requests", undefined, { Origin: "http://localhost:3000" })).status).toBe(403);
    expect((await admin("reset", {}, { Origin: "null" })).status).toBe(403);
    const { received } = await sendRaw(
      held.url,
      "GET /_mock/requests HTTP/1.1\r\nHost: page.example\r\nConnection: close\r\n\r\n",
    );
    expect(received).toMatch(/^HTTP\/1\.1 403 /);
    expect((await fetch(`${mock.url}/_mock/requests`)).status).toBe(404);
  });
});
