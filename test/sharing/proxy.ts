import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pause } from "./rig.ts";

/** What stands between a client and Redis, and what it does with the reply to the next swap. */
export interface RedisProxy extends AsyncDisposable {
  url: string;
  /** Which Redis it leads to; connections that are there are cut. */
  leadTo(port: number): void;
  /** The next swap lands, and its answer comes so many milliseconds later; never, with the connection, where it is infinite. */
  holdSwap(delay: number): void;
}

export async function startProxy(to: number): Promise<RedisProxy> {
  let port = to;
  let held: number | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const redis = connect(port, "127.0.0.1");
    let answersAt = 0;
    // In their order, as Redis gives them.
    let answering = Promise.resolve();
    async function answerAt(time: number, reply: Buffer): Promise<void> {
      const left = time - Date.now();
      if (left > 0) await pause(left);
      if (!client.destroyed) client.write(reply);
    }
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      // Either end may be cut.
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    let cutsNext = false;
    client.on("data", (request) => {
      if (held !== undefined && isSwap(request)) {
        cutsNext = held === Infinity;
        answersAt = Date.now() + (cutsNext ? 0 : held);
        held = undefined;
      }
      redis.write(request);
    });
    redis.on("data", (reply) => {
      if (cutsNext) client.destroy();
      else answering = answering.then(() => answerAt(answersAt, reply));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(other) {
      port = other;
      for (const socket of sockets) socket.destroy();
    },
    holdSwap(delay) {
      held = delay;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A script with one key and four arguments, beside its name, its text and their number. */
function isSwap(request: Buffer): boolean {
  return request.toString("latin1").startsWith("*8\r\n");
}
