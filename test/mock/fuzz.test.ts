import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { sendRaw } from "./raw.ts";

const runs = 1000 * factor;
const megabyte = 1024 * 1024;
const slowSockets = Math.min(2000, 200 * factor);

let child: ChildProcess;
/** Of a mock without a state, and of one with. */
let urls: string[];
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  child = fork("test/mock/measured-mock.ts", { execArgv: ["--import", "tsx", "--expose-gc"] });
  [{ urls }] = await once(child, "message");
}, 30_000);

afterAll(async () => {
  agent.destroy();
  child.kill();
  await once(child, "exit");
});

/** Bytes that the mock holds after a collection. */
async function held(): Promise<number> {
  child.send("measure");
  const [message] = await once(child, "message");
  return message.held;
}

interface Fuzzed {
  method: string;
  path: string;
  headers: string[];
  body: string;
  chunked: boolean;
}

/** Sends a request, and rejects if a second passes without an answer. */
async function send(
  { method, path, headers, body, chunked }: Fuzzed,
  url = urls[0] ?? "",
): Promise<{ status: number; type: string; text: string }> {
  // An array of names and values, unlike an object, may say a name twice.
  const length = chunked ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(Buffer.byteLength(body))];
  const all = [...headers, "Host", "mock", ...length];
  const sent = request(url, { method, path, headers: all as never, agent, signal: AbortSignal.timeout(1000) });
  const answered = once(sent, "response");
  sent.end(body);
  const [response] = await answered;
  return { status: response.statusCode, type: response.headers["content-type"], text: await text(response) };
}

/** What a client can leave the mock with: nothing, half a head, a body that drips, an answer that it waits for. */
const beginnings = [
  "",
  "GET /login HTTP/1.1\r\nHo",
  "POST /login HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\n",
  "GET /login HTTP/1.1\r\nHost: mock\r\nX-Mock-Fault: hang\r\n\r\n",
  "GET /login HTTP/1.1\r\nHost: mock\r\nX-Mock-Delay: 60000\r\n\r\n",
];

async function openSlow(index: number): Promise<{ socket: Socket; isSending: boolean }> {
  const { hostname, port } = new URL(urls[index % urls.length] ?? "");
  const socket = connect(Number(port), hostname).on("error", () => {});
  await once(socket, "connect");
  const beginning = beginnings[index % beginnings.length] ?? "";
  if (beginning !== "") socket.write(beginning);
  return { socket, isSending: beginning.includes("Content-Length") };
}

const documents = await readDocuments();
const paths = readOperations(documents).map(({ path }) => path);
const protectedPaths = documents.map(({ name }) => `/protected/${name}/items`);

const character = fc.string({ unit: fc.constantFrom(..."aZ09-._~!$&'()*+,;=:@%/?{}|^`\"<>\\[]#"), maxLength: 12 });
const path = fc.oneof(
  fc.constantFrom(...paths, "/", "/api/acme/login", "/_mock/scenarios", "/_mock/next", ...protectedPaths),
  fc.tuple(fc.constantFrom(...paths), character).map(([known, more]) => known.replace(/\{\w+\}/, more) + more),
  character.map((some) => `/${some}`),
  fc.webPath().map((some) => `/${some}`),
);
const value = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  }),
  fc.constantFrom(
    "",
    "code=401",
    "example=success",
    "code=200, example=wrongPassword",
    "-1",
    "1",
    "5",
    "empty",
    "html",
    "gzip",
    "br",
    "Basic YTpi",
  ),
);
const type = fc.constantFrom(
  "application/json",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "application/xml",
  "text/plain",
  "text/",
  "/",
  "*/*",
);
const header = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      ...["User-Name", "Password", "Token", "Authorization", "Prefer", "X-Mock-Delay", "Accept", "Origin"],
      "Content-Encoding",
    ),
    value,
  ),
  fc.tuple(fc.constantFrom("X-Mock-Fault"), fc.constantFrom("empty", "html", "redirect", "429", "", "nothing")),
  fc.tuple(fc.constant("Content-Type"), fc.oneof({ weight: 4, arbitrary: type }, { weight: 1, arbitrary: value })),
  fc.tuple(fc.constantFrom("X-A", "__proto__", "constructor", "Access-Control-Request-Method"), value),
);
const members = fc.record(
  Object.fromEntries(
    ["header", "body", "user", "email", "password", "siteId", "refresh_token", "__proto__", "constructor"].map(
      (name) => [name, fc.jsonValue()],
    ),
  ),
  { requiredKeys: [] },
);
const body = fc.oneof(
  { weight: 10, arbitrary: fc.constant("") },
  { weight: 10, arbitrary: members.map((some) => JSON.stringify(some)) },
  { weight: 10, arbitrary: fc.json() },
  { weight: 5, arbitrary: fc.json().map((some) => some.slice(0, -1)) },
  { weight: 5, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => '{"body":'.repeat(depth)) },
);
const anything: fc.Arbitrary<Fuzzed> = fc.record({
  method: fc.constantFrom(..."GET POST PUT PATCH DELETE HEAD OPTIONS TRACE QUERY LINK M-SEARCH".split(" ")),
  path,
  headers: fc.array(header, { maxLength: 6 }).map((some) => some.flat()),
  body,
  chunked: fc.boolean(),
});
const scenario: fc.Arbitrary<Partial<Fuzzed>> = fc.constantFrom(
  ...readOperations(documents).flatMap((operation) =>
    operation.replies.map((reply) => {
      const { headers, ...rest } = wireRequest(operation, reply);
      return { ...rest, headers: Object.entries(headers).flat() };
    }),
  ),
);
/** A request of a scenario, with some of it replaced by anything. */
const fuzzed: fc.Arbitrary<Fuzzed> = fc
  .tuple(anything, scenario, fc.subarray(["method", "path", "headers", "body"] as const))
  .map(([some, known, kept]) => ({ ...some, ...Object.fromEntries(kept.map((key) => [key, known[key] ?? ""])) }));

const statuses = new Map<number, number>();

let turn = 0;

/** The mocks, in turn, answer any request, within a second, and not by a failure of their own. */
async function expectAnswer(some: Fuzzed): Promise<void> {
  turn++;
  const { status, type: mediaType, text: answer } = await send(some, urls[turn % urls.length]);
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (/json/.test(mediaType) && answer !== "") JSON.parse(answer);
}

describe(`${runs} fuzzed requests`, () => {
  it("each get an answer within a second, the process stays up, its memory flat", {
    timeout: 60_000 + runs * 50,
  }, async () => {
    const property = fc.asyncProperty(fuzzed, expectAnswer);
    // By then the record of requests is full.
    await fc.assert(property, { numRuns: Math.max(1250, Math.ceil(runs / 2)), seed });
    const before = await held();
    await fc.assert(property, { numRuns: Math.ceil(runs / 2), seed: seed + 1 });
    expect(await held()).toBeLessThan(before + 2 * megabyte);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    // Otherwise the requests would not get far enough to mean something.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 307, 400, 401, 402, 404, 405, 415, 422, 429]));
  });

  it("bodies up to 11 MB too, be they announced or chunked, and none is kept", { timeout: 60_000 }, async () => {
    const sizes = fc.oneof(
      fc.integer({ min: megabyte - 2, max: megabyte + 2 }),
      fc.integer({ min: 1, max: 11 * megabyte }),
    );
    const large = fc.tuple(fuzzed, sizes, fc.constantFrom("a", "[", '{"a":', "\u00ff", "1"));
    const property = fc.asyncProperty(large, ([some, size, unit]) =>
      expectAnswer({ ...some, method: "POST", body: unit.repeat(Math.ceil(size / unit.length)).slice(0, size) }),
    );
    await fc.assert(property, { numRuns: 5, seed });
    const before = await held();
    await fc.assert(property, { numRuns: 25, seed: seed + 1 });
    expect(await held()).toBeLessThan(before + 2 * megabyte);
  });

  it(`and others are answered while ${slowSockets} sockets are slow, of which nothing stays`, {
    timeout: 120_000,
  }, async () => {
    const round = async () => {
      const sockets = await Promise.all(Array.from({ length: slowSockets }, (_, index) => openSlow(index)));
      for (const byte of " ".repeat(5)) {
        for (const { socket, isSending } of sockets) if (isSending) socket.write(byte);
        await expectAnswer({ method: "GET", path: "/login", headers: [], body: "", chunked: false });
      }
      await Promise.all(
        sockets.map(({ socket }) => {
          const closed = once(socket, "close");
          socket.destroy();
          return closed;
        }),
      );
    };
    // What Node keeps of connections for those that come, it keeps once.
    await round();
    const before = await held();
    await round();
    await expect.poll(held, { timeout: 10_000 }).toBeLessThan(before + 2 * megabyte);
  });

  it("and bytes that are hardly HTTP", { timeout: 60_000 }, async () => {
    const line = fc.string({ unit: fc.constantFrom(..."GET /login HTTP/1.1:\r\n\t\0aZ9%,;="), maxLength: 60 });
    const head = fc.tuple(
      fc.constantFrom("GET /login HTTP/1.1", "POST / HTTP/1.0", "CONNECT a:1 HTTP/1.1", ""),
      fc.array(line, { maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(head, async ([first, lines]) => {
        // A line that Node refuses, so that every request is complete and ends the connection.
        const { received } = await sendRaw(urls[0] ?? "", [first, ...lines, "\0", "", ""].join("\r\n"));
        expect(received).toMatch(/^HTTP\/1\.1 (4\d\d|200) /);
      }),
      { numRuns: 200, seed },
    );
    expect(
      (await send({ method: "GET", path: "/_mock/scenarios", headers: [], body: "", chunked: false })).status,
    ).toBe(200);
  });
});
