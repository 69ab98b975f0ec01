import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as headerLogin from "../../src/apis/header-login.ts";
import { LoginError, loginErrorCodes } from "../../src/errors.ts";
import { hostileFetches, hostileLifetimes, hostileReplies, quoting } from "../support/hostile.ts";
import { headerLoginLogin, type Operation, operations, type RawClient } from "../support/operations.ts";
import { captureOutput, leaks, printed } from "../support/printed.ts";
import { answerJson, record } from "../support/record.ts";

/** Other ones in every run, so that no text can hold them by chance or by heart. */
const password = randomBytes(16).toString("hex");
const token = randomBytes(16).toString("hex");

let output: ReturnType<typeof captureOutput>;
const warnings: string[] = [];
const note = (warning: unknown) => warnings.push(printed(warning));
const codes = new Set<string>();
beforeAll(() => {
  process.on("warning", note);
  output = captureOutput();
});
afterAll(() => {
  process.off("warning", note);
  expectNoSecret(output.end());
  expectNoSecret(warnings.join("\n"));
  const ofASession = ["refused", "ended"];
  expect(codes).toEqual(new Set(Object.keys(loginErrorCodes).filter((code) => !ofASession.includes(code))));
});

function expectNoSecret(text: string): void {
  expect([...leaks(text, password), ...leaks(text, token)]).toEqual([]);
}

/** Looks at all that a failure shows: the error, or a refusal but for the reply, which is what the service sent. */
function expectNothingShown(failure: unknown): void {
  if (failure instanceof Error) {
    expect(failure).toBeInstanceOf(LoginError);
    codes.add((failure as LoginError).code);
    expectNoSecret(printed(failure));
  } else {
    expect(failure).toMatchObject({ ok: false });
    expectNoSecret(printed({ ...(failure as object), reply: undefined }));
  }
}

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** Fails by `login` or `refresh` and, where that rejects, by the raw client too. */
async function expectSilentFailure(operation: Operation, options: Parameters<Operation["open"]>[0]): Promise<void> {
  const { call, client } = operation.open(options, password);
  expectNothingShown(await failureOf(call));
  expectNoSecret(printed(client));
}

describe.each(operations)("$name shows neither password nor token", (operation) => {
  const baseUrl = "http://127.0.0.1:1";

  test.each([
    ...hostileReplies,
    ...hostileLifetimes.filter(() => /expires_in/.test(JSON.stringify(operation.success(token)))),
  ])("for $name", async ({ answer, outcome: expected }) => {
    const server = await record((response) => answer(response, operation, token));
    const timeout = expected === "timeout" ? 100 : 10_000;
    try {
      const { call, raw } = operation.open({ baseUrl: server.url, timeout }, password);
      const calls = [call, raw, ...["json", "text", "blob"].map((parseAs) => () => raw({ parseAs }))];
      const [outcome, ...results] = await Promise.all(calls.map(failureOf));
      expectNothingShown(outcome);
      // What the raw client returns is what the service sent.
      for (const result of results) if (result instanceof Error) expectNothingShown(result);
    } finally {
      await server.close();
    }
  });

  test.each(hostileFetches)("for a fetch that $name", async ({ fetch }) => {
    for (const secret of [password, token])
      await expectSilentFailure(operation, { baseUrl, fetch: (() => fetch(secret)) as typeof globalThis.fetch });
  });

  test("for a fetch that quotes the whole request", async () => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const headers = JSON.stringify([...new Headers(init?.headers)]);
      throw Object.assign(quoting(`${password} ${headers} ${String(init?.body)}`), { input, init });
    };
    await expectSilentFailure(operation, { baseUrl, fetch });
  });

  test("where nobody listens", () => expectSilentFailure(operation, { baseUrl }));

  test("for a redirect that quotes them", async () => {
    const server = await record((response) => response.writeHead(307, { location: `/?${password}${token}` }).end());
    await expectSilentFailure(operation, { baseUrl: server.url }).finally(server.close);
  });

  test("for an abort whose reason quotes them", async () => {
    const { call } = operation.open({ baseUrl, fetch: () => new Promise(() => {}) }, password);
    const controller = new AbortController();
    const failure = failureOf(() => call({ signal: controller.signal }));
    controller.abort(quoting(password));
    expectNothingShown(await failure);
    expectNothingShown(await failureOf(() => call({ signal: AbortSignal.abort(quoting(password)) })));
  });

  test("for a base URL that quotes them", () => {
    for (const url of [
      `https://user:${password}@example.org`,
      `https://example.org/?${password}`,
      `https://example.org/#${password}`,
      `http://${password}.example.org`,
      `https://${password} .example.org`,
      `ftp://${password}`,
      password,
    ]) {
      const failure = (() => {
        try {
          return operation.open({ baseUrl: url }, password);
        } catch (error) {
          return error;
        }
      })();
      expectNothingShown(failure);
    }
  });

  test("for headers that cannot be sent", async () => {
    for (const value of [`${password}\n`, ` ${password}`, `${password}日本語`, `a\0${password}`]) {
      const headers = { Authorization: value };
      expectNothingShown(await failureOf(async () => operation.open({ baseUrl, headers })));
      const { client, raw, init } = operation.open({ baseUrl }, password);
      for (const options of [
        { headers },
        { headers: Object.entries(headers) },
        { params: { ...(init as { params?: object }).params, header: headers } },
      ])
        expectNothingShown(await failureOf(() => raw(options)));
      expectNothingShown(await failureOf(() => raw({ headers: { [value]: "a" } })));
      client.use({ onRequest: ({ request }) => request.headers.set("Authorization", value) });
      expectNothingShown(await failureOf(() => raw()));
      expectNothingShown(await failureOf(() => operation.open({ baseUrl }, value).raw({ headers })));
    }
  });

  test("for options of a call that quote them", async () => {
    const { raw, client } = operation.open({ baseUrl }, password);
    const cyclic: Record<string, unknown> = { password };
    cyclic.self = cyclic;
    const options: object[] = [
      { baseUrl: `http://${password}.example.org` },
      { signal: { password } },
      { body: cyclic },
      { body: { password, big: 1n } },
      {
        params: { query: { password: { [password]: { [password]: {} } } }, path: { companyId: password }, header: {} },
      },
      { params: { path: { companyId: `${password}\ud83d` } }, method: password },
      {
        bodySerializer() {
          throw quoting(password);
        },
        body: {},
      },
      {
        querySerializer() {
          throw quoting(password);
        },
      },
      { middleware: [{ onRequest: () => password }] },
      { parseAs: password },
    ];
    for (const option of options) expectNothingShown(await failureOf(() => raw(option)));
    for (const path of [password, `https://${password}.example.org`])
      expectNothingShown(await failureOf(() => client[operation.method](path, {})));
  });

  const failures: [string, Parameters<RawClient["use"]>[0]][] = [
    ["throws before the request", { onRequest: () => Promise.reject(quoting(password)) }],
    ["throws a text", { onRequest: () => Promise.reject(password) }],
    ["throws after the reply", { onResponse: () => Promise.reject(quoting(token)) }],
    ["gives another error for one", { onError: () => quoting(password) }],
    ["throws for an error", { onError: () => Promise.reject(quoting(password)) }],
    ["gives what is no request", { onRequest: () => ({ password }) as unknown as Request }],
    ["sets a header that cannot be sent", { onRequest: ({ request }) => request.headers.set("X", `${password}\n`) }],
    ["moves the request", { onRequest: ({ request }) => new Request(`http://${password}.localhost:1`, request) }],
    ["reads the request to its end", { onRequest: ({ request }) => request.text().then(() => request.blob()) }],
    [
      "gives a reply that breaks",
      { onRequest: () => new Response(new ReadableStream({ pull: (controller) => controller.error(quoting(token)) })) },
    ],
  ];
  test.each(failures)("for a middleware that %s", async (_, middleware) => {
    const fetch =
      "onError" in middleware
        ? () => Promise.reject(quoting(password))
        : async () => Response.json({}, { status: 200 });
    const { client, call, raw } = operation.open({ baseUrl, fetch }, password);
    client.use(middleware);
    expectNothingShown(await failureOf(call));
    const result = await failureOf(raw);
    if (result instanceof Error) expectNothingShown(result);
  });

  describe("in a refusal that quotes them", () => {
    /** A refusal of the operation with `text` for its code and for its words. */
    const refusals = (text: string): unknown[] => [
      { header: { result_code: text, result_msg: text } },
      { status: "error", code: 401, message: text },
      { records: { errorCode: text, userMessage: text } },
      { code: 1, result: { code: 1, desc: text, error: text } },
      { error: text, message: text },
    ];

    test.each([
      ["once", `The password ${password} is wrong.`],
      ["many times", password.repeat(40)],
      ["across the cut", `${"x".repeat(490)}${password}`],
      ["right at the cut", `${"x".repeat(499)}${password}`],
      ["after the cut", `${"x".repeat(600)}${password}`],
      ["in much text", `${password}${"y".repeat(100_000)}`],
    ])("%s", async (_, text) => {
      for (const body of refusals(text)) {
        const fetch = async () => Response.json(body, { status: 401 });
        const outcome = await failureOf(operation.open({ baseUrl, fetch }, password).call);
        expectNothingShown(outcome);
        const { message, code } = outcome as { message: string; code: string };
        expect(message.length).toBeLessThanOrEqual(500);
        expect(code.length).toBeLessThanOrEqual(500);
        expect(outcome).toMatchObject({ reply: body });
      }
    });

    test("the password's place is marked", async () => {
      const words = `<${password}>`;
      const messages = await Promise.all(
        refusals(words).map(async (body) => {
          const fetch = async () => Response.json(body, { status: 401 });
          return (await operation.open({ baseUrl, fetch }, password).call()) as { message: string };
        }),
      );
      const shown = messages
        .map(({ message }) => message)
        .filter((message) => message !== "" && message !== "HTTP 401");
      // The login of refresh-login has no words for a refusal.
      expect(shown).toEqual(operation.name === "refresh-login login" ? [] : ["<***>"]);
    });
  });

  test("on the client, whatever is asked of it", async () => {
    const server = await record((response) => answerJson(response, operation.success(token)));
    const { client, call } = operation.open({ baseUrl: server.url, headers: { "X-Key": password } }, password);
    await expect(call()).resolves.toMatchObject({ ok: true }).finally(server.close);
    expectNoSecret(printed(client));
    expectNoSecret(Object.values(client).map(String).join("\n"));
    expect(JSON.stringify(client)).toBe("{}");
  });
});

test("longer credentials are replaced before the shorter ones that they hold", async () => {
  const userName = password.slice(0, 12);
  const body = { status: "error", code: 401, message: `${password} and ${userName}` };
  const client = headerLogin.createClient({ baseUrl: "http://127.0.0.1", fetch: async () => Response.json(body) });
  const outcome = await headerLogin.login(client, { userName, password });
  expect(outcome).toMatchObject({ ok: false, message: "*** and ***" });
});

test("an empty credential replaces nothing", async () => {
  const fetch = async () => Response.json({ status: "error", code: 402, message: "Password is empty." });
  const outcome = await headerLoginLogin.open({ baseUrl: "http://127.0.0.1", fetch }, "").call();
  expect(outcome).toMatchObject({ reason: "invalid_request", message: "Password is empty." });
});

test("what shows of an error is its name, its code and its words", () => {
  const error = new LoginError("timeout");
  expect(Object.getOwnPropertyNames(error).sort()).toEqual(["code", "message", "name", "stack"]);
  expect(JSON.parse(JSON.stringify(error))).toEqual({ name: "LoginError", code: "timeout" });
  expect(error.cause).toBeUndefined();
});

test("the detectors find what they look for", () => {
  const error = quoting(password);
  for (const value of [
    error,
    { error },
    { toString: () => password },
    new Map([[password, 1]]),
    { toJSON: () => password },
  ])
    expect(leaks(printed(value), password)).not.toEqual([]);
  expect(leaks(`…${password.slice(4, 12)}…`, password)).toEqual([password.slice(4, 12)]);
  expect(leaks(password.slice(0, 7), password)).toEqual([]);
});
