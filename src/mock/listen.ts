import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../openapi/user-error.ts";

/** A server that listens. */
export interface Listening {
  /** Where it answers, without a slash at the end. */
  url: string;
  /** Stops it and ends every connection, also those that wait for an answer. */
  close(): Promise<void>;
}

/** Serves on one port of one address. Throws a `UserError` if that cannot be had. */
export async function listen(listener: RequestListener, port: number, host = "127.0.0.1"): Promise<Listening> {
  const server = createServer(listener);
  // Node would end the connection without a word.
  server.on("connect", (_, socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", () =>
      socket.destroy(),
    );
  });
  server.listen(port, host);
  await once(server, "listening").catch(({ code }: NodeJS.ErrnoException) => {
    if (code === "EADDRINUSE")
      throw new UserError(
        `Port ${port} is in use. Choose another (--port <number>, PORT=<number>); 0 takes a free one.`,
      );
    throw new UserError(`Cannot listen on ${host}, port ${port} (${code}).`);
  });
  return {
    url: baseUrl(server.address() as AddressInfo),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The URL of an address that a server listens on. */
export function baseUrl({ address, port }: Pick<AddressInfo, "address" | "port">): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/**
 * Closes a server on Ctrl-C, SIGTERM or SIGHUP, so that the process ends by itself; and when npm, which started it, is
 * gone without having passed on the signal that ended it. The signal is for what else is to end then.
 */
export function closeOnSignal({ close }: Listening): AbortSignal {
  const stopping = new AbortController();
  stopping.signal.addEventListener("abort", () => close());
  // Not `once`: the terminal signals the whole group, npm then passes the signal on, and the second one would kill.
  const stop = () => stopping.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
  if (process.env.npm_lifecycle_event !== undefined) watchStarters(stop, stopping.signal);
  return stopping.signal;
}

/** Tells when those have ended who started this process: `npm` and `npx` run a command in a shell that passes on no signal. */
export function watchStarters(gone: () => void, stopped: AbortSignal): void {
  const before = starters();
  const timer = setInterval(() => {
    if (starters() !== before) gone();
  }, 250);
  timer.unref();
  stopped.addEventListener("abort", () => clearInterval(timer));
}

/**
 * Who started this process and, where that is a shell, who started the shell: npm that was killed leaves it behind. Only
 * Linux says that; on macOS the shell becomes the command, and on Windows nothing tells that a parent has gone.
 */
function starters(): string {
  const [, shell] = /\((?:ba|da|a)?sh\) \S+ (\d+) /.exec(processStatus(process.ppid)) ?? [];
  return `${process.ppid} ${shell ?? ""}`;
}

/** `id (name) state parent …` of a process, where the system has such a file. */
function processStatus(id: number): string {
  try {
    return readFileSync(`/proc/${id}/stat`, "utf8");
  } catch {
    return "";
  }
}
