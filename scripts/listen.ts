import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "./command.ts";

export interface Listening {
  url: string;
  server: Server;
  /** Aborted by Ctrl-C and SIGTERM, for whatever else is to end then. */
  stopped: AbortSignal;
}

/** Serves on 127.0.0.1 until Ctrl-C or SIGTERM, then closes every connection so that the process ends by itself. */
export async function listen(listener: RequestListener, port: number): Promise<Listening> {
  const server = createServer(listener).listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? `Port ${port} is in use` : `Port ${port} cannot be used (${error.code})`;
    throw new UserError(`${why}. Choose another with --port <number> or PORT=<number>; 0 takes a free one.`);
  });
  const stopping = new AbortController();
  stopping.signal.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  // Not `once`: the terminal signals the whole group and npm then signals again, which would kill before the work is ended.
  const stop = () => stopping.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, server, stopped: stopping.signal };
}
