// What a session costs beside no session: a warm token, and a request with its header against a loopback server.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as esignon from "../dist/generated/esignon/index.js";
import * as headerLogin from "../dist/generated/header-login/index.js";
import * as onebox from "../dist/generated/onebox/index.js";
import * as refreshLogin from "../dist/generated/refresh-login/index.js";
import { median, medianRatio, report, spread } from "./report.ts";

const tokenRounds = 15;
const tokens = 100_000;
/** Many short rounds: what else the machine does then falls on a few of them, which a median leaves out. */
const rounds = 400;
const requests = 50;
const limits = { token: 1, fetch: 1.1 };

function shuffled<Item>(items: Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

if (process.argv[2] === "serve") {
  const replies: Record<string, unknown> = {
    "/api/acme/login": { header: { result_code: "00" }, body: { access_token: "warm-token" } },
    "/login": { status: "ok", code: 200, token: "warm-token" },
    "/api/authenticate": { token: "warm-token" },
    "/v1/api/auth/login": { code: 0, result: { access_token: "warm-token", access_token_expires_in: 86_400 } },
    "/items": { status: "ok", code: 200, items: [] },
  };
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(replies[request.url ?? ""]));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
} else {
  // A process of its own, so that the server's work is not measured with the client's.
  const server: ChildProcess = fork(new URL(import.meta.url), ["serve"], { execArgv: ["--import", "tsx"] });
  const [port] = await once(server, "message");
  const baseUrl = `http://127.0.0.1:${port}`;
  const url = `${baseUrl}/items`;
  const session = esignon.createSession({ companyId: "acme", email: "member@example.com", password: "p" }, { baseUrl });
  const { header } = await session.token();
  const sessions = {
    esignon: session,
    "header-login, which looks into every 200 for an expired token": headerLogin.createSession(
      { userName: "user", password: "p" },
      { baseUrl },
    ),
    onebox: onebox.createSession({ email: "member@example.com", password: "p", siteId: 1 }, { baseUrl }),
    "refresh-login": refreshLogin.createSession({ user: "user", password: "p" }, { baseUrl }),
  };

  const tokenTimes: number[] = [];
  for (let round = 0; round <= tokenRounds; round++) {
    const start = performance.now();
    for (let count = 0; count < tokens; count++) await session.token();
    if (round > 0) tokenTimes.push(((performance.now() - start) / tokens) * 1000);
  }

  const bare = (): Promise<Response> => fetch(url, { headers: { [header.name]: header.value } });
  const fetchTimes: number[] = [];
  const sides: { name: string; send: () => Promise<Response>; times: number[]; limit?: number }[] = [
    { name: "fetch", send: bare, times: fetchTimes },
    { name: "fetch, measured again", send: bare, times: [] },
    ...Object.entries(sessions).map(([name, { fetch: send }]) => ({
      name: `session.fetch (${name})`,
      send: () => send(url),
      times: [],
      limit: limits.fetch,
    })),
  ];
  const warmUp = 40;
  for (let round = -warmUp; round < rounds; round++) {
    // In another order each time: who follows a slow one pays for its garbage.
    for (const { send, times } of shuffled(sides)) {
      const start = performance.now();
      for (let count = 0; count < requests; count++) await (await send()).text();
      if (round >= 0) times.push(((performance.now() - start) / requests) * 1000);
    }
  }
  server.kill();

  report(
    "session",
    `${tokenRounds} rounds of ${tokens.toLocaleString("en")} tokens, then ${rounds} of ${requests} requests on each side.`,
    ["call", "µs", "of fetch", "limit"],
    [
      ["session.token(), warm", spread(tokenTimes, 2), "", `${limits.token} µs`],
      ...sides.map(({ name, times, limit }) => [
        name,
        spread(times, 1),
        medianRatio(times, fetchTimes).toFixed(2),
        limit ?? "",
      ]),
    ],
  );
  const isExceeded = sides.some(({ times, limit }) => limit !== undefined && medianRatio(times, fetchTimes) > limit);
  if (median(tokenTimes) > limits.token || isExceeded) process.exitCode = 1;
}
