import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { freePort } from "./serve.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A Redis of a test's own, which keeps nothing on disk. */
export interface RedisServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Stands still until `proceed`: connections stay, and nothing is answered. */
  freeze(): void;
  proceed(): void;
  /** Ends it, with all that it held. */
  stop(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
}

const program = process.env.REDIS_SERVER ?? "/usr/bin/redis-server";

/** Starts a real `redis-server` on a free port of 127.0.0.1; `settings` as on its command line: `--maxmemory 2mb`. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  if (!existsSync(program)) {
    throw new Error("There is no redis-server: apt-get install redis-server, or name one in REDIS_SERVER.");
  }
  const temporary = await temporaryFolder();
  const port = await freePort();
  let child: ReturnType<typeof spawn> | undefined;
  const kill = () => child?.kill("SIGKILL");
  process.once("exit", kill);

  async function start(): Promise<void> {
    const own = [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      temporary.folder,
      "--save",
      "",
      "--appendonly",
      "no",
    ];
    child = spawn(program, [...own, ...settings], { stdio: ["ignore", "pipe", "inherit"] });
    await ready(child);
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    kill();
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop,
    freeze: () => child?.kill("SIGSTOP"),
    proceed: () => child?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await stop();
      process.removeListener("exit", kill);
      await temporary[Symbol.asyncDispose]();
    },
  };
}

function ready({ stdout }: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    stdout?.on("data", (chunk) => {
      said += chunk;
      if (said.includes("Ready to accept connections")) resolve();
    });
    stdout?.on("end", () => reject(new Error(`redis-server did not start:\n${said}`)));
  });
}
