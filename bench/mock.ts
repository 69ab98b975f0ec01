// The mock beside what it replaces: a stock Prism process for each document. Both are started alike, asked alike, and
// measured in turn. Needs `npm run build` in the folder above.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { readPackagedDocuments } from "../dist/src/mock/packaged.js";
import { readOperations, wireRequest } from "../dist/src/openapi/scenarios.js";
import type { ApiDocument } from "../src/openapi/document.ts";
import { medianRatio, report, spread, versions } from "./report.ts";

const rounds = 3;
const seconds = 30;
const connections = 64;
/** Of the ratio to stock Prism. */
const limits = {
  "start to first answers, ms": { most: 0.7 },
  "answers per second": { least: 5 },
  "memory, MB": { most: 0.4 },
};

const above = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const prism = createRequire(import.meta.url).resolve("@stoplight/prism-cli");

const documents: ApiDocument[] = await readPackagedDocuments();
const requests = documents.map((document) => {
  const [operation] = readOperations([document]);
  const success = operation?.replies.find(({ name }) => name === "success");
  if (!operation || !success) throw new Error(`${document.name} has no example of success`);
  return { api: document.name, ...wireRequest(operation, success) };
});

/** How to start one side, and the base URL of each API's requests. */
interface Side {
  name: string;
  start(): Promise<{ processes: ChildProcess[]; urls: string[] }>;
}

const sides: [Side, Side] = [
  {
    name: "login-apis mock",
    async start() {
      const port = await freePort();
      const processes = [run(above("dist/src/mock/bin.js"), "mock", "--port", String(port))];
      return { processes, urls: requests.map(() => `http://127.0.0.1:${port}`) };
    },
  },
  {
    name: `${requests.length} × prism mock`,
    async start() {
      const ports = await Promise.all(requests.map(freePort));
      const processes = requests.map(({ api }, index) =>
        run(prism, "mock", above(`openapi/${api}.yaml`), "--port", String(ports[index])),
      );
      return { processes, urls: ports.map((port) => `http://127.0.0.1:${port}`) };
    },
  },
];

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
    const results = await Promise.all(
      requests.map(({ path, method, headers, body }, index) =>
        autocannon({
          url: urls[index] + path,
          method,
          headers,
          body,
          connections: connections / requests.length,
          duration: seconds,
        }),
      ),
    );
    const sum = (count: (result: (typeof results)[number]) => number) =>
      results.reduce((total, result) => total + count(result), 0);
    const pids = processes.map(({ pid }) => pid).join();
    const memory = execFileSync("ps", ["-o", "rss=", "-p", pids], { encoding: "utf8" }).trim().split("\n");
    return {
      "start to first answers, ms": startTime,
      "answers per second": sum(({ requests: { total } }) => total) / seconds,
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
const measured: [Figures[], Figures[]] = [[], []];
for (let round = 0; round < rounds; round++) {
  for (const [index, side] of sides.entries()) measured[index]?.push(await measure(side));
}

const [own, stock] = measured;
const rows: (string | number)[][] = [];
for (const what of Object.keys(limits) as (keyof typeof limits)[]) {
  const [ours, theirs] = [own, stock].map((figures) => figures.map((each) => each[what])) as [number[], number[]];
  const ratio = medianRatio(ours, theirs);
  const { most = Infinity, least = -Infinity } = limits[what] as { most?: number; least?: number };
  if (ratio > most || ratio < least) process.exitCode = 1;
  const limit = Number.isFinite(most) ? `at most ${most}` : `at least ${least}`;
  rows.push([what, spread(ours), spread(theirs), ratio.toFixed(2), limit]);
}
const errors = [own, stock].map((figures) => figures.reduce((sum, each) => sum + each.errors, 0));
if (errors[0]) process.exitCode = 1;
report(
  "mock",
  `${rounds} rounds of ${connections} connections for ${seconds} s on each side. ${versions("@stoplight/prism-cli", "autocannon")};`,
  ["", ...sides.map(({ name }) => name), "ratio", "limit"],
  [...rows, ["errors, of all rounds", ...errors, "", ""]],
);
