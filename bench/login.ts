// The time of one login on a `fetch` that answers at once: what a client costs beside the network.
import { join } from "node:path";
import { folder, generatePeers } from "./peers.ts";
import { medianRatio, report, spread, versions } from "./report.ts";

const rounds = 60;
const logins = 500;
/** Of the time that a login with bare openapi-fetch takes. */
const limits: Record<string, number> = { "login-apis": 0.7, "login-apis-client": 1.8 };
const names = ["hand-written", "openapi-fetch", "hey-api", "orval", "redocly", "login-apis", "login-apis-client"];

const body = JSON.stringify({
  header: { response_code: "1001A", result_code: "00", result_msg: "You have successfully logged in.", session_id: "" },
  body: {
    access_token: "7f3c2b9e51d84a06",
    comp_id: "acme",
    device_id: "d",
    expire_date: "2027-01-31",
    memb_email: "m",
  },
});
globalThis.fetch = async () => new Response(body, { headers: { "Content-Type": "application/json" } });

generatePeers();
const sides = await Promise.all(
  names.map(async (name) => {
    const { logIn } = (await import(join(folder, `modules/${name}.ts`))) as { logIn(): Promise<unknown> };
    return { name, logIn, times: [] as number[] };
  }),
);

// In turn within every round, so that whatever else the machine does meets all of them; the first round warms up.
for (let round = 0; round <= rounds; round++) {
  for (const { logIn, times } of sides) {
    const start = performance.now();
    for (let count = 0; count < logins; count++) await logIn();
    if (round > 0) times.push(((performance.now() - start) / logins) * 1000);
  }
}

const bare = sides.find(({ name }) => name === "openapi-fetch")?.times ?? [];
const ratioOf = (times: number[]) => medianRatio(times, bare);
report(
  "login",
  `${rounds} rounds of ${logins} logins on each side. ${versions("openapi-fetch", "@hey-api/openapi-ts", "orval", "@redocly/cli")};`,
  ["client", "µs per login", "of openapi-fetch", "limit"],
  sides.map(({ name, times }) => [name, spread(times, 1), ratioOf(times).toFixed(2), limits[name] ?? ""]),
);
const isExceeded = sides.some(({ name, times }) => ratioOf(times) > (limits[name] ?? Number.POSITIVE_INFINITY));
if (isExceeded) process.exitCode = 1;
