// The mock, without a state and with one, beside what it replaces: a stock Prism process for each document. All are
// started alike, asked alike, and measured in turn. Needs `npm run build` in the folder above.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { scenarioCredentials } from "../dist/src/mock/service/sent.js";
import { readLogin } from "../dist/src/openapi/login.js";
import { readPackagedDocuments } from "../dist/src/openapi/packaged.js";
import { readOperations, wireRequest } from "../dist/src/openapi/scenarios.js";
import type { ApiDocument } from "../src/openapi/document.ts";
import { medianRatio, report, spread, versions } from "./report.ts";

const rounds = 3;
/** For each API: the stock Prism that answers for it has the machine for itself meanwhile. */
const seconds = 8;
const connections = 64;
/** Of the ratio to stock Prism: to all its processes in start and memory, to the one that is asked in answers. */
const limits: Record<string, { most?: number; least?: number }> = {
  "start to first answers, ms": { most: 0.25 },
  "answers per second": { least: 2 },
  "memory, MB": { most: 0.25 },
};

const above = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const prism = createRequire(import.meta.url).resolve("@stoplight/prism-cli");

const documents: ApiDocument[] = await readPackagedDocuments();
const requests = documents.map((document) => {
  const [operation] = readOperations([document]);
  const success = operation?.replies.find(({ name }) => name === "success");
  const scenario = operation?.requests.find(({ name }) => name === "success");
  const { login } = readLogin(document.document);
  if (!operation || !success || !scenario || !login) throw new Error(`${document.name} has no example of success`);
  const sent = scenarioCredentials(login, scenario);
  const user = login.credentials.find(({ name, secret }) => !secret && typeof sent[name] === "string");
  if (!user) throw new Error(`${document.name} has no user's name`);
  return { api: document.name, user: String(sent[user.name]), ...wireRequest(operation, success) };
});

/** How to start one side, and the base URL of each API's requests. */
interface Side {
  name: string;
  start(): Promise<{ processes: ChildProcess[]; urls: string[] }>;
}

const mock = (name: string, ...options: string[]): Side => ({
  name,
  async start() {
    const port = await freePort();
    const processes = [run(above("dist/src/cli/bin.js"), "mock", "--port", String(port), ...options)];
    return { processes, urls: requests.map(() => `http://127.0.0.1:${port}`) };
  },
});

const stock: Side = {
  name: `${requests.length} × prism mock`,
  async start() {
    const ports = await Promise.all(requests.map(freePort));
    const processes = requests.map(({ api }, index) =>
      run(prism, "mock", above(`openapi/${api}.yaml`), "--port", String(ports[index])),
    );
    return { processes, urls: ports.map((port) => `http://127.0.0.1:${port}`) };
  },
};

const sides = [mock("login-apis mock"), mock("with --stateful", "--stateful"), stock];

/** Output is thrown away, not turned off: both log every request, as they do for their users. */
function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: "ignore" });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

let asked = 0;

/** The same request of another user: what was answered once helps with none, and no scenario has it. */
function different({ user, method, path, headers, body }: (typeof requests)[number]) {
  asked++;
  const other = `${user}${asked}`;
  const changed = Object.entries(headers).map(([name, value]) => [name, value === user ? other : value]);
  return {
    method,
    path: path.replace(encodeURIComponent(user), encodeURIComponent(other)),
    headers: Object.fromEntries(changed),
    ...(body !== undefined && { body: body.replace(JSON.stringify(user), JSON.stringify(other)) }),
  };
}

/** Asks until all APIs have answered. */
async function firstAnswers(urls: string[]): Promise<void> {
  await Promise.all(
    requests.map(async ({ path, ...init }, index) => {
      while (
        !(await fetch(urls[index] + path, init).then(
          ({ ok }) => ok,
          () => false,
        ))
      );
    }),
  );
}

async function measure({ start }: Side) {
  const before = performance.now();
  const { processes, urls } = await start();
  try {
    await firstAnswers(urls);
    const startTime = performance.now() - before;
    const results = [];
    for (const [index, request] of requests.entries()) {
      const setupRequest = (prepared: object) => ({ ...prepared, ...different(request) });
      results.push(
        await autocannon({ url: urls[index] ?? "", connections, duration: seconds, requests: [{ setupRequest }] }),
      );
    }
    const sum = (count: (result: (typeof results)[number]) => number) =>
      results.reduce((total, result) => total + count(result), 0);
    const pids = processes.map(({ pid }) => pid).join();
    const memory = execFileSync("ps", ["-o", "rss=", "-p", pids], { encoding: "utf8" }).trim().split("\n");
    return {
      "start to first answers, ms": startTime,
      "answers per second": sum(({ requests: { total } }) => total) / (seconds * requests.length),
      "memory, MB": memory.reduce((total, kilobytes) => total + Number(kilobytes) / 1024, 0),
      errors: sum(({ errors, timeouts, non2xx }) => errors + timeouts + non2xx),
    };
  } finally {
    const exits = processes.map((child) => once(child, "exit"));
    for (const child of processes) child.kill();
    await Promise.all(exits);
  }
}

type Figures = Awaited<ReturnType<typeof measure>>;
const measured: Figures[][] = sides.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, side] of sides.entries()) measured[index]?.push(await measure(side));
}

const theirs = measured.at(-1) ?? [];
const own = measured.slice(0, -1);
const rows: (string | number)[][] = [];
for (const [what, { most = Infinity, least = -Infinity }] of Object.entries(limits)) {
  const valuesOf = (figures: Figures[]) => figures.map((each) => each[what as keyof Figures]);
  const ratios = own.map((figures) => medianRatio(valuesOf(figures), valuesOf(theirs)));
  if (ratios.some((ratio) => ratio > most || ratio < least)) process.exitCode = 1;
  const limit = Number.isFinite(most) ? `at most ${most}` : `at least ${least}`;
  rows.push([
    what,
    ...measured.map((figures) => spread(valuesOf(figures))),
    ratios.map((ratio) => ratio.toFixed(2)).join(", "),
    limit,
  ]);
}
const errors = measured.map((figures) => figures.reduce((sum, each) => sum + each.errors, 0));
if (errors.slice(0, -1).some((count) => count > 0)) process.exitCode = 1;
report(
  "mock",
  `${rounds} rounds of ${connections} connections for ${seconds} s for each API, one after the other. ${versions("@stoplight/prism-cli", "autocannon")};`,
  ["", ...sides.map(({ name }) => name), "ratios", "limit"],
  [...rows, ["errors, of all rounds", ...errors, "", ""]],
);
