// What a session costs while its token is good, beside the bare fetch that it takes the place of.
import { once } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createSession } from "../src/apis/onebox.ts";

const server = new Worker(fileURLToPath(new URL("session-server.js", import.meta.url)));
const [url] = (await once(server, "message")) as [string];
const session = createSession({
  baseUrl: url,
  email: "user@example.com",
  password: "password",
  siteId: 1,
  lifetime: 1e9,
});

/** Microseconds per call, of calls one after the other. */
async function time(calls: number, call: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let index = 0; index < calls; index++) await call();
  return Number(process.hrtime.bigint() - start) / 1000 / calls;
}

const target = `${url}/resource?id=1`;
const init = { headers: { accept: "application/json" } };
const { header } = await session.token();
const withHeader = { headers: { ...init.headers, [header.name]: header.value } };
const answered = async (reply: Response) => {
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  await reply.arrayBuffer();
};

const measured = {
  "session.token()": { calls: 100_000, call: () => session.token() as Promise<unknown>, times: [] as number[] },
  "fetch(url, init)": { calls: 300, call: () => fetch(target, withHeader).then(answered), times: [] as number[] },
  "session.fetch(url, init)": {
    calls: 300,
    call: () => session.fetch(target, init).then(answered),
    times: [] as number[],
  },
};

// In turns, so that whatever else the machine does falls on all alike; the first rounds warm up.
for (let round = -5; round < 41; round++) {
  for (const { calls, call, times } of Object.values(measured)) {
    const perCall = await time(calls, call);
    if (round >= 0) times.push(perCall);
  }
}
await server.terminate();

const quantile = (times: number[], part: number) =>
  [...times].sort((a, b) => a - b)[Math.round((times.length - 1) * part)] ?? 0;
const ratios = measured["session.fetch(url, init)"].times.map(
  (own, round) => own / (measured["fetch(url, init)"].times[round] ?? 0),
);

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, 41 rounds\n`);
console.log("| | median | half of the rounds |\n|---|---|---|");
for (const [name, { times }] of Object.entries(measured)) {
  const [low, median, high] = [0.25, 0.5, 0.75].map((part) =>
    quantile(times, part).toFixed(times[0] && times[0] < 10 ? 3 : 1),
  );
  console.log(`| \`${name}\` | ${median} µs | ${low} to ${high} µs |`);
}
const [low, median, high] = [0.25, 0.5, 0.75].map((part) => quantile(ratios, part).toFixed(3));
console.log(`| \`session.fetch\` ÷ \`fetch\` | ${median} | ${low} to ${high} |`);

if (quantile(measured["session.token()"].times, 0.5) > 1 || quantile(ratios, 0.5) > 1.15) {
  console.log("\nToo slow: token() may take 1 µs, session.fetch 1.15 times what fetch does.");
  process.exitCode = 1;
}
