import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import { deferred } from "../support/deferred.ts";
import { type HostileReply, hostileFetches, hostileLifetimes, hostileReplies } from "../support/hostile.ts";
import { type Operation, operations } from "../support/operations.ts";
import { answerJson, type Recorder, record } from "../support/record.ts";

const secret = "hostile-canary-token";
/** What a busy machine may add to a deadline before a timer fires, in milliseconds. */
const slack = 3000;

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on("unhandledRejection", note);
});
afterAll(async () => {
  await setImmediate();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

/** Calls and says what it came to: the reason of a refusal or the code of a LoginError, and how long it took. */
async function comeTo(call: () => Promise<unknown>): Promise<{ outcome: unknown; elapsed: number }> {
  const start = performance.now();
  const outcome = await call().then(
    (value) => (value as { ok: boolean; reason?: string }).reason ?? value,
    (error: unknown) => (error instanceof LoginError ? error.code : error),
  );
  return { outcome, elapsed: performance.now() - start };
}

async function withServer(answer: Parameters<typeof record>[0], use: (server: Recorder) => Promise<void>) {
  const server = await record(answer);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

describe.concurrent.each(operations)("$name", (operation) => {
  const { open, success } = operation;
  const statesLifetime = JSON.stringify(success(secret)).includes("expires_in");

  test.each([...hostileReplies, ...(statesLifetime ? hostileLifetimes : [])])(
    "$name: $outcome",
    ({ answer, outcome: expected, timeout = expected === "timeout" ? 400 : 10_000 }: HostileReply) =>
      withServer(
        (response) => answer(response, operation, secret),
        async ({ url: baseUrl, requests }) => {
          const { outcome, elapsed } = await comeTo(() => open({ baseUrl, timeout }).call());
          expect(outcome).toBe(expected);
          expect(elapsed).toBeLessThan(timeout + slack);
          if (expected === "timeout") expect(elapsed).toBeGreaterThan(timeout - 50);
          expect(requests).toHaveLength(1);
        },
      ),
  );

  test("a reply without its token", () => {
    const body = JSON.parse(
      JSON.stringify(success(secret), (key, value) => (/^(access_)?token$/.test(key) ? undefined : value)),
    );
    return withServer(
      (response) => answerJson(response, body),
      async ({ url: baseUrl, requests }) => {
        const { outcome } = await comeTo(() => open({ baseUrl }).call());
        // A refresh is documented to bring no token, and then extends the one that is held.
        if (operation.operationId === "refresh")
          expect(outcome).toMatchObject({ ok: true, token: { value: "held-access-token" } });
        else expect(outcome).toBe("unexpected_reply");
        expect(requests).toHaveLength(1);
      },
    );
  });

  test.each(operations.filter((other) => other !== operation))("the success of $name", (other: Operation) =>
    withServer(
      (response) => answerJson(response, other.success(secret)),
      async ({ url: baseUrl, requests }) => {
        const { outcome } = await comeTo(() => open({ baseUrl }).call());
        // By the documents, a reply of OneBox with a `token` is a success, and a `code` of 200 is refresh-login's refusal.
        if (operation.api === "onebox" && other.api === "header-login")
          expect(outcome).toMatchObject({ ok: true, token: { value: secret } });
        else if (operation.name === "refresh-login login" && other.api === "header-login")
          expect(outcome).toBe("unknown");
        else expect(outcome).toBe("unexpected_reply");
        expect(requests).toHaveLength(1);
      },
    ),
  );

  test.each(hostileFetches)("a fetch that $name: $outcome", async ({ fetch, outcome: expected }) => {
    let calls = 0;
    const counting = (() => {
      calls += 1;
      return fetch(secret);
    }) as typeof globalThis.fetch;
    const { outcome } = await comeTo(() => open({ baseUrl: "http://127.0.0.1", fetch: counting }).call());
    expect(outcome).toBe(expected);
    expect(calls).toBe(1);
  });

  test("a fetch that never answers and heeds no signal", async () => {
    const fetch = () => new Promise<never>(() => {});
    const { outcome, elapsed } = await comeTo(() => open({ baseUrl: "http://127.0.0.1", fetch, timeout: 100 }).call());
    expect(outcome).toBe("timeout");
    expect(elapsed).toBeLessThan(100 + slack);
  });

  test("what is not read to its end is let go", () => {
    const gone = deferred();
    return withServer(
      (response) => {
        response.on("close", gone.resolve);
        response.writeHead(200).write(" ".repeat(2 * 1024 * 1024));
      },
      async ({ url: baseUrl }) => {
        expect((await comeTo(() => open({ baseUrl }).call())).outcome).toBe("reply_too_large");
        await gone.promise;
      },
    );
  });

  test("a caller who goes away ends the request", () => {
    const arrived = deferred<void>();
    const gone = deferred<void>();
    return withServer(
      (response) => {
        response.on("close", () => gone.resolve());
        arrived.resolve();
      },
      async ({ url: baseUrl, requests }) => {
        const controller = new AbortController();
        const result = comeTo(() => open({ baseUrl }).call({ signal: controller.signal }));
        await arrived.promise;
        controller.abort(secret);
        expect((await result).outcome).toBe("aborted");
        await gone.promise;
        expect(requests).toHaveLength(1);
      },
    );
  });

  test("a reply of exactly 1 MiB is read, and one byte more is not", async () => {
    const body = (size: number) => JSON.stringify(success(secret)).padEnd(size, " ");
    for (const [size, expected] of [
      [1024 * 1024, expect.objectContaining({ ok: true })],
      [1024 * 1024 + 1, "reply_too_large"],
    ] as const)
      await withServer(
        (response) => response.end(body(size)),
        async ({ url: baseUrl }) => expect((await comeTo(() => open({ baseUrl }).call())).outcome).toEqual(expected),
      );
  });
});
