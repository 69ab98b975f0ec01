// How long `npm start` takes: until the mock has answered for every API, and until every page of the docs is there.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { readOperations, wireRequest } from "../src/openapi/scenarios.ts";
import { report, spread } from "./report.ts";

const rounds = 7;
/** Seconds from the start of the command. */
const limits = { mock: 2, docs: 5 };

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { readDocuments } = await import("../scripts/documents.ts");
const documents = await readDocuments();
const requests = documents.map((document) => {
  const [operation] = readOperations([document]);
  const success = operation?.replies.find(({ name }) => name === "success");
  if (!operation || !success) throw new Error(`${document.name} has no example of success`);
  return wireRequest(operation, success);
});
const pages = ["/", ...documents.flatMap(({ name }) => [`/${name}.html`, `/${name}.yaml`])];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Asks until the answer is a success. */
async function untilOk(url: string, request: RequestInit = {}): Promise<void> {
  const isOk = () =>
    fetch(url, request).then(
      (response) => response.ok,
      () => false,
    );
  while (!(await isOk())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  await exit;
}

async function measure(): Promise<{ mock: number; docs: number }> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  // A group of its own, so that the signal reaches npm and what npm started.
  const child = spawn("npm", ["start", "--", "--port", new URL(url).port], { stdio: "ignore", detached: true });
  try {
    await Promise.all(requests.map(({ path, ...request }) => untilOk(url + path, request)));
    const mock = seconds();
    await Promise.all(pages.map((page) => untilOk(url + page)));
    return { mock, docs: seconds() };
  } finally {
    await end(child);
  }
}

const measured: { mock: number; docs: number }[] = [];
for (let round = 0; round < rounds; round += 1) measured.push(await measure());
const mock = measured.map((each) => each.mock);
const docs = measured.map((each) => each.docs);
if (Math.max(...mock) > limits.mock || Math.max(...docs) > limits.docs) process.exitCode = 1;
report(
  "start",
  `${rounds} rounds, one after the other.`,
  ["from `npm start` until", "s", "limit, s"],
  [
    ["the mock has answered for all APIs", spread(mock, 2), limits.mock],
    ["all pages and documents are there", spread(docs, 2), limits.docs],
  ],
);
