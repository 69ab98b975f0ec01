import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Redis {
  url: string;
  port: number;
  stop(): Promise<void>;
}

export const hasRedis: boolean = spawnSync("redis-server", ["--version"]).status === 0;

export const howToGetRedis = "skipped for want of redis-server; on Debian: apt-get install redis-server";

/** Starts a Redis of its own, on a free loopback port unless told otherwise, that leaves nothing behind. */
export async function startRedis(at?: number): Promise<Redis> {
  const directory = await mkdtemp(join(tmpdir(), "login-apis-redis-"));
  const port = at ?? (await freePort());
  const settings = { port, bind: "127.0.0.1", dir: directory, save: "", appendonly: "no", daemonize: "no" };
  const server = spawn(
    "redis-server",
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const exit = once(server, "exit");
  const lines: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    lines.push(line);
    if (line.includes("Ready to accept connections")) break;
  }
  if (server.exitCode !== null) throw new Error(`redis-server did not start: ${lines.join("\n")}`);
  server.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      server.kill();
      await exit;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
