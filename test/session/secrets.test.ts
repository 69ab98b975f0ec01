import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { SessionEvent } from "../../src/session.ts";
import { createStore } from "../../src/store.ts";
import { apis, sessionOf } from "../support/apis.ts";
import { hours, testClock } from "../support/clock.ts";
import { memory } from "../support/memory.ts";
import { captureOutput, leaks, printed } from "../support/printed.ts";
import { Service } from "../support/service.ts";
import { esignonApi, headerLoginApi, oneboxApi, refreshLoginApi } from "./apis.ts";

const password = "Kq7vX2mR9tLw4zNb";
const storeSecret = "Hd5sPc8yJg3uQe6aTf1oVi0rWk2xZm4b";

/** An outcome is for who asks for it by name: whoever has getters called asks. */
const show = (value: unknown) => printed(value, { getters: false });

/** A session that everything happens to, and every value that a caller, or a log, may get hold of on the way. */
async function everything(api: (typeof apis)[number]) {
  const clock = testClock();
  const service = new Service(api, { lifetime: 1800, refreshLifetime: 14_400 });
  const seen: unknown[] = [];
  const session = sessionOf(api, {
    baseUrl: "https://service.example",
    password,
    clock,
    lifetime: hours,
    fetch: service.fetch,
    store: createStore(memory(), { secret: storeSecret }),
    lock: (_, run) => run(),
    observe: (event: SessionEvent) => seen.push(event),
  });
  const failing = async (call: () => Promise<unknown>) =>
    seen.push(
      await call().then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    );
  const look = () => seen.push(session, session.state, session.fetch, session.token);

  look();
  await session.fetch("/");
  look();
  await failing(() => session.fetch("https://elsewhere.example/"));
  await failing(() => session.fetch("/", { headers: { "x-own": "a\nb" } }));
  await failing(() => session.fetch("/", { signal: AbortSignal.abort() }));
  service.resource = ({ token }) => Promise.reject(new TypeError(`fetch failed with ${token}`));
  await failing(() => session.fetch("/"));
  service.resource = () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } });
  await failing(() => session.fetch("/"));
  service.resource = () => service.api.rejection;
  seen.push(await session.fetch("/"));
  clock.move(2 * hours);
  service.refresh = ({ body }) => Promise.reject(new TypeError(`fetch failed with ${body}`));
  service.login = ({ body, headers }) => Promise.reject(new TypeError(`fetch failed with ${body} ${inspect(headers)}`));
  await failing(() => session.token());
  await failing(() => session.token());
  service.login = () => new Response(`<!doctype html>${password}`);
  await failing(() => session.token());
  service.login = () => ({ status: 503, body: { echo: password } });
  await failing(() => session.token());
  look();
  session.reset();
  service.refuse();
  await failing(() => session.token());
  look();
  session.end();
  await failing(() => session.token());
  look();
  return { service, session, seen };
}

describe.each(apis)("no secret in text: $name", (api) => {
  test("none in the session, its errors, its events and its replies, whichever way they are printed, and none on the console", async () => {
    const output = captureOutput();
    const { service, seen } = await everything(api).finally(() => output.end());
    expect(service.issued.length).toBeGreaterThan(1);
    const text = [...seen.map(show), output.end()].join("\n");
    for (const each of [password, storeSecret, ...service.issued, "refresh-token-1"])
      expect(leaks(text, each)).toEqual([]);
    // What is looked at is what happened.
    for (const code of [
      "insecure_url",
      "unsendable_credential",
      "aborted",
      "network",
      "redirected",
      "refused",
      "ended",
    ]) {
      expect(text).toContain(`LoginError: ${code}`);
    }
    for (const type of ["login", "refusal", "rejection", "pause", "store", "lock"]) expect(text).toContain(`'${type}'`);
  });
});

test("the printing would show a secret: the token that a caller asks for is his own", async () => {
  const service = new Service(oneboxApi);
  const token = await sessionOf(oneboxApi, { baseUrl: "https://service.example", fetch: service.fetch }).token();
  expect(leaks(printed(token), String(service.issued[0]))).not.toEqual([]);
});

test("a session has nothing but its four functions and its state", async () => {
  const session = sessionOf(refreshLoginApi, { baseUrl: "https://service.example" });
  expect(Reflect.ownKeys(session)).toEqual(["token", "fetch", "reset", "end", "state"]);
  expect(JSON.stringify(session)).toBe('{"state":{"status":"empty"}}');
});

test("the outcome of a refusal is out of sight, but there for who asks; the password in its words is replaced", async () => {
  const service = new Service(headerLoginApi);
  const message = `User user_test with ${password} doesn't exist.`;
  service.login = () => ({ status: 401, body: { status: "error", code: 401, message } });
  const session = sessionOf(headerLoginApi, { baseUrl: "https://service.example", password, fetch: service.fetch });
  const error = await session.token().catch((thrown: unknown) => thrown);
  expect(Object.keys(error as object)).not.toContain("outcome");
  expect(leaks(show(error), password)).toEqual([]);
  expect(error).toMatchObject({
    outcome: { ok: false, code: "401", message: "User user_test with *** doesn't exist." },
  });
});

test("options that cannot be used are not quoted", () => {
  for (const options of [
    { baseUrl: `https://user:${password}@service.example` },
    { baseUrl: "https://service.example", allowedOrigins: [`https://user:${password}@service.example`] },
    { baseUrl: "https://service.example", headers: { "x-own": `${password}\n` } },
    { baseUrl: "https://service.example", lifetime: password as unknown as number },
  ]) {
    try {
      sessionOf(esignonApi, options);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "LoginError" });
      expect(leaks(show(error), password)).toEqual([]);
    }
  }
});
