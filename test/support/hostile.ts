import type { LoginErrorCode } from "../../src/errors.ts";

/** What a `fetch` that is none gives, or throws. */
export const hostileFetches: { name: string; outcome: LoginErrorCode; fetch: (secret: string) => unknown }[] = [
  { name: "gives nothing", outcome: "invalid_argument", fetch: () => undefined },
  { name: "gives null", outcome: "invalid_argument", fetch: () => Promise.resolve(null) },
  { name: "gives text", outcome: "invalid_argument", fetch: () => "token" },
  { name: "gives an object", outcome: "invalid_argument", fetch: () => ({}) },
  {
    name: "gives a body that is text",
    outcome: "invalid_argument",
    fetch: (secret) => ({ status: 200, body: secret }),
  },
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
    outcome: "network",
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
