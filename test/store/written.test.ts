import { cp, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "../../src/store/file.ts";
import { json, type LoginService, startLoginService } from "../support/login-service.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What somebody can do who can write to a store and does not know its secret: SECURITY.md says it. */
const secret = "what the writer does not know: 32 characters";

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let service: LoginService;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = join(temporary.folder, "records");
  service = await startLoginService();
});
afterEach(() => temporary[Symbol.asyncDispose]());

const hour = 3_600_000;
const alice = { user: "alice", password: "the password of alice" };
const bob = { user: "bob", password: "the password of bob" };

/** A process of its own: what it says of its token, or of what keeps it from one. */
async function ask(credentials: typeof alice): Promise<string> {
  const session = service.session({ store: fileStore(folder, { secret }) }, credentials);
  return session.token().then(
    ({ value }) => value,
    ({ code }) => code,
  );
}

const recordFolders = async () => (await readdir(folder)).map((name) => join(folder, name));

/** The file that is the record, and its text. */
async function newest(record: string): Promise<{ file: string; text: string }> {
  const highest = Math.max(...(await readdir(record)).map(Number));
  const file = join(record, `${highest}`);
  return { file, text: await readFile(file, "utf8") };
}

describe("three things are possible:", () => {
  test("to delete a record, which is a cold start", async () => {
    service.login = json({ error: "wrong" });
    expect([await ask(alice), await ask(alice)]).toEqual(["refused", "refused"]);
    expect(service.logins).toBe(1);
    await rm(folder, { recursive: true });
    expect(await ask(alice)).toBe("refused");
    expect(service.logins).toBe(2);
  });

  test("to put back an older record of the same login, which it was", async () => {
    expect(await ask(alice)).toBe("token-1");
    const [record] = (await recordFolders()) as [string];
    const kept = join(temporary.folder, "kept");
    await cp(record, kept, { recursive: true });
    const session = service.session({ store: fileStore(folder, { secret }) }, alice);
    session.reject(await session.token());
    expect((await session.token()).value).toBe("token-2");
    expect(await ask(alice)).toBe("token-2");

    await rm(record, { recursive: true });
    await rename(kept, record);
    expect(await ask(alice)).toBe("token-1");
    expect(service.logins).toBe(2);
  });

  test("to say that a record is older than it is", async () => {
    expect(await ask(alice)).toBe("token-1");
    const [record] = (await recordFolders()) as [string];
    const { file } = await newest(record);
    const soon = new Date(Date.now() + hour);
    await utimes(file, soon, soon);
    expect(await ask(alice)).toBe("token-1");
    const before = new Date(Date.now() - 2 * hour);
    await utimes(file, before, before);
    expect(await ask(alice)).toBe("token-2");
  });
});

describe("and nothing else:", () => {
  test("a record that is given to another login is none", async () => {
    expect(await ask(alice)).toBe("token-1");
    const [ofAlice] = (await recordFolders()) as [string];
    expect(await ask(bob)).toBe("token-2");
    const ofBob = (await recordFolders()).find((record) => record !== ofAlice) as string;
    await writeFile((await newest(ofBob)).file, (await newest(ofAlice)).text);
    expect(await ask(bob)).toBe("token-3");
    expect(await ask(alice)).toBe("token-1");
  });

  test("whatever is changed in a record, it opens no more, or is what it was", async () => {
    expect(await ask(alice)).toBe("token-1");
    const [record] = (await recordFolders()) as [string];
    const { file, text } = await newest(record);
    const [, ttl, sealed] = /^(\d+)\n(.*)$/.exec(text) as unknown as [string, string, string];
    for (const changed of [
      `${ttl}\n${sealed.slice(4)}`,
      `${ttl}\n${sealed.slice(0, -8)}`,
      `${ttl}\n${sealed.slice(0, 30)}${sealed[30] === "A" ? "B" : "A"}${sealed.slice(31)}`,
      `${ttl}\n${Buffer.from(JSON.stringify({ by: "", record: { token: { value: "mine" } } })).toString("base64")}`,
      "",
    ]) {
      await rm(record, { recursive: true });
      await mkdir(record, { mode: 0o700 });
      await writeFile(file, changed, { mode: 0o600 });
      const logins = service.logins;
      expect(await ask(alice)).toBe(`token-${logins + 1}`);
    }
    // How long it is of use stands outside of the seal; its instants do not.
    await rm(record, { recursive: true });
    await mkdir(record, { mode: 0o700 });
    await writeFile(file, `9${ttl}\n${sealed}`, { mode: 0o600 });
    expect(await ask(alice)).toBe("token-1");
  });
});
