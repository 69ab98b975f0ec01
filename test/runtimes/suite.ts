import * as esignon from "../../generated/esignon/index.ts";
import * as headerLogin from "../../generated/header-login/index.ts";
import * as refreshLogin from "../../generated/refresh-login/index.ts";
import { LoginError } from "../../src/errors.ts";
import type { SessionEvent } from "../../src/session/session.ts";
import { type Calling, call, callRaw } from "../support/calling.ts";
import { minutes, testClock } from "../support/clock.ts";

/** What a runtime is told, by data alone, so that it can cross into each of them. */
export interface Input {
  /** Where the mock answers. */
  url: string;
  /** Every login and refresh, as its scenario `success` calls it. */
  calls: Calling[];
  /** Every refusal that the mock can produce. */
  refusals: { operation: string; example: string; status: number; reason: string }[];
}

export interface Result {
  name: string;
  /** What is wrong; absent if nothing is. */
  problem?: string;
}

/** Runs every check, one after the other, with nothing but what all runtimes have. */
export async function run(input: Input): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, check] of checks(input)) {
    const problem = await check().catch((error: unknown) => `${error}`);
    results.push({ name, ...(problem && { problem }) });
  }
  return results;
}

type Check = [name: string, check: () => Promise<string | undefined>];

function checks({ url, calls, refusals }: Input): Check[] {
  const named = (name: string) => {
    const found = calls.find((calling) => calling.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  };
  return [
    ...calls.flatMap((operation) => checksOf(operation, url)),
    ...refusals.map(({ operation: name, example, status, reason }): Check => {
      const headers = { Prefer: `code=${status}, example=${example}` };
      return [`${name}: ${example}`, () => comesTo(reason, named(name), { baseUrl: url, headers })];
    }),
    [
      "esignon login: a wrong password",
      () => comesTo("invalid_credentials", named("esignon login"), { baseUrl: url }, "wrong-password"),
    ],
    [
      "header-login login: a password that no header can carry",
      () => comesTo("unsendable_credential", named("header-login login"), { baseUrl: url }, "line\nbreak"),
    ],
    ["a session renews its token by refresh, and by login", () => renews(url)],
    ["a session without refresh renews its token by login", () => logsInAgain(url)],
    ["a session sends its token", () => sendsToken(url)],
    ["a session remembers a refusal", () => remembersRefusal(url)],
  ];
}

function checksOf(operation: Calling, baseUrl: string): Check[] {
  const under = (fault: string) => ({ baseUrl, headers: { "X-Mock-Fault": fault } });
  const faults = {
    redirect: "redirected",
    reset: "network",
    truncate: "network",
    empty: "unexpected_reply",
    html: "unexpected_reply",
  };
  return [
    [`${operation.name}: success`, () => comesTo("success", operation, { baseUrl })],
    ...Object.entries(faults).map(
      ([fault, code]): Check => [`${operation.name}: ${fault}`, () => comesTo(code, operation, under(fault))],
    ),
    [
      `${operation.name}: redirect, by the typed client`,
      async () => differs(await codeOf(callRaw(operation, under("redirect"))), "redirected"),
    ],
    [`${operation.name}: timeout`, () => comesTo("timeout", operation, { ...under("hang"), timeout: 300 })],
    [
      `${operation.name}: abort`,
      async () => {
        const controller = new AbortController();
        const calling = call(operation, { ...under("hang"), signal: controller.signal });
        setTimeout(() => controller.abort(), 50);
        return differs(await codeOf(calling), "aborted");
      },
    ],
  ];
}

type Options = Parameters<typeof call>[1];

/** What is wrong if a call comes to something else: `success`, the reason of a refusal, or the code of a LoginError. */
async function comesTo(expected: string, operation: Calling, options: Options, password?: string) {
  const outcomeOf = async () => {
    const outcome = await call(operation, options, password);
    if (outcome.ok && !outcome.token.header.value.endsWith(outcome.token.value)) return "no header to send";
    return outcome.ok ? "success" : outcome.reason;
  };
  return differs(await codeOf(outcomeOf()), expected);
}

/** What a promise gives, or the code of the LoginError that it rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => (error instanceof LoginError ? error.code : `no LoginError: ${error}`));
}

function differs(actual: unknown, expected: unknown): string | undefined {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  return is === should ? undefined : `${is} in place of ${should}`;
}

/** What a session did, in short. */
function observer() {
  const seen: string[] = [];
  const observe = (event: SessionEvent) => {
    if ("outcome" in event) seen.push(`${event.type} ${event.outcome}`);
  };
  return { seen, observe };
}

const user = { user: "user-1", password: "correct-password" };

async function renews(baseUrl: string) {
  const clock = testClock();
  const { seen, observe } = observer();
  const going: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void going.push(work);
  const session = refreshLogin.createSession(user, { baseUrl, clock, observe, waitUntil });
  const tokens = await Promise.all(Array.from({ length: 20 }, () => session.token()));
  const due = () => (session.state.renewAt?.getTime() ?? 0) - clock();
  clock.move(due() - 1);
  await session.token();
  const early = seen.length;
  clock.move(1);
  await session.token();
  await Promise.all(going);
  clock.move(365 * 24 * 60 * minutes);
  await session.token();
  return differs(
    [new Set(tokens.map(({ value }) => value)).size, early, seen],
    [1, 1, ["login success", "renewal success", "login success"]],
  );
}

async function logsInAgain(baseUrl: string) {
  const clock = testClock();
  const { seen, observe } = observer();
  const session = headerLogin.createSession(
    { userName: "user_test", password: "password_test" },
    { baseUrl, clock, observe },
  );
  const logins: number[] = [];
  // In the last 10 s of its half hour a token is waited for.
  for (const wait of [0, 24 * minutes, 5.9 * minutes]) {
    clock.move(wait);
    await session.token();
    logins.push(seen.length);
  }
  return differs(
    [logins, seen],
    [
      [1, 1, 2],
      ["login success", "login success"],
    ],
  );
}

async function sendsToken(baseUrl: string) {
  const sent: (string | null)[] = [];
  const recording: typeof fetch = (input, init) => {
    sent.push(new Request(input, init).headers.get("authorization"));
    return fetch(input, init);
  };
  const session = refreshLogin.createSession(user, { baseUrl, fetch: recording });
  const { header, value } = await session.token();
  const reply = await session.fetch("/v1/api/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: "any" }),
  });
  const body = await reply.text();
  return differs(
    [reply.status, body.startsWith("{"), header.value, sent],
    [200, true, `Bearer ${value}`, [null, header.value]],
  );
}

async function remembersRefusal(baseUrl: string) {
  const { seen, observe } = observer();
  const credentials = { companyId: "acme", email: "member@example.com", password: "wrong-password" };
  const session = esignon.createSession(credentials, { baseUrl, observe });
  const codes = [await codeOf(session.token()), await codeOf(session.token())];
  return differs(
    [codes, seen, session.state.status],
    [["refused", "refused"], ["login invalid_credentials"], "refused"],
  );
}

/** A session as a worker has it, made before any request comes. */
export function openAtModuleLevel(baseUrl: string): { token(): Promise<unknown>; leave(): Promise<unknown> } {
  const session = headerLogin.createSession({ userName: "user", password: "password" }, { baseUrl, timeout: 1500 });
  const token = () => codeOf(session.token().then(({ value }) => value));
  const leave = () => Promise.race([token(), new Promise((resolve) => setTimeout(resolve, 200, "left"))]);
  return { token, leave };
}
