import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { openSession } from "../../src/session/session.ts";
import { factor } from "../support/fuzzing.ts";
import { apiOf, right } from "../support/login-service.ts";
import { serve } from "../support/serve.ts";

const hour = 60 * 60_000;

/** Fails to log in again and again, each time when the wait is over. */
function failing(options: Parameters<typeof openSession>[2]): (times: number) => Promise<void> {
  let now = Date.UTC(2030, 0, 1);
  const session = openSession(apiOf(), right, { clock: () => now, ...options });
  onTestFinished(() => session.end());
  return async (times) => {
    for (let time = 0; time < times; time++) {
      await session.token().catch(() => {});
      now += hour;
    }
  };
}

/** What is held, in bytes, after all is collected that nobody holds: what was weakly held in a turn is so only after it. */
async function held(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let turn = 0; turn < 3; turn++) {
    await sleep(5);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

test("10,000 failed logins leave memory as it was", async () => {
  let logins = 0;
  const fail = failing({
    baseUrl: "https://service.example",
    fetch: async () => {
      logins++;
      return new Response("<html>", { status: 503 });
    },
  });
  await fail(2_000);
  const before = await held();
  await fail(8_000);
  expect(logins).toBe(10_000);
  expect(((await held()) - before) / 8_000).toBeLessThan(100);
}, 120_000);

test("15,000 calls with one signal, which lives on, leave memory as it was", async () => {
  const { signal } = new AbortController();
  const session = openSession(apiOf(), right, {
    baseUrl: "https://service.example",
    fetch: async () => Response.json({ error: "wrong" }),
  });
  onTestFinished(() => session.end());
  const fail = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await session.token({ signal }).catch(() => {});
      // What is weakly held is freed between turns.
      if (time % 500 === 0) await sleep(0);
    }
  };
  await fail(2_000);
  const before = await held();
  await fail(15_000);
  expect(((await held()) - before) / 15_000).toBeLessThan(35);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

/** 500, and 10,000 in `npm run test:fuzz`. */
const overSockets = 500 * factor;

test(`${overSockets} over sockets leave one of them, and memory as it was, however they fail`, async () => {
  let logins = 0;
  const open = new Set<object>();
  let most = 0;
  const served = await serve(({ socket }, outgoing) => {
    logins++;
    if (!open.has(socket)) socket.once("close", () => open.delete(socket));
    open.add(socket);
    most = Math.max(most, open.size);
    if (logins % 100 === 0) outgoing.destroy();
    else outgoing.writeHead(logins % 50 === 0 ? 302 : 503, { location: "/" }).end("<html>");
  });
  onTestFinished(() => served.close());
  const fail = failing({ baseUrl: served.url });
  await fail(overSockets / 5);
  const before = await held();
  await fail(overSockets - overSockets / 5);
  const grown = (await held()) - before;
  process.stdout.write(`${logins} failed logins: at most ${most} sockets open at once, ${grown} bytes more\n`);
  expect(logins).toBe(overSockets);
  expect(most).toBeLessThanOrEqual(2);
  expect(grown).toBeLessThan(1_000_000);
}, 120_000);
