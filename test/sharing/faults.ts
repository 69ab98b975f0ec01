import { execFile } from "node:child_process";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "redis";
import type { Session } from "../../src/session/session.ts";
import { fileStore } from "../../src/store/file.ts";
import type { SessionStore } from "../../src/store/place.ts";
import { redisStore } from "../../src/store/redis.ts";
import { startRedis } from "../support/redis-server.ts";
import { startProxy } from "./proxy.ts";
import type { Found } from "./scenes.ts";
import { rightPassword, type SharedService, startService } from "./service.ts";
import { openShared } from "./session.ts";

/** Something that happens to a store while sessions use it. */
export interface Fault {
  what: string;
  /** It takes no seconds of waiting. */
  isQuick: boolean;
  /** `folder` is the fault's own. */
  play(folder: string): Promise<Found>;
}

/** A session as a process of its own would have it. */
interface Asking {
  session: Session;
  /** What its store was, as it told. */
  store: string[];
}

interface Broken {
  /** Each a process's own connection, where there are connections. */
  open(): Promise<SessionStore>;
  fail(): Promise<void>;
  mend(): Promise<void>;
}

/** What a fault costs, which differs. */
interface Cost {
  /** Whether a record that nobody has yet cannot be read or written meanwhile, so that a process is on its own. */
  isAway: boolean;
  /** Whether what was stored before is lost. */
  isLost: boolean;
}

const second = 1000;
/** What a call waits at most for a store that does not answer: for its read, and for settling its swap. */
const longestCall = 5 * second;

/**
 * A session that has a token, and one that knows nothing, while a store is broken and when it is mended: no call that has
 * a good token fails or waits, one without gets one by itself, and then all share again.
 */
async function costOf({ open, fail, mend }: Broken, { isAway, isLost }: Cost): Promise<Found> {
  await using service = await startService();
  let passed = 0;
  const unfinished: Promise<unknown>[] = [];
  async function ask(tenant: string): Promise<Asking> {
    const store: string[] = [];
    const session = openShared(rightPassword, {
      baseUrl: service.url,
      headers: { "X-Tenant": tenant },
      store: await open(),
      clock: () => Date.now() + passed,
      onStore: (outcome) => store.push(outcome),
      waitUntil: (work) => unfinished.push(work),
    });
    return { session, store };
  }
  const problems: string[] = [];
  const expectSame = (what: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) problems.push(`${what}: ${found} instead of ${wanted}`);
  };

  const holder = await ask("holder");
  const held = (await holder.session.token()).value;
  const cold = await ask("cold");

  // A token is handed out before it is stored.
  await Promise.all(unfinished);
  await fail();
  const withToken = await timed(async () => {
    for (let call = 0; call < 20; call++) expectSame("the good token", (await holder.session.token()).value, held);
  });
  if (withToken > second) problems.push(`20 calls with a good token took ${withToken} ms`);
  const without = await timed(() => cold.session.token());
  if (without > longestCall) problems.push(`a call without a token took ${without} ms`);
  const own = (await cold.session.token()).value;
  expectSame("logins while it is broken", logins(service), 2);
  expectSame("stores that are away", cold.store.join(), isAway ? "away" : "");

  await mend();
  passed += 31 * second;
  const [again, other] = [await ask("holder"), await ask("holder")];
  const read = (await again.session.token()).value;
  expectSame("what another reads is the token that was there", read === held, !isLost);
  expectSame("what a third reads", (await other.session.token()).value, read);
  // Who was on its own brings what it has with its next look at the store.
  cold.session.reject(await cold.session.token());
  const next = (await cold.session.token()).value;
  if (next === own) problems.push("a rejected token was given again");
  const late = await ask("cold");
  expectSame("what a later process has", (await late.session.token()).value, next);
  expectSame("the store afterwards", cold.store.join(), isAway ? "away,back" : "");
  for (const { session } of [holder, cold, again, other, late]) session.end();
  return { figures: { "ms with a token": withToken, "ms without": without, logins: logins(service) }, problems };
}

const logins = ({ arrivals }: SharedService) => arrivals.filter(({ type }) => type === "login").length;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
}

/** Connects the clients of as many processes as ask, and breaks what they are connected to. */
async function inRedis(
  address: string,
  how: (clients: Client[]) => Pick<Broken, "fail" | "mend">,
  cost: Cost,
): Promise<Found> {
  const clients: Client[] = [];
  async function open(): Promise<SessionStore> {
    const client: Client = createClient({ url: address });
    client.on("error", () => {});
    await client.connect();
    clients.push(client);
    return redisStore(client, { secret: "the secret of all that share in this test" });
  }
  try {
    return await costOf({ open, ...how(clients) }, cost);
  } finally {
    for (const client of clients) client.destroy();
  }
}

type Client = ReturnType<typeof createClient>;

async function connected(clients: readonly Client[]): Promise<void> {
  for (const client of clients) while (!client.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function inFiles(
  folder: string,
  how: (records: string) => Pick<Broken, "fail" | "mend">,
  cost: Cost,
): Promise<Found> {
  const records = join(folder, "records");
  return costOf({ open: async () => fileStore(records), ...how(records) }, cost);
}

const nothing = async () => {};
const run = promisify(execFile);

export const faults: readonly Fault[] = [
  {
    what: "Redis restarted, with nothing left",
    isQuick: false,
    async play() {
      await using redis = await startRedis();
      const how = (clients: Client[]) => ({
        fail: () => redis.stop(),
        async mend() {
          await redis.start();
          await connected(clients);
        },
      });
      return await inRedis(redis.url, how, { isAway: true, isLost: true });
    },
  },
  {
    what: "Redis frozen",
    isQuick: false,
    async play() {
      await using redis = await startRedis();
      const how = () => ({ fail: async () => redis.freeze(), mend: async () => redis.proceed() });
      return await inRedis(redis.url, how, { isAway: true, isLost: false });
    },
  },
  {
    what: "Redis out of memory",
    isQuick: true,
    async play() {
      await using redis = await startRedis("--maxmemory-policy", "noeviction");
      const limit = (clients: Client[], to: string) => clients[0]?.configSet("maxmemory", to);
      const how = (clients: Client[]) => ({
        async fail() {
          await limit(clients, "1mb");
          // Whatever a Redis needs for itself, now it is full.
          await clients[0]?.set("other", "x".repeat(2 ** 20)).catch(() => {});
        },
        mend: async () => void (await limit(clients, "0")),
      });
      return await inRedis(redis.url, how, { isAway: true, isLost: false });
    },
  },
  {
    what: "Redis failing over to an empty one",
    isQuick: true,
    async play() {
      await using redis = await startRedis();
      await using replica = await startRedis();
      await using proxy = await startProxy(redis.port);
      const how = (clients: Client[]) => ({
        async fail() {
          proxy.leadTo(replica.port);
          // Those that were cut off learn of it, and connect again.
          await new Promise((resolve) => setTimeout(resolve, 20));
          await connected(clients);
        },
        mend: nothing,
      });
      return await inRedis(proxy.url, how, { isAway: false, isLost: true });
    },
  },
  ...[
    { what: "Redis answering 2.1 s after a swap has landed", isQuick: false, delay: 2.1 * second },
    { what: "Redis cut off when a swap has landed", isQuick: true, delay: Infinity },
  ].map(({ delay, ...fault }) => ({
    ...fault,
    async play() {
      await using redis = await startRedis();
      await using proxy = await startProxy(redis.port);
      const how = () => ({ fail: async () => proxy.holdSwap(delay), mend: nothing });
      return await inRedis(proxy.url, how, { isAway: false, isLost: false });
    },
  })),
  {
    what: "a folder removed",
    isQuick: true,
    play: (folder) =>
      inFiles(folder, (records) => ({ fail: () => rm(records, { recursive: true }), mend: nothing }), {
        isAway: false,
        isLost: true,
      }),
  },
  {
    what: "a folder made a symbolic link",
    isQuick: true,
    play: (folder) =>
      inFiles(
        folder,
        (records) => ({
          async fail() {
            await rename(records, `${records}-elsewhere`);
            await symlink(`${records}-elsewhere`, records);
          },
          async mend() {
            await rm(records);
            await rename(`${records}-elsewhere`, records);
          },
        }),
        { isAway: true, isLost: false },
      ),
  },
  {
    what: "a folder opened to others",
    isQuick: true,
    play: (folder) =>
      inFiles(folder, (records) => ({ fail: () => chmod(records, 0o755), mend: () => chmod(records, 0o700) }), {
        isAway: true,
        isLost: false,
      }),
  },
  {
    what: "a full disk",
    isQuick: false,
    async play(folder) {
      const disk = join(folder, "disk");
      await mkdir(disk, { recursive: true });
      await run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]).catch((error) => {
        throw new Error(`A full disk needs root, who may mount a tmpfs: ${error.stderr}`);
      });
      const filling = join(disk, "filling");
      const how = () => ({
        async fail() {
          await writeFile(filling, Buffer.alloc(2 ** 20)).catch(() => {});
        },
        mend: () => rm(filling),
      });
      try {
        return await inFiles(disk, how, { isAway: true, isLost: false });
      } finally {
        await run("umount", ["-l", disk]);
      }
    },
  },
];
