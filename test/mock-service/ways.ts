import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { withAdmin } from "../../src/mock/admin.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf, type MockHandle } from "../../src/mock/handle.ts";
import { listen } from "../../src/mock/listen.ts";
import { createService } from "../../src/mock/service/service.ts";
import { nodeListener } from "../../src/mock/wire/node.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Milliseconds after which the program gives up. */
  timeout: number;
}

/** What a program sees of a reply, or why there was none. */
export type Seen =
  | { status: number; scenario: string | null; retryAfter: string | null; text: string }
  | { failed: "timeout" | "reset" };

/** How a program reaches a mock, and a test holds it. */
export interface Way {
  send(sent: Sent): Promise<Seen>;
  /** `part` is a member of the handle, `body` what it has below `/_mock/`. */
  hold(part: string, body?: Record<string, unknown>): Promise<unknown>;
}

export interface Ways {
  named: Record<(typeof wayNames)[number], Way>;
  close(): Promise<void>;
}

export const wayNames = ["a port", "fetch without one", "MSW", "curl", "Python"] as const;

const anywhere = "https://login.example";

/** One stateful mock that is strict, and all the ways to it. */
export async function openWays(documents: ApiDocument[]): Promise<Ways> {
  const core = createCore(documents, { strict: true, service: (all) => createService(all, { strict: true }) });
  const mock = handleOf(core);
  const { url, close } = await listen(withAdmin(core, nodeListener(core)), 0);
  const intercepting = setupServer(
    http.all(`${anywhere}/*`, ({ request }) => mock.fetch(request).catch(() => HttpResponse.error())),
  );
  intercepting.listen({ onUnhandledRequest: "bypass" });
  const python = startPython();

  const hold = holder(mock);
  const named = {
    "a port": { send: byFetch(url, fetch), hold },
    "fetch without one": { send: byFetch(anywhere, mock.fetch), hold },
    MSW: { send: byFetch(anywhere, fetch), hold },
    curl: withAdminBy((sent) => byCurl(url, sent)),
    Python: withAdminBy((sent) => python.send(url, sent)),
  };
  return {
    named,
    async close() {
      intercepting.close();
      python.child.kill();
      await close();
    },
  };
}

function holder(mock: MockHandle): Way["hold"] {
  const parts: Record<string, (body: Record<string, never>) => unknown> = {
    next: ({ api, scenario, ...options }) =>
      mock.next(api as unknown as string, scenario as unknown as string, options),
    requests: () => JSON.parse(JSON.stringify(mock.requests)),
    reset: () => mock.reset(),
    advance: ({ milliseconds }) => mock.advance(milliseconds as unknown as number),
    revoke: ({ token }) => mock.revoke(token as unknown as string),
    lock: ({ account }) => mock.lock(account as unknown as string),
  };
  return async (part, body = {}) => parts[part]?.(body as Record<string, never>);
}

/** Holds the mock as it is reached: by HTTP. */
function withAdminBy(send: Way["send"]): Way {
  return {
    send,
    async hold(part, body) {
      const isRead = part === "requests";
      const seen = await send({
        method: isRead ? "GET" : "POST",
        path: `/_mock/${part}`,
        headers: {},
        body: body ? JSON.stringify(body) : null,
        timeout: 5000,
      });
      if ("failed" in seen || seen.status >= 300) throw new Error(`/_mock/${part}: ${JSON.stringify(seen)}`);
      return isRead ? JSON.parse(seen.text) : undefined;
    },
  };
}

function byFetch(base: string, fetch: typeof globalThis.fetch): Way["send"] {
  return async ({ path, timeout, ...init }) => {
    try {
      const response = await fetch(base + path, { ...init, signal: AbortSignal.timeout(timeout) });
      return {
        status: response.status,
        scenario: response.headers.get("x-mock-scenario"),
        retryAfter: response.headers.get("retry-after"),
        text: await response.text(),
      };
    } catch (error) {
      return { failed: (error as Error).name === "TimeoutError" ? "timeout" : "reset" };
    }
  };
}

/** What curl ends with when time is up, and when the connection is reset. */
const curlFailures: Record<number, "timeout" | "reset"> = { 28: "timeout", 52: "reset", 56: "reset" };

function byCurl(url: string, { method, path, headers, body, timeout }: Sent): Promise<Seen> {
  const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const data = body === null ? [] : ["--data-binary", body];
  const options = ["-sSi", "--noproxy", "*", "--max-time", String(timeout / 1000), "-X", method, ...lines, ...data];
  return new Promise((resolve, reject) => {
    execFile("curl", [...options, url + path], (error, stdout) => {
      if (error) {
        const failed = curlFailures[Number(error.code)];
        return failed ? resolve({ failed }) : reject(error);
      }
      const [head = "", ...rest] = stdout.split("\r\n\r\n");
      const headerOf = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? null;
      resolve({
        status: Number(head.split(" ")[1]),
        scenario: headerOf("x-mock-scenario"),
        retryAfter: headerOf("retry-after"),
        text: rest.join("\r\n\r\n"),
      });
    });
  });
}

/** One process for all that is sent, one request after the other. */
function startPython(): { child: ChildProcess; send(url: string, sent: Sent): Promise<Seen> } {
  const child = spawn("python3", ["test/mock-service/program.py"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    async send(url, { path, ...sent }) {
      child.stdin.write(`${JSON.stringify({ url: url + path, ...sent })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("Python ended.");
      return JSON.parse(value) as Seen;
    },
  };
}
