// One of the processes that share, on whatever runtime: `worker.mjs <work as JSON>`. It says what happens in lines of JSON.
import { writeSync } from "node:fs";
import { fileStore } from "../../src/store/file.ts";
import { fileRecords } from "../../src/store/file-records.ts";
import type { SessionStore } from "../../src/store/place.ts";
import { type RedisClient, redisStore } from "../../src/store/redis.ts";
import { openShared } from "./session.ts";
import type { Calls, Swapped, Swaps, Work } from "./work.ts";

const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

async function swap({ folder, names }: Swaps): Promise<never> {
  const records = fileRecords(folder);
  for (let turn = 0; ; turn++) {
    const name = names[turn % names.length] as string;
    const read = await records.read(name).catch(() => undefined);
    if (!read) continue;
    const last: Pick<Swapped, "count" | "id"> = JSON.parse(read.text ?? '{ "count": 0, "id": "" }');
    const next = { count: last.count + 1, id: globalThis.crypto.randomUUID(), previous: last.id };
    const said = await records.swap(name, read.version, JSON.stringify(next), 3_600_000).then(
      (landed) => (landed ? "landed" : "not"),
      () => "unknown",
    );
    say({ name, said, ...next });
  }
}

/** Has two parts of this process do the work; they end with it. */
async function spread({ spread: among, ...work }: Swaps): Promise<void> {
  const own = process.argv[1] as string;
  const argv = [JSON.stringify(work)];
  if (among === "threads") {
    const { Worker } = await import("node:worker_threads");
    for (let part = 0; part < 2; part++) new Worker(own, { argv });
    return;
  }
  const { default: cluster } = await import("node:cluster");
  cluster.setupPrimary({ exec: own, args: argv });
  for (let part = 0; part < 2; part++) cluster.fork();
}

async function storeOf(where: Calls["store"]): Promise<SessionStore> {
  if ("folder" in where) return fileStore(where.folder);
  const { createClient } = await import("redis");
  const client = createClient({ url: where.redis }).on("error", () => {});
  await client.connect();
  return redisStore(client as RedisClient, { secret: "the secret of all processes of the rig" });
}

async function call({ store, baseUrl, timeout, password, lasts = 0 }: Calls): Promise<void> {
  const unfinished: Promise<unknown>[] = [];
  const session = openShared(password, {
    baseUrl,
    timeout,
    store: await storeOf(store),
    waitUntil: (work) => unfinished.push(work),
    onStore: (outcome) => say({ store: outcome }),
  });
  // All begin at once, when the last has started: what a start costs a busy machine is not what is looked at.
  await fetch(`${baseUrl}/ready`);
  const until = Date.now() + lasts;
  do {
    const answer = await session.token().then(
      ({ value }) => ({ token: value }),
      ({ code, retryAt }) => ({ error: String(code), mayRetry: retryAt !== undefined }),
    );
    say(answer);
    if (lasts > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  } while (Date.now() < until);
  // A token is handed out before it is stored: who leaves at once leaves the others waiting, as one who is killed does.
  await Promise.all(unfinished);
  process.exit();
}

const work: Work = JSON.parse(process.argv[2] as string);
if (work.type === "swaps") await (work.spread ? spread(work) : swap(work));
else await call(work);
