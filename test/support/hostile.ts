import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { LoginErrorCode } from "../../src/errors.ts";
import type { RefusalReason } from "../../src/outcome.ts";
import type { Operation } from "./operations.ts";
import { answerJson } from "./record.ts";

/** A reply that nobody should take for a success, and what it must come to. */
export interface HostileReply {
  name: string;
  outcome: LoginErrorCode | RefusalReason;
  /** The deadline to call it with, in milliseconds, if it matters. */
  timeout?: number;
  answer(response: ServerResponse, operation: Operation, token: string): void;
}

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
const html = "<!doctype html><title>Gateway</title>";
const json = { "content-type": "application/json" };

type Json = Record<string, unknown>;

/** The operation's success with every member called `name` changed; `undefined` removes it. */
function changed(operation: Operation, token: string, name: RegExp, value: unknown): unknown {
  return JSON.parse(JSON.stringify(operation.success(token), (key, old) => (name.test(key) ? value : old)));
}

const text = (name: string, body: string | Buffer, outcome: HostileReply["outcome"], status = 200): HostileReply => ({
  name,
  outcome,
  answer: (response) => response.writeHead(status, json).end(body),
});

const token = (name: string, value: unknown): HostileReply => ({
  name: `a token that is ${name}`,
  outcome: "unexpected_reply",
  answer: (response, operation, secret) =>
    answerJson(response, changed(operation, secret, /^(access_)?token$/, value === undefined ? "" : value)),
});

/** Shift_JIS for a refusal's words: not one of these bytes is UTF-8. */
const shiftJis = Buffer.from([0x83, 0x8d, 0x83, 0x4f, 0x83, 0x43, 0x83, 0x93]);

export const hostileReplies: HostileReply[] = [
  text("an empty 200", "", "unexpected_reply"),
  { name: "an empty 200 in chunks", outcome: "unexpected_reply", answer: (response) => response.writeHead(200).end() },
  { name: "a 204", outcome: "unexpected_reply", answer: (response) => response.writeHead(204).end() },
  text("an empty 401", "", "unknown", 401),
  text("an empty 500", "", "server_error", 500),
  text("null", "null", "unexpected_reply"),
  text("[]", "[]", "unexpected_reply"),
  text("{}", "{}", "unexpected_reply"),
  text('"text"', '"text"', "unexpected_reply"),
  text("a number", "7", "unexpected_reply"),
  text("true", "true", "unexpected_reply"),
  text("HTML with 200", html, "unexpected_reply"),
  text("HTML with 403", html, "unknown", 403),
  text("HTML with 502", html, "server_error", 502),
  {
    name: "truncated JSON",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) =>
      response.writeHead(200, json).end(JSON.stringify(success(secret)).slice(0, -1)),
  },
  {
    name: "JSON and more",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) => response.writeHead(200, json).end(`${JSON.stringify(success(secret))}}`),
  },
  {
    name: "a list of successes",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) => answerJson(response, [success(secret)]),
  },
  {
    name: "a success within another member",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) => answerJson(response, { data: success(secret) }),
  },
  {
    name: "a success on HTTP 201",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) => answerJson(response, success(secret), 201),
  },
  {
    name: "a success on HTTP 401",
    outcome: "unknown",
    answer: (response, { success }, secret) => answerJson(response, success(secret), 401),
  },
  {
    name: "a success on HTTP 500",
    outcome: "server_error",
    answer: (response, { success }, secret) => answerJson(response, success(secret), 500),
  },
  {
    name: "a success on HTTP 429",
    outcome: "rate_limited",
    answer: (response, { success }, secret) => answerJson(response, success(secret), 429),
  },
  {
    name: "a success on HTTP 999",
    outcome: "server_error",
    answer: (response, { success }, secret) => answerJson(response, success(secret), 999),
  },
  token("empty", ""),
  token("a blank", " "),
  token("null", null),
  token("a number", 7),
  token("true", true),
  token("an object", { value: "token" }),
  token("a list", ["token"]),
  token("broken by a line", "to\r\nken"),
  token("ended by a line", "token\n"),
  token("Japanese", "トークン"),
  {
    name: "Shift_JIS in place of UTF-8",
    outcome: "unexpected_reply",
    answer(response, { success }, secret) {
      const [before = "", after = ""] = JSON.stringify({ ...(success(secret) as Json), note: "@" }).split("@");
      response.writeHead(200, json).end(Buffer.concat([Buffer.from(before), shiftJis, Buffer.from(after)]));
    },
  },
  {
    name: "a success in UTF-16",
    outcome: "unexpected_reply",
    answer: (response, { success }, secret) =>
      response.writeHead(200, json).end(Buffer.from(JSON.stringify(success(secret)), "utf16le")),
  },
  {
    name: "a body of 10 MiB",
    outcome: "reply_too_large",
    answer: (response, { success }, secret) =>
      response.writeHead(200, json).end(JSON.stringify(success(secret)) + " ".repeat(10 * 1024 * 1024)),
  },
  text("a 401 of 10 MiB", "x".repeat(10 * 1024 * 1024), "reply_too_large", 401),
  {
    name: "a gzip bomb",
    outcome: "reply_too_large",
    answer: (response) => response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb),
  },
  {
    name: "a body that is no gzip",
    outcome: "network",
    answer: (response, { success }, secret) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(JSON.stringify(success(secret))),
  },
  {
    name: "a body that flows for ever",
    outcome: "reply_too_large",
    answer(response, { success }, secret) {
      response.writeHead(200, json).write(JSON.stringify(success(secret)));
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
      };
      response.on("drain", pour);
      pour();
    },
  },
  {
    name: "no headers",
    outcome: "timeout",
    answer: () => {},
  },
  {
    name: "headers and no body",
    outcome: "timeout",
    answer: (response) => response.writeHead(200, { ...json, "content-length": 100 }).flushHeaders(),
  },
  {
    name: "a body that never ends",
    outcome: "timeout",
    answer: (response, { success }, secret) => response.writeHead(200, json).write(JSON.stringify(success(secret))),
  },
  {
    name: "a body of 1 byte per second",
    outcome: "timeout",
    timeout: 1200,
    answer(response) {
      response.writeHead(200, json);
      const dripping = setInterval(() => response.write(" "), 1000);
      response.on("close", () => clearInterval(dripping));
      response.write(" ");
    },
  },
  {
    name: "a connection that breaks before the headers",
    outcome: "network",
    answer: (response) => response.socket?.resetAndDestroy(),
  },
  {
    name: "a connection that ends before the headers",
    outcome: "network",
    answer: (response) => response.socket?.destroy(),
  },
  {
    name: "a connection that breaks after the headers",
    outcome: "network",
    answer(response, { success }, secret) {
      const body = JSON.stringify(success(secret));
      response.writeHead(200, { ...json, "content-length": body.length + 1 });
      response.write(body, () => response.socket?.resetAndDestroy());
    },
  },
  {
    name: "a connection that ends in the middle of a chunked body",
    outcome: "network",
    answer(response, { success }, secret) {
      response.writeHead(200, json).write(JSON.stringify(success(secret)), () => response.socket?.destroy());
    },
  },
  {
    name: "something else than HTTP",
    outcome: "network",
    answer: (response, { success }, secret) => response.socket?.end(`${JSON.stringify(success(secret))}\r\n\r\n`),
  },
];

/** Lifetimes that no token has, for the operations whose replies state one. */
export const hostileLifetimes: HostileReply[] = [-1, 0, 0.5, "1800", 1e308, 31_536_001, null].map((lifetime) => ({
  name: `a lifetime of ${JSON.stringify(lifetime)}`,
  outcome: "unexpected_reply",
  answer: (response, operation, secret) =>
    answerJson(response, changed(operation, secret, /^access_token_expires_in$/, lifetime)),
}));

/** What a `fetch` that is none gives, or throws. */
export const hostileFetches: { name: string; outcome: LoginErrorCode; fetch: (secret: string) => unknown }[] = [
  { name: "gives nothing", outcome: "network", fetch: () => undefined },
  { name: "gives null", outcome: "network", fetch: () => Promise.resolve(null) },
  { name: "gives text", outcome: "invalid_argument", fetch: () => "token" },
  { name: "gives an object", outcome: "invalid_argument", fetch: () => ({}) },
  { name: "gives a body that is text", outcome: "network", fetch: (secret) => ({ status: 200, body: secret }) },
  { name: "gives a success without a body", outcome: "invalid_argument", fetch: () => ({ ok: true, status: 200 }) },
  { name: "gives chunks of text", outcome: "invalid_argument", fetch: () => textStream() },
  { name: "gives an error response", outcome: "redirected", fetch: () => Response.error() },
  {
    name: "throws what quotes the secret",
    outcome: "network",
    fetch(secret) {
      throw quoting(secret);
    },
  },
  {
    name: "rejects with what quotes the secret",
    outcome: "network",
    fetch: (secret) => Promise.reject(quoting(secret)),
  },
  { name: "rejects with the secret", outcome: "network", fetch: (secret) => Promise.reject(secret) },
  { name: "rejects with nothing", outcome: "network", fetch: () => Promise.reject(undefined) },
  {
    name: "rejects with an error that throws when it is read",
    outcome: "invalid_argument",
    fetch: (secret) =>
      Promise.reject(
        Object.defineProperty(new Error(secret), "cause", {
          get() {
            throw quoting(secret);
          },
        }),
      ),
  },
  {
    name: "has a body that breaks and quotes the secret",
    outcome: "network",
    fetch: (secret) =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.error(quoting(secret));
          },
        }),
      ),
  },
];

function textStream(): { status: number; body: ReadableStream<string> } {
  const body = new ReadableStream<string>({
    start(controller) {
      controller.enqueue("{}");
      controller.close();
    },
  });
  return { status: 200, body };
}

/** An error that quotes a secret wherever an error can: what undici's and others' do in one place or another. */
export function quoting(secret: string): Error {
  const cause = Object.assign(new TypeError(`Invalid header value ${secret}`), { code: secret, input: secret });
  return Object.assign(
    new TypeError(`${secret} failed`, { cause: Object.assign(new Error(secret, { cause }), { code: `E ${secret}` }) }),
    {
      name: secret,
      request: { body: secret },
      [secret]: secret,
    },
  );
}
