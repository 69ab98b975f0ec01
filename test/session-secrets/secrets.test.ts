import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as headerLogin from "../../generated/header-login/index.ts";
import { createSession } from "../../generated/refresh-login/index.ts";
import type { LoginError } from "../../src/errors.ts";
import { hours, testClock } from "../support/clock.ts";
import { captureOutput, leaks, printed } from "../support/printed.ts";

const password = "Kq7vX2mR9tLw4zNb";
const baseUrl = "https://service.example";

interface Sent {
  path: string;
  text: string;
}

/** A service whose every answer can be replaced, as a plain function. */
function testService() {
  const issued: string[] = [];
  const service = {
    issued,
    login: (_: Sent): Response => {
      const name = `${issued.length + 1}-Hd5sPc8yJg3uQe6a`;
      issued.push(`access-${name}`, `refresh-${name}`);
      const tokens = { access_token: `access-${name}`, refresh_token: `refresh-${name}` };
      const lifetimes = { access_token_expires_in: 1800, refresh_token_expires_in: 14_400 };
      // A login has its code outside, a refresh within.
      return Response.json({ code: 0, result: { code: 0, token_type: "Bearer", ...tokens, ...lifetimes } });
    },
    refresh: (sent: Sent): Response => service.login(sent),
    call: (_: Sent): Response => Response.json({ is: "yours" }),
    async fetch(input: string, init?: RequestInit): Promise<Response> {
      init?.signal?.throwIfAborted();
      const path = new URL(input).pathname;
      const sent = { path, text: `${init?.body} ${inspect(init?.headers)}` };
      if (path.endsWith("/login")) return service.login(sent);
      return path.endsWith("/refresh") ? service.refresh(sent) : service.call(sent);
    },
  };
  return service;
}

function breaks({ text }: Sent): never {
  throw new TypeError(`fetch failed with ${text}`);
}

test("no secret in a session, its errors, events and replies, whichever way they are printed, and none on the console", async () => {
  const output = captureOutput();
  const seen: unknown[] = [];
  const service = testService();
  try {
    const clock = testClock();
    const observe = (event: unknown) => void seen.push(event);
    const session = createSession({ user: "user-1", password }, { baseUrl, clock, observe, fetch: service.fetch });
    const look = () => seen.push(session, session.state, session.fetch, session.token);
    const fails = async (call: Promise<unknown>) =>
      seen.push(
        await call.then(
          () => expect.unreachable(),
          (error) => error,
        ),
      );
    const good = { login: service.login, call: service.call };

    look();
    await session.fetch("/");
    look();
    await fails(session.fetch("https://elsewhere.example/"));
    await fails(session.fetch("/", { headers: { "x-own": "a\nb" } }));
    service.call = breaks;
    await fails(session.fetch("/"));
    service.call = () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } });
    await fails(session.fetch("/"));
    service.call = () => new Response(null, { status: 401 });
    seen.push(await session.fetch("/"));
    service.call = good.call;
    service.refresh = breaks;
    service.login = breaks;
    clock.move(29 * (hours / 60) + 55_000);
    await session.token();
    clock.move(2 * hours);
    await fails(session.token());
    const answers = [
      () => new Response(`<!doctype html>${password}`),
      () => Response.json({ echo: password }, { status: 503 }),
    ];
    for (const answer of answers) {
      service.login = answer;
      clock.move(2 * hours);
      await fails(session.token());
    }
    await session.reset();
    service.login = () => Response.json({ code: 7, message: `No user with ${password}.` });
    await fails(session.token());
    look();
    await fails(session.token({ signal: AbortSignal.abort() }));
    session.end();
    await fails(session.token());
    look();
  } finally {
    seen.push(output.end());
  }
  const text = seen.map((value) => printed(value, { getters: false })).join("\n");
  expect(service.issued.length).toBeGreaterThan(3);
  for (const secret of [password, ...service.issued]) expect(leaks(text, secret)).toEqual([]);
  // What is looked at is what happened.
  const codes = [
    "insecure_url",
    "unsendable_credential",
    "network",
    "redirected",
    "unexpected_reply",
    "refused",
    "ended",
  ];
  for (const code of codes) expect(text).toContain(`LoginError: ${code}`);
  for (const type of ["login", "renewal", "rejection", "wait", "kept"]) expect(text).toContain(`'${type}'`);
});

test("the printing would show a secret: the token that a caller asks for is his own", async () => {
  const service = testService();
  const session = createSession({ user: "user-1", password }, { baseUrl, fetch: service.fetch });
  expect(leaks(printed(await session.token()), String(service.issued[0]))).not.toEqual([]);
});

test("the outcome of a refusal is out of sight, but there for who asks; the password in its words is replaced", async () => {
  const message = `User user_test with ${password} doesn't exist.`;
  const fetch = async () => Response.json({ status: "error", code: 401, message }, { status: 401 });
  const session = headerLogin.createSession({ userName: "user_test", password }, { baseUrl, fetch });
  const error: LoginError = await session.token().catch((thrown) => thrown);
  expect(Object.keys(error)).not.toContain("outcome");
  expect(leaks(printed(error, { getters: false }), password)).toEqual([]);
  expect(error.outcome).toMatchObject({ code: "401", message: "User user_test with *** doesn't exist." });
});

test("a session has nothing but its functions and its state", () => {
  const session = createSession({ user: "user-1", password }, { baseUrl });
  expect(Reflect.ownKeys(session)).toEqual(["token", "fetch", "reject", "reset", "end", "state"]);
  expect(JSON.stringify(session)).toBe('{"state":{"status":"empty"}}');
});
