import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import type { SharedLogin } from "../../src/store/place.ts";
import type { RecordStore, StoredRecord } from "../../src/store/records.ts";
import { belongingOf, sealed } from "../../src/store/sealed.ts";
import { createStore } from "../../src/store/store.ts";
import { type Credentials, json, right, startLoginService } from "../support/login-service.ts";
import { memoryRecords } from "../support/memory-records.ts";
import { leaks } from "../support/printed.ts";

const secret = "a secret of at least 32 characters";
const minute = 60_000;

describe("createStore", () => {
  const records = memoryRecords();
  test.each<[string, () => unknown, string]>([
    ["without options", () => createStore(records, undefined as never), "secret is missing"],
    ["without a secret", () => createStore(records, {} as never), "secret is missing"],
    ["with an empty secret", () => createStore(records, { secret: "" }), "secret is shorter than 32 bytes"],
    ["with a short secret", () => createStore(records, { secret: "x".repeat(31) }), "secret is shorter than 32 bytes"],
    ["with few bytes", () => createStore(records, { secret: new Uint8Array(31) }), "secret is shorter than 32 bytes"],
    ["with a number", () => createStore(records, { secret: 1 as never }), "secret is neither text nor bytes"],
    ["with options that are none", () => createStore(records, "secret" as never), "options are no object"],
    ["with an option that does not exist", () => createStore(records, { secret, ttl: 1 } as never), "ttl is no option"],
    ["without records", () => createStore(undefined as never, { secret }), "records have no read and swap"],
    [
      "with records that cannot swap",
      () => createStore({ read: records.read } as never, { secret }),
      "records have no read and swap",
    ],
  ])("%s is refused", (_, create, message) => {
    expect(create).toThrow(new LoginError("invalid_argument", message));
  });

  test("takes a text and bytes", () => {
    for (const each of [secret, new TextEncoder().encode(secret), Buffer.from(secret)]) {
      expect(createStore(records, { secret: each }).place).toBeTypeOf("function");
    }
  });
});

describe("sessions share a login", async () => {
  const credentials = { user: "user", password: "right-password" };
  interface Who {
    options?: { baseUrl?: string; headers?: Record<string, string> };
    credentials?: Credentials;
    secret?: string;
    api?: string;
  }

  /** How many logins there are where two sessions of one store each want a token. */
  async function loginsOf(first: Who, second: Who): Promise<number> {
    const service = await startLoginService();
    const records = memoryRecords();
    for (const who of [first, second]) {
      const options = { ...who.options, store: createStore(records, { secret: who.secret ?? secret }) };
      if (options.baseUrl !== undefined) options.baseUrl = service.url + options.baseUrl;
      service.api = { ...service.api, name: who.api ?? "test" };
      await service.session(options, who.credentials ?? right).token();
    }
    return service.logins;
  }

  const headers = { "X-Tenant": "a", Accept: "b" };
  test.each<[string, Who, Who]>([
    ["of the same", {}, {}],
    [
      "whose members have another order",
      { credentials, options: { headers } },
      {
        credentials: { password: "right-password", user: "user" },
        options: { headers: { Accept: "b", "X-Tenant": "a" } },
      },
    ],
    [
      "whose headers' names have other capitals",
      { options: { headers } },
      { options: { headers: { "x-tenant": "a", ACCEPT: "b" } } },
    ],
    ["whose base URL ends with a slash", { options: { baseUrl: "/a" } }, { options: { baseUrl: "/a/" } }],
    [
      "with another User-Agent",
      { options: { headers: { "User-Agent": "a" } } },
      { options: { headers: { "user-agent": "b" } } },
    ],
  ])("%s", async (_, first, second) => {
    expect(await loginsOf(first, second)).toBe(1);
  });

  test.each<[string, Who, Who]>([
    ["another base path", { options: { baseUrl: "/a" } }, { options: { baseUrl: "/b" } }],
    ["another header", { options: { headers: { "X-Tenant": "a" } } }, { options: { headers: { "X-Tenant": "b" } } }],
    ["a further header", { options: { headers: { "X-Tenant": "a" } } }, {}],
    ["another user", {}, { credentials: { user: "other", password: "right-password" } }],
    ["another password", {}, { credentials: { user: "user", password: "Right-password" } }],
    [
      "credentials that are the same when put together",
      { credentials: { user: "ab", password: "c" } },
      { credentials: { user: "a", password: "bc" } },
    ],
    ["another API", { api: "test" }, { api: "other" }],
    ["another secret", {}, { secret: `${secret}.` }],
  ])("but nothing with %s", async (_, first, second) => {
    expect(await loginsOf(first, second)).toBe(2);
  });

  test("a text is not the number of the same digits", () => {
    const login = (siteId: unknown): SharedLogin => ({
      api: "test",
      baseUrl: "https://login.example.org",
      headers: {},
      credentials: { siteId },
    });
    expect(belongingOf(login("1"))).not.toBe(belongingOf(login(1)));
  });
});

/** Records that say what was asked of the store. */
function watched(records: RecordStore): RecordStore & { seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    async read(name) {
      const read = await records.read(name);
      seen.push(name, JSON.stringify(read));
      return read;
    },
    async swap(name, version, text, ttl) {
      seen.push(name, JSON.stringify({ version, ttl }), text);
      return records.swap(name, version, text, ttl);
    },
  };
}

describe("what lies in a store", () => {
  test("tells nothing of the login, nor of what came of it, whatever that was", async () => {
    const canaries = ["canary-user-7f3a", "canary-password-91bc", "canary-header-55d0", "canary-token-c0ffee"];
    const [user, password, header, token] = canaries as [string, string, string, string];
    const service = await startLoginService();
    const records = watched(memoryRecords());
    const options = { headers: { "X-Tenant": header }, store: createStore(records, { secret }) };
    const baseUrl = `${service.url}/canary-path-1234`;

    service.login = json({ token, in: 3600 });
    const session = service.session({ ...options, baseUrl }, { user, password });
    await session.token();
    service.login = json({ error: "wrong", says: "canary-reply-8888" });
    await expect(service.session({ ...options }, { user, password }).token()).rejects.toMatchObject({
      code: "refused",
    });

    const held = records.seen.map((each) => each + Buffer.from(each, "base64").toString("latin1")).join("\n");
    expect(records.seen.length).toBeGreaterThan(10);
    for (const canary of [...canaries, secret, "canary-path-1234", "canary-reply-8888", "127.0.0.1"])
      expect(leaks(held, canary)).toEqual([]);
    // The same record twice is not the same text.
    const texts = records.seen.filter((each) => each.length > 100);
    expect(new Set(texts).size).toBeGreaterThan(texts.length / 2);
  });

  test("is long whatever the token is", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const store = sealed(memoryRecords(), async () => bytes);
    const text = "x".repeat(2 ** 20);
    expect(await store.swap("login", (await store.read("login")).version, text, minute)).toBe(true);
    expect((await store.read("login")).text).toBe(text);
  });
});

describe("a text that does not open is an empty record of its version", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const other = crypto.getRandomValues(new Uint8Array(32));

  /** What a store is made to answer in place of what it has. */
  async function readAfter(
    change: (stored: StoredRecord, texts: { foreign: string }) => unknown,
  ): Promise<{ text: string | undefined; isReplaced: boolean }> {
    const inner = memoryRecords();
    let changes = (stored: StoredRecord): StoredRecord => stored;
    const records: RecordStore = { read: async (name) => changes(await inner.read(name)), swap: inner.swap };
    const store = sealed(records, async () => bytes);
    const seen = watched(memoryRecords());
    const foreign = sealed(seen, async () => other);
    await foreign.swap("login", (await foreign.read("login")).version, "foreign", minute);
    await store.swap("login", (await store.read("login")).version, "mine", minute);
    const texts = { foreign: seen.seen.at(-1) as string };
    changes = (stored) => ({ ...stored, text: change(stored, texts) as string });
    const { text, version } = await store.read("login");
    const isReplaced = await store.swap("login", version, "next", minute);
    return { text, isReplaced };
  }

  test.each<[string, (stored: StoredRecord, texts: { foreign: string }) => unknown]>([
    ["empty", () => ""],
    ["no base64", () => "{}"],
    ["cut short", ({ text }) => text?.slice(0, 20)],
    ["changed in one place", ({ text = "" }) => text.slice(0, 40) + (text[40] === "A" ? "B" : "A") + text.slice(41)],
    ["of another secret", (_, { foreign }) => foreign],
    ["null", () => null],
  ])("%s", async (_, change) => {
    expect(await readAfter(change)).toEqual({ text: undefined, isReplaced: true });
  });

  test("and its own opens", async () => {
    expect(await readAfter(({ text }) => text)).toEqual({ text: "mine", isReplaced: true });
  });

  test("of another login, under this one's name", async () => {
    const inner = watched(memoryRecords());
    const store = sealed(inner, async () => bytes);
    await store.swap("other", (await store.read("other")).version, "not for this one", minute);
    const text = inner.seen.at(-1) as string;
    const mine = sealed({ read: async () => ({ version: 1, text, age: 0 }), swap: inner.swap }, async () => bytes);
    expect((await mine.read("login")).text).toBeUndefined();
    expect((await mine.read("other")).text).toBe("not for this one");
  });
});

test.each<[what: string, stored: object]>([
  ["an age that is no number", { age: Number.NaN }],
  ["a text that is bytes", { text: Buffer.from("bytes") }],
])("%s is an error, and the store is left alone", async (_, stored) => {
  const inner = memoryRecords();
  const records: RecordStore = {
    read: async (name) => ({ ...(await inner.read(name)), ...stored }),
    swap: inner.swap,
  };
  const service = await startLoginService();
  const session = service.session({ store: createStore(records, { secret }) });
  await session.token();
  expect(session.events).toContainEqual({ type: "store", outcome: "away" });
});

test("another secret since a record was read replaces nothing", async () => {
  const secrets = [1, 2].map((seed) => new Uint8Array(32).fill(seed));
  let current = 0;
  const store = sealed(memoryRecords(), async () => secrets[current] as Uint8Array<ArrayBuffer>);
  const { version } = await store.read("login");
  current = 1;
  expect(await store.swap("login", version, "text", minute)).toBe(false);
});
