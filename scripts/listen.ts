import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "./command.ts";

/** Serves on 127.0.0.1 until Ctrl-C or SIGTERM, then closes every connection so that the process ends by itself. */
export async function listen(listener: RequestListener, port: number): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? `Port ${port} is in use` : `Port ${port} cannot be used (${error.code})`;
    throw new UserError(`${why}. Choose another with --port <number> or PORT=<number>; 0 takes a free one.`);
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
