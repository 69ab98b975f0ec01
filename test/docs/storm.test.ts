import { METHODS, type RequestListener } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { served } from "../../src/docs/files.ts";
import { pathTest, type Site, siteListener } from "../../src/docs/site.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";

const requests = 10_000;
const perConnection = 40;

/** A build whose every page says of which build it is from its first byte to its last. */
function build(number: number) {
  const body = `build ${number} `.repeat(500);
  const paths = ["/index.html", "/api.html", "/api.md", "/api.yaml", "/api.json", "/llms.txt"];
  return served(new Map(paths.map((page) => [page, { type: "text/html", body }])));
}
const isWhole = (body: string) => /^(build \d+ )\1{499}$/.test(body);

const documents = await readDocuments();
const mockPaths = readOperations(documents).map((operation) => operation.path);
const builds = await Promise.all([build(1), build(2), build(3)]);
const mock: RequestListener = await createMock(documents);
const site: Site = {
  docs: builds[0],
  mock,
  isOfMock: pathTest(mockPaths),
};
let server: Listening;
beforeAll(async () => {
  server = await listen(
    siteListener(() => site),
    0,
  );
});
afterAll(() => server.close());

/** Sends a text on one connection, and gives all that came back. */
function exchange(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const settle = () => resolve(Buffer.concat(chunks).toString("latin1"));
    socket.on("data", (chunk) => chunks.push(chunk)).on("close", settle);
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNREFUSED" ? reject(error) : settle()));
    socket.write(text, "latin1");
  });
}

interface Answer {
  status: number;
  head: string;
  body: string;
}

/** The answers in what a connection received, by the methods that were sent: to HEAD none has a body. */
function answersIn(received: string, sent: string[]): Answer[] {
  const answers: Answer[] = [];
  let rest = received;
  while (answers.length < sent.length) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const head = rest.slice(0, end);
    const [, status = ""] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
    const [, length = "0"] = /^content-length: (\d+)$/im.exec(head) ?? [];
    const size = sent[answers.length] === "HEAD" ? 0 : Number(length);
    answers.push({ status: Number(status), head, body: rest.slice(end + 4, end + 4 + size) });
    rest = rest.slice(end + 4 + size);
  }
  return answers;
}

/** The same choices in each run. */
let state = 20261125;
function pick<Value>(values: readonly Value[]): Value {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return values[Math.floor((state / 2 ** 32) * values.length)] as Value;
}

const dots = ["..", "%2e%2e", "%2E.", "..%00", "%252e%252e", "%c0%ae%c0%ae", "....", "..\\", "..%5c", "%uff0e"];
const separators = ["/", "%2f", "%5c", "\\", "//", "/./", ";/", "%252f"];
const names = [
  "index.html",
  "api.yaml",
  "api.json",
  "etc/passwd",
  "package.json",
  "login",
  "%00",
  "%",
  "%zz",
  "%C3%A9",
  "~",
  "?",
  "#",
  "_mock/x",
];
const methods = METHODS.filter((method) => method !== "CONNECT");
const headers = [
  "range: bytes=5-1",
  "range: bytes=-5",
  "range: bytes=0-1,3-4",
  "accept-encoding: br;q=0",
  "accept-encoding: *;q=0",
  "accept: text/html",
  "if-none-match: *",
  'if-none-match: W/"',
  "prefer: code=999",
];

function path(): string {
  const kind = pick(["page", "mock", "junk", "junk", "absolute"] as const);
  if (kind === "page")
    return pick(["/", "/index.html", "/api.html", "/api.md?x", "/api.yaml", "/api.json", "/llms.txt"]);
  if (kind === "mock") return pick([...mockPaths.map((each) => each.replace(/\{.*?\}/g, "x")), "/protected/x"]);
  const junk = Array.from({ length: pick([1, 2, 5]) }, () => pick(separators) + pick([...dots, ...names])).join("");
  return kind === "absolute" ? `http://docs/${junk}` : `/${junk}`;
}

const last = "GET / HTTP/1.1\r\nhost: docs\r\nconnection: close\r\n\r\n";

/** What no parser takes: it ends a connection, and must end no more than that. */
const malformed = [
  "GET / HTTP/1.1\r\nrange: \x01",
  "GET %2e%2e/index.html HTTP/1.1",
  "GET \\..\\index.html HTTP/1.1",
  "GET /\0 HTTP/1.1",
  "GET /index.html\0 HTTP/1.1",
  "NONSENSE / HTTP/1.1",
  "GET / HTTP/9.9",
  "GET  /  HTTP/1.1",
  "\0\0\0\0",
  "GET /é HTTP/1.1\r\nhost",
  "CONNECT docs:1 HTTP/1.1",
  "GET / HTTP/1.1\r\ncontent-length: -1",
];

test(`${requests} requests of any method and path, while builds come and go, end nothing and tear no page`, async () => {
  const swapping = setInterval(() => {
    site.docs = pick(builds);
  }, 1);
  const statuses = new Map<number, number>();
  let pages = 0;
  let answered = 0;
  const connections = Array.from({ length: requests / perConnection }, () => {
    const sent = Array.from({ length: perConnection - 1 }, () => pick(["GET", "HEAD", pick(methods)]));
    const lines = sent.map((method) => `${method} ${path()} HTTP/1.1\r\nhost: docs\r\n${pick(headers)}\r\n\r\n`);
    return { sent: [...sent, "GET"], text: `${lines.join("")}${last}` };
  });
  const all = connections.flatMap((connection) => [
    connection,
    { sent: ["?"], text: `${pick(malformed)}\r\n\r\n${last}` },
  ]);
  try {
    for (let begin = 0; begin < all.length; begin += 50) {
      await Promise.all(
        all.slice(begin, begin + 50).map(async ({ sent, text }) => {
          for (const { status, head, body } of answersIn(await exchange(text), sent)) {
            answered += 1;
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            if (status !== 200 || !body.startsWith("build")) continue;
            pages += 1;
            expect(isWhole(body), `${head}\n${body.slice(0, 80)}`).toBe(true);
          }
        }),
      );
    }
  } finally {
    clearInterval(swapping);
  }

  expect(await (await fetch(server.url)).text()).toSatisfy(isWhole);
  expect(answered).toBeGreaterThan(0.9 * requests);
  expect(pages).toBeGreaterThan(0.05 * requests);
  expect([...statuses.keys()].sort()).toEqual([200, 304, 400, 404, 405, 422]);
});
