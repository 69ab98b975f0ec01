import { Redis as IoRedis } from "ioredis";
import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import { type RedisClient, redisStore } from "../../src/store/redis.ts";
import { redisRecords } from "../../src/store/redis-records.ts";
import { startLoginService } from "../support/login-service.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { describeRecords } from "./contract.ts";

let server: RedisServer;
const closing: (() => void)[] = [];
const clients: Record<string, RedisClient> = {};
beforeAll(async () => {
  server = await startRedis();
  const newest = createClient({ url: server.url });
  const older = createClient5({ url: server.url });
  const io = new IoRedis(server.url);
  closing.push(
    () => newest.destroy(),
    () => older.destroy(),
    () => io.disconnect(),
  );
  await Promise.all([newest.connect(), older.connect()]);
  Object.assign(clients, { "node-redis 6": newest, "node-redis 5": older, ioredis: io });
});
afterAll(async () => {
  for (const close of closing) close();
  await server?.[Symbol.asyncDispose]();
});

const names = ["node-redis 6", "node-redis 5", "ioredis"];
const clientOf = (name: string) => clients[name] as RedisClient;
const secret = "a secret of at least 32 characters";

for (const [index, name] of names.entries()) {
  describeRecords(`records in Redis, by ${name}`, () => {
    const records = redisRecords(clientOf(name));
    // Each client has records of its own.
    const own = (record: string) => `${index}-${record}`;
    return {
      read: (record) => records.read(own(record)),
      swap: (record, ...swapped) => records.swap(own(record), ...swapped),
    };
  });
}

test("what one client wrote another reads", async () => {
  const service = await startLoginService();
  const tokens = names.map(async (name) => {
    const store = redisStore(clientOf(name), { secret });
    return (await service.session({ store }).token()).value;
  });
  expect(new Set(await Promise.all(tokens))).toEqual(new Set(["token-1"]));
  expect(service.logins).toBe(1);
});

test("a swap that a client sends too late does not land", async () => {
  const records = redisRecords(clientOf("ioredis"));
  const { version } = await records.read("late");
  const { stored, readAt } = version as { stored: string; readAt: number };
  expect(await records.swap("late", { stored, readAt: readAt - 5_100 }, "late", 60_000)).toBe(false);
  expect(await records.swap("late", version, "in time", 60_000)).toBe(true);
});

test("what is no record of ours is an empty one, which can be replaced", async () => {
  const io = new IoRedis(server.url);
  onTestFinished(() => io.disconnect());
  const records = redisRecords(io);
  await io.set("login-apis:foreign", "something else");
  const { version, text } = await records.read("foreign");
  expect(text).toBeUndefined();
  expect(await records.swap("foreign", version, "ours", 60_000)).toBe(true);
  expect((await records.read("foreign")).text).toBe("ours");
});

describe("who can write to Redis, and does not know the secret,", () => {
  const alice = { user: "alice", password: "the password of alice" };
  const bob = { user: "bob", password: "the password of bob" };

  /** What is in a Redis of their own. */
  async function start() {
    const service = await startLoginService();
    const io = new IoRedis(server.url);
    onTestFinished(() => io.disconnect());
    await io.flushall();
    /** A process of its own. */
    async function ask(credentials: typeof alice): Promise<string> {
      const unfinished: Promise<unknown>[] = [];
      const waitUntil = (work: Promise<unknown>) => void unfinished.push(work);
      const session = service.session({ store: redisStore(io, { secret }), waitUntil }, credentials);
      const { value } = await session.token();
      await Promise.all(unfinished);
      return value;
    }
    expect(await ask(alice)).toBe("token-1");
    const [ofAlice] = (await io.keys("login-apis:*")) as [string];
    return { service, io, ask, ofAlice };
  }

  test("can delete a record, and put an older one of the same login back", async () => {
    const { io, ask, ofAlice } = await start();
    const older = (await io.get(ofAlice)) ?? "";
    await io.del(ofAlice);
    expect(await ask(alice)).toBe("token-2");
    await io.set(ofAlice, older);
    expect(await ask(alice)).toBe("token-1");
  });

  test("can say that a record is older, or as new as can be", async () => {
    const { io, ask, ofAlice } = await start();
    const [writtenAt, sealed] = ((await io.get(ofAlice)) ?? "").split(" ") as [string, string];
    await io.set(ofAlice, `${Number(writtenAt) + 7_200_000} ${sealed}`);
    expect(await ask(alice)).toBe("token-1");
    await io.set(ofAlice, `${Number(writtenAt) - 7_200_000} ${sealed}`);
    expect(await ask(alice)).toBe("token-2");
  });

  test("can give no record to another login, and change none", async () => {
    const { service, io, ask, ofAlice } = await start();
    const sealed = (await io.get(ofAlice)) ?? "";
    expect(await ask(bob)).toBe("token-2");
    const ofBob = (await io.keys("login-apis:*")).find((key) => key !== ofAlice) ?? "";
    await io.set(ofBob, sealed);
    expect(await ask(bob)).toBe("token-3");
    for (const changed of [
      sealed.slice(0, -8),
      `${sealed.slice(0, 60)}AAAA${sealed.slice(64)}`,
      `${Date.now()} {}`,
      "",
    ]) {
      await io.set(ofAlice, changed);
      const logins = service.logins;
      expect(await ask(alice)).toBe(`token-${logins + 1}`);
    }
  });
});

describe("redisStore", () => {
  test.each<[string, () => unknown, string]>([
    ["no client", () => redisStore(undefined as never, { secret }), "client has no eval"],
    ["a client without scripts", () => redisStore({} as never, { secret }), "client has no eval"],
    ["no secret", () => redisStore(clientOf("ioredis"), {} as never), "secret is missing"],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(new LoginError("invalid_argument", message));
  });
});
