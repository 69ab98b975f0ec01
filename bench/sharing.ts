// What a process that starts warm pays for a token that others have: from files, from a Redis, and, without a store, by a login.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { createSession } from "../dist/generated/header-login/index.js";
import { fileStore } from "../dist/src/store/file.js";
import { redisStore } from "../dist/src/store/redis.js";
import { startRedis } from "../test/support/redis-server.ts";
import { medianRatio, report, spread } from "./report.ts";

const rounds = 15;
const starts = 100;
const secret = "what the records of this benchmark are sealed with";

if (process.argv[2] === "serve") {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ status: "ok", code: 200, token: "token" }));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
} else {
  const server: ChildProcess = fork(new URL(import.meta.url), ["serve"], { execArgv: ["--import", "tsx"] });
  const [port] = await once(server, "message");
  const folder = await mkdtemp(join(tmpdir(), "login-apis-bench-"));
  await using redis = await startRedis();
  const client = createClient({ url: redis.url });
  client.on("error", console.error);
  await client.connect();

  const bare: number[] = [];
  const sides = [
    { name: "a login, without a store", open: () => undefined, times: bare },
    { name: "`fileStore`", open: () => fileStore(join(folder, "logins")), times: [] as number[] },
    { name: "`fileStore` with a secret", open: () => fileStore(join(folder, "sealed"), { secret }), times: [] },
    { name: "`redisStore`", open: () => redisStore(client, { secret }), times: [] },
  ];
  /** A session as a process that begins has it: it knows nothing. */
  async function start(open: (typeof sides)[number]["open"]): Promise<void> {
    const session = createSession(
      { userName: "user", password: "password" },
      { baseUrl: `http://127.0.0.1:${port}`, store: open() },
    );
    await session.token();
  }
  try {
    // In turn within every round, so that whatever else the machine does meets all of them; the first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const { open, times } of sides) {
        const began = performance.now();
        for (let count = 0; count < starts; count++) await start(open);
        if (round > 0) times.push((performance.now() - began) / starts);
      }
    }
  } finally {
    server.kill();
    client.destroy();
    await rm(folder, { recursive: true });
  }
  report(
    "sharing",
    `${rounds} rounds of ${starts} sessions on each side, which begin without a record in memory; the service and Redis answer on loopback.`,
    ["where the token comes from", "ms", "of a login"],
    sides.map(({ name, times }) => [name, spread(times, 2), medianRatio(times, bare).toFixed(2)]),
  );
}
