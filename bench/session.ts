// What a session costs beside no session: a warm token, and a request with its header against a loopback server.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSession } from "../dist/src/apis/header-login.js";
import { median, report, spread } from "./report.ts";

const rounds = 15;
const requests = 1500;
const tokens = 1_000_000;
const limits = { token: 1, fetch: 1.15 };

if (process.argv[2] === "serve") {
  const login = JSON.stringify({ status: "ok", code: 200, token: "warm-token" });
  const answer = JSON.stringify({ status: "ok", code: 200, items: [] });
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(request.url === "/login" ? login : answer);
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
} else {
  // A process of its own, so that the server's work is not measured with the client's.
  const server: ChildProcess = fork(new URL(import.meta.url), ["serve"], { execArgv: ["--import", "tsx"] });
  const [port] = await once(server, "message");
  const baseUrl = `http://127.0.0.1:${port}`;
  const url = `${baseUrl}/items`;
  const isRejected = ({ status }: Response) => status === 401;
  const session = createSession({ baseUrl, userName: "user", password: "password", isRejected });
  const peeking = createSession({ baseUrl, userName: "user", password: "password" });
  const { header } = await session.token();
  await peeking.token();

  const tokenTimes: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let count = 0; count < tokens / rounds; count++) await session.token();
    if (round > 0) tokenTimes.push(((performance.now() - start) / (tokens / rounds)) * 1000);
  }

  const sides: [name: string, send: () => Promise<Response>, times: number[]][] = [
    ["fetch", () => fetch(url, { headers: { [header.name]: header.value } }), []],
    ["session.fetch", () => session.fetch(url, {}), []],
    ["session.fetch, which looks into a 200 (header-login)", () => peeking.fetch(url, {}), []],
  ];
  // In turn within every round, so that whatever else the machine does meets all of them; the first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [, send, times] of sides) {
      const start = performance.now();
      for (let count = 0; count < requests; count++) await (await send()).text();
      if (round > 0) times.push(((performance.now() - start) / requests) * 1000);
    }
  }
  server.kill();

  const bare = sides[0]?.[2] ?? [];
  const ratios = sides.map(([, , times]) => median(times.map((time, round) => time / (bare[round] ?? Number.NaN))));
  report(
    "session",
    ["call", "µs", "of fetch", "limit"],
    [
      ["session.token(), warm", spread(tokenTimes, 2), "", `${limits.token} µs`],
      ...sides.map(([name, , times], index) => [
        name,
        spread(times, 1),
        (ratios[index] ?? Number.NaN).toFixed(2),
        index === 1 ? limits.fetch : "",
      ]),
    ],
  );
  if (median(tokenTimes) > limits.token || (ratios[1] ?? Number.NaN) > limits.fetch) process.exitCode = 1;
}
