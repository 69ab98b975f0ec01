// Other libraries replace `fetch` and `Request` for the whole process, after a client was made as well as before.
import { serve } from "@hono/node-server";
import ky from "ky";
import { Agent, install, fetch as undiciFetch } from "undici";
import { afterAll, beforeEach, expect, test } from "vitest";
import { buildRequest } from "../../src/http/call.ts";
import { createClient } from "../../src/http/client.ts";
import { exchange } from "../../src/http/exchange.ts";
import { connect, type Fetch } from "../../src/http/options.ts";
import { answerJson, record } from "../support/record.ts";
import type { paths } from "./paths.ts";

const server = await record((response) => answerJson(response, { token: "t" }));
/** All that they replace, for the tests that the same process runs after these. */
const names = ["fetch", "Headers", "Response", "Request", "FormData"];
const further = ["WebSocket", "CloseEvent", "ErrorEvent", "MessageEvent", "EventSource"];
const globals = [...names, ...further].map((name) => ({
  name,
  original: Object.getOwnPropertyDescriptor(globalThis, name),
}));
afterAll(async () => {
  for (const { name, original } of globals) {
    Reflect.deleteProperty(globalThis, name);
    if (original) Object.defineProperty(globalThis, name, original);
  }
  await server.close();
});
beforeEach(() => {
  server.requests.length = 0;
});

const connection = connect(server.url, {});
const client = createClient<paths>(connection);
const params = { path: { company: "acme" }, query: { lang: "en" }, header: { "User-Name": "u" } };
const body = { user: { name: "u" } };
const call = { method: "POST", path: "/{company}/login", params, body };

/** A POST with its body, by the typed client, with and without middleware, and by the road of a login. */
async function sendAll(): Promise<void> {
  const seen = createClient<paths>(connection);
  seen.use({ onRequest: ({ request }) => request });
  await client.POST("/{company}/login", { params, body });
  await seen.POST("/{company}/login", { params, body });
  await exchange(connection, buildRequest(connection, call));
}

const sent = () => server.requests.map(({ method, body: text }) => [method, text]);
const posts = Array.from({ length: 3 }, () => ["POST", JSON.stringify(body)]);

test("a POST stays a POST with its body after a server of @hono/node-server has replaced Request", async () => {
  const before = globalThis.Request;
  const hono = serve({ fetch: () => new Response(), port: 0, hostname: "127.0.0.1" });
  try {
    expect(globalThis.Request).not.toBe(before);
    await sendAll();
  } finally {
    await new Promise((resolve) => hono.close(resolve));
  }
  expect(sent()).toEqual(posts);
});

test("and after undici's install() has replaced them all", async () => {
  const before = globalThis.fetch;
  install();
  expect(globalThis.fetch).not.toBe(before);
  await sendAll();
  expect(sent()).toEqual(posts);
});

test.each([
  ["undici's fetch", undiciFetch as unknown as Fetch],
  ["ky", ((url, init) => ky(url, { ...init, retry: 0, throwHttpErrors: false } as object)) as Fetch],
])("%s as the option sends the same", async (_, fetch) => {
  const own = { ...connection, fetch };
  await createClient<paths>(own).POST("/{company}/login", { params, body });
  await exchange(own, buildRequest(own, call));
  expect(sent()).toEqual(posts.slice(1));
});

test("an init's dispatcher goes on to undici's fetch, which uses it", async () => {
  let dispatched = 0;
  const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    dispatched += 1;
    return dispatch(options, handler);
  });
  const own = createClient<paths>({ ...connection, fetch: undiciFetch as unknown as Fetch });
  await own.POST("/{company}/login", { params, body, dispatcher } as never);
  await dispatcher.close();
  expect({ dispatched, requests: sent().length }).toEqual({ dispatched: 1, requests: 1 });
});
