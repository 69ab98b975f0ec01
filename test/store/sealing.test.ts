import { createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as esignon from "../../generated/esignon/index.ts";
import * as refreshLogin from "../../generated/refresh-login/index.ts";
import type { SessionOptions } from "../../src/session.ts";
import { createStore } from "../../src/store.ts";
import { esignonApi, oneboxApi, refreshLoginApi } from "../session/apis.ts";
import { testClock } from "../support/clock.ts";
import { type Memory, memory, secret } from "../support/memory.ts";
import { running } from "../support/running.ts";

/** What is derived from the secret and the login, by another implementation than the one that is tested. */
function derive(login: unknown[], use: string, from: string = secret): Buffer {
  const salt = createHash("sha256").update(JSON.stringify(login)).digest();
  return Buffer.from(hkdfSync("sha256", from, salt, `login-apis ${use}`, 32));
}

function open(sealed: string, key: Buffer, associated: unknown[]): unknown {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(JSON.stringify(associated)));
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(`${decipher.update(bytes.subarray(12, -16))}${decipher.final()}`);
}

function onlyEntry({ entries }: Memory): [name: string, sealed: string] {
  const [[name, sealed] = [], ...others] = entries;
  expect(others).toEqual([]);
  return [String(name), String(sealed)];
}

/** A session of its own for each login, all with one store. */
async function logins() {
  const keyv = memory();
  const store = createStore(keyv, { secret });
  const clock = testClock();
  const { service, url } = await running(refreshLoginApi, { lifetime: 1800, refreshLifetime: 14_400 });
  const session = (options: Partial<refreshLogin.Credentials & SessionOptions> = {}) => {
    const { user = "user-1", password = "pass-1", baseUrl = url, ...rest } = options;
    return refreshLogin.createSession({ user, password }, { store, clock, baseUrl, ...rest });
  };
  return { keyv, store, clock, service, url, session };
}

const credentials = [
  ["password", "pass-1"],
  ["user", "user-1"],
];

describe("what is stored is sealed", () => {
  test("AES-256-GCM under a key that HKDF-SHA-256 derives from secret and credentials, API and origin authenticated with it", async () => {
    const { keyv, clock, service, url, session } = await logins();
    await session().token();
    const [name, sealed] = onlyEntry(keyv);
    const login = ["refresh-login", url, credentials];
    expect(name).toBe(derive(login, "name").toString("base64"));

    const key = derive(login, "seal");
    expect(open(sealed, key, ["refresh-login", url])).toEqual({
      from: clock(),
      refreshFrom: clock(),
      grant: {
        value: service.issued[0],
        lifetime: 1_800_000,
        refresh: { value: "refresh-token-1", lifetime: 14_400_000 },
      },
    });
    for (const [otherKey, associated] of [
      [derive(login, "name"), ["refresh-login", url]],
      [derive(["refresh-login", url, []], "seal"), ["refresh-login", url]],
      [derive(login, "seal", secret.replace("0", "1")), ["refresh-login", url]],
      [key, ["onebox", url]],
      [key, ["refresh-login", "https://elsewhere.example"]],
    ] as const) {
      expect(() => open(sealed, otherKey, [...associated])).toThrow();
    }
  });

  test("the entry's name is another for every login, and tells nothing about it", async () => {
    const { keyv, url, session } = await logins();
    for (const changed of [
      {},
      { user: "user-2" },
      { password: "pass-2" },
      { baseUrl: url.replace("127.0.0.1", "localhost") },
    ]) {
      await session(changed).token();
    }
    const esignonLogin = await running(esignonApi);
    await esignon
      .createSession(
        { companyId: "acme", email: "member@example.com", password: "pass-1" },
        { baseUrl: esignonLogin.url, store: createStore(keyv, { secret }) },
      )
      .token();
    const names = [...keyv.entries.keys()];
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test("the same token is sealed anew each time", async () => {
    const { keyv, session } = await logins();
    await session().token();
    const [, first] = onlyEntry(keyv);
    keyv.entries.clear();
    await session().token();
    const [, second] = onlyEntry(keyv);
    expect(first.slice(0, 16)).not.toBe(second.slice(0, 16));
  });

  test("without the secret nothing can be opened, and no password can be tested", async () => {
    const { keyv, service, url, session } = await logins();
    await session().token();
    const [name] = onlyEntry(keyv);
    // Who knows all but the secret finds neither the name nor the content.
    const guess = createStore(keyv, { secret: "another-secret-another-secret-another" });
    await session({ store: guess }).token();
    expect(service.logins).toBe(2);
    expect(keyv.entries.size).toBe(2);
    expect(derive(["refresh-login", url, credentials], "name", "").toString("base64")).not.toBe(name);
  });

  test("swapped entries do not open: each costs a login, and never somebody else's token", async () => {
    const { keyv, service, session } = await logins();
    const people = [{ user: "user-1" }, { user: "user-2" }, { user: "user-1", password: "pass-2" }];
    const tokens = await Promise.all(people.map((person) => session(person).token()));
    const names = [...keyv.entries.keys()];
    const sealed = [...keyv.entries.values()];
    for (const [index, name] of names.entries()) keyv.entries.set(name, sealed[(index + 1) % sealed.length]);

    for (const person of people) {
      const { value } = await session(person).token();
      expect(tokens.map((token) => token.value)).not.toContain(value);
    }
    expect(service.logins).toBe(6);
  });

  test("an entry with one bit changed does not open, wherever it is", async () => {
    const { keyv, service, session } = await logins();
    const { value } = await session().token();
    const [name, sealed] = onlyEntry(keyv);
    const bytes = Buffer.from(sealed, "base64");
    for (const at of [0, 11, 12, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] ?? 0) ^ 1;
      keyv.entries.set(name, changed.toString("base64"));
      expect((await session().token()).value).not.toBe(value);
    }
    expect(service.logins).toBe(6);
    keyv.entries.set(name, sealed);
    expect((await session().token()).value).toBe(value);
  });

  test("nothing of the login is in it, in keys or values", async () => {
    const { keyv, service, session } = await logins();
    await session({ user: "somebody@example.com", password: "hunter2hunter2" }).token();
    service.refuse();
    await session({ user: "somebody@example.com", password: "wrong-wrong-wrong" })
      .token()
      .catch(() => {});
    expect(keyv.entries.size).toBe(2);
    const dump = [...keyv.entries].flat().map(String);
    const texts = [...dump, ...dump.map((text) => Buffer.from(text, "base64").toString("latin1"))].join("\n");
    for (const text of ["somebody", "example.com", "hunter2", "wrong-", "token", "refresh", "127.0.0.1", "refused"]) {
      expect(texts).not.toContain(text);
      expect(texts).not.toContain(Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1));
    }
    expect(service.issued).toHaveLength(1);
  });
});

test("sessions of another API do not open each other's entries, though credentials and origin are the same", async () => {
  const keyv = memory();
  const { service, session } = await running(oneboxApi);
  await session({ store: createStore(keyv, { secret }) }).token();
  const entry = [...keyv.entries.values()][0];
  const other = await running(esignonApi);
  keyv.get = async () => entry;
  const token = await other.session({ store: createStore(keyv, { secret }) }).token();
  expect(token.value).toBe(other.service.issued[0]);
  expect([service.logins, other.service.logins]).toEqual([1, 1]);
});
