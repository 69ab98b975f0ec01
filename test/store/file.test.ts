import { execFile } from "node:child_process";
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join, posix, win32 } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LoginError } from "../../src/errors.ts";
import { isWithin, patiently } from "../../src/file-system.ts";
import { fileStore } from "../../src/store/file.ts";
import { fileRecords, sweepRecord } from "../../src/store/file-records.ts";
import { faultOf, isOpenOnWindows } from "../../src/store/own-files.ts";
import type { RecordStore } from "../../src/store/records.ts";
import { startLoginService } from "../support/login-service.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What happens right before a file gets a second name; what it throws keeps that from happening. */
const before = vi.hoisted(() => ({ link: async () => {}, linkSync: () => {} }));
vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  return {
    ...actual,
    async link(...paths: Parameters<typeof actual.link>) {
      const act = before.link;
      before.link = async () => {};
      await act();
      return actual.link(...paths);
    },
  };
});
vi.mock("node:fs", async (original) => {
  const actual = await original<typeof import("node:fs")>();
  return {
    ...actual,
    linkSync(...paths: Parameters<typeof actual.linkSync>) {
      before.linkSync();
      actual.linkSync(...paths);
    },
  };
});

const minute = 60_000;
const hour = 60 * minute;
const name = "0123456789abcdef0123456789abcdef";

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let record: string;
let records: RecordStore;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = join(temporary.folder, "records");
  record = join(folder, name);
  records = fileRecords(folder);
});
afterEach(async () => {
  before.link = async () => {};
  before.linkSync = () => {};
  await temporary[Symbol.asyncDispose]();
});

async function write(text: string, ttl = hour): Promise<boolean> {
  return records.swap(name, (await records.read(name)).version, text, ttl);
}

async function textNow(): Promise<string | undefined> {
  return (await records.read(name)).text;
}

async function age(path: string, by: number): Promise<void> {
  const at = new Date(Date.now() - by);
  await utimes(path, at, at);
}

describe("a swap", () => {
  test("leaves the last two versions, and no draft", async () => {
    for (const text of ["1", "2", "3", "4", "5"]) await write(text);
    expect((await readdir(record)).sort()).toEqual(["4", "5"]);
  });

  test("under a number that was used before, and is free again, is taken back", async () => {
    await write("first");
    const { version } = await records.read(name);
    before.link = async () => {
      for (const text of ["second", "third", "fourth"]) await write(text);
    };
    await expect(records.swap(name, version, "late", hour)).rejects.toThrow("replaced within the swap");
    expect(await textNow()).toBe("fourth");
    expect((await readdir(record)).sort()).toEqual(["3", "4"]);
  });

  test("under a number that is taken is none", async () => {
    const { version } = await records.read(name);
    before.link = async () => {
      await write("faster");
    };
    expect(await records.swap(name, version, "slower", hour)).toBe(false);
    expect(await textNow()).toBe("faster");
  });

  test("whose draft is gone is none", async () => {
    await write("first");
    before.link = async () => {
      for (const file of await readdir(record)) if (file.startsWith("draft-")) await rm(join(record, file));
    };
    expect(await write("second")).toBe(false);
    expect(await textNow()).toBe("first");
  });

  test("whose process stood still for too long is none", async () => {
    await write("first");
    const { now } = Date;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 2_100);
    const swapped = await write("second").finally(() => clock.mockRestore());
    expect(swapped).toBe(false);
    expect(await textNow()).toBe("first");
  });

  test("that was written long after its reading is none, since its instants count from its writing", async () => {
    const { now } = Date;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() - 30_100);
    const { version } = await records.read(name).finally(() => clock.mockRestore());
    expect(await records.swap(name, version, "late", hour)).toBe(false);
    expect(await textNow()).toBeUndefined();
  });

  test("in a folder that was removed and made anew is none", async () => {
    for (const text of ["1", "2"]) await write(text);
    const { version } = await records.read(name);
    await rm(record, { recursive: true });
    expect(await records.swap(name, version, "late", hour)).toBe(false);
    await write("anew");
    expect(await records.swap(name, version, "late", hour)).toBe(false);
    expect(await textNow()).toBe("anew");
  });

  test("that fails leaves nothing behind", async () => {
    await write("first");
    before.link = async () => {
      throw Object.assign(new Error("No links."), { code: "EMLINK" });
    };
    await expect(write("second")).rejects.toMatchObject({ code: "EMLINK" });
    expect(await readdir(record)).toEqual(["1"]);
  });
});

test("a record is as old as its writing, whenever its draft is removed", async () => {
  await write("first");
  await age(join(record, "1"), minute);
  // As it is where the writer died: the draft is another name of the version.
  await link(join(record, "1"), join(record, "draft-of-the-dead"));
  await rm(join(record, "draft-of-the-dead"));
  expect((await records.read(name)).age).toBeGreaterThanOrEqual(minute);
});

test("what the dead have left is removed: drafts after a minute, versions with the next swap", async () => {
  await write("first");
  for (const file of ["draft-young", "draft-old", "draft-linked"]) {
    await writeFile(join(record, file), "", { mode: 0o600 });
  }
  await age(join(record, "draft-old"), 2 * minute);
  await link(join(record, "draft-old"), join(record, "draft-other"));
  for (const text of ["2", "3", "4"]) await write(text);
  await writeFile(join(record, "2"), "1\nlate", { mode: 0o600 });
  await write("5");
  expect((await readdir(record)).sort()).toEqual(["4", "5", "draft-linked", "draft-young"]);
});

describe("a folder whose record is of no use", () => {
  const far = 3 * hour;

  test("is removed an hour later", async () => {
    await write("first", 1000);
    await age(join(record, "1"), 30 * minute);
    await sweepRecord(folder, name);
    expect(await readdir(folder)).toEqual([name]);
    await age(join(record, "1"), far);
    await sweepRecord(folder, name);
    expect(await readdir(folder)).toEqual([]);
  });

  test("stays while its record is good, and while somebody is writing", async () => {
    await write("first", 30 * 24 * hour);
    await age(join(record, "1"), far);
    await sweepRecord(folder, name);
    expect(await textNow()).toBe("first");

    await write("second", 1000);
    await age(join(record, "2"), far);
    await writeFile(join(record, "draft-young"), "", { mode: 0o600 });
    await sweepRecord(folder, name);
    expect((await readdir(record)).sort()).toEqual(["1", "2", "draft-young"]);
  });

  test("without a version is removed after a minute", async () => {
    await mkdir(record, { recursive: true, mode: 0o700 });
    await sweepRecord(folder, name);
    expect(await readdir(folder)).toEqual([name]);
    await age(record, 2 * minute);
    await sweepRecord(folder, name);
    expect(await readdir(folder)).toEqual([]);
  });

  test("that was put aside by one who died is there for whoever reads it, if somebody had swapped it", async () => {
    for (const text of ["1", "2", "3"]) await write(text);
    const aside = join(folder, `gone-${name}`);
    await rename(record, aside);
    expect(await textNow()).toBe("3");
    expect(await readdir(folder)).toEqual([name]);

    await write("of no use", 1000);
    await age(join(record, "4"), far);
    await rename(record, aside);
    expect(await textNow()).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  test("is removed by the swaps of others", async () => {
    await write("first", 1000);
    await age(join(record, "1"), far);
    await mkdir(join(folder, `gone-${"e".repeat(32)}`), { mode: 0o700 });
    await writeFile(join(folder, "draft-old"), "", { mode: 0o600 });
    await age(join(folder, "draft-old"), far);
    await mkdir(join(folder, "somebody's"), { mode: 0o700 });
    await writeFile(join(folder, "somebody's", "1"), "", { mode: 0o600 });
    await age(join(folder, "somebody's", "1"), far);
    await mkdir(join(folder, "empty"), { mode: 0o700 });
    await age(join(folder, "empty"), far);
    vi.spyOn(Math, "random").mockReturnValue(0);
    const other = "f".repeat(32);
    const { version } = await records.read(other);
    await records.swap(other, version, "other", hour).finally(() => vi.restoreAllMocks());
    await expect.poll(async () => (await readdir(folder)).sort()).toEqual(["empty", other, "somebody's"]);
    expect(await readdir(join(folder, "somebody's"))).toEqual(["1"]);
  });
});

describe("is refused, and then an error of the store:", () => {
  const isWindows = process.platform === "win32";
  const broken: [string, () => Promise<unknown>][] = [
    ["a folder that is open to others", () => chmod(folder, 0o750)],
    ["a record's folder that is open to others", () => chmod(record, 0o701)],
    ["a record that is open to others", () => chmod(join(record, "1"), 0o640)],
    [
      "a folder that became a symbolic link",
      async () => {
        await rename(folder, `${folder}-elsewhere`);
        await symlink(`${folder}-elsewhere`, folder);
      },
    ],
    [
      "a record's folder that became a symbolic link",
      async () => {
        await rename(record, `${record}-elsewhere`);
        await symlink(`${record}-elsewhere`, record);
      },
    ],
    [
      "a record that is a symbolic link",
      async () => {
        await rename(join(record, "1"), join(folder, "elsewhere"));
        await symlink(join(folder, "elsewhere"), join(record, "1"));
      },
    ],
    ["a number that has no next", () => writeFile(join(record, "9007199254740991"), "", { mode: 0o600 })],
    [
      "a file in the place of a folder",
      async () => {
        await rm(record, { recursive: true });
        await writeFile(record, "", { mode: 0o600 });
      },
    ],
  ];
  test.skipIf(isWindows).each(broken)("%s", async (_, spoil) => {
    await write("first");
    const { version } = await records.read(name);
    await spoil();
    await expect(records.read(name)).rejects.toThrow();
    if (!String(_).startsWith("a record that")) await expect(records.swap(name, version, "x", hour)).rejects.toThrow();
  });

  test("what belongs to another user", async () => {
    const stats = await stat(temporary.folder);
    const others = Object.assign(Object.create(Object.getPrototypeOf(stats)), stats, { uid: stats.uid + 1 });
    expect(faultOf(stats, "folder")).toBeUndefined();
    expect(faultOf(others, "folder")).toBe("belongs to another user");
  });
});

test("a file that is none of ours is an empty record of its version", async () => {
  for (const held of ["", "no number\ntext", "3600000"]) {
    await write("good");
    const highest = Math.max(...(await readdir(record)).map(Number));
    await writeFile(join(record, `${highest}`), held, { mode: 0o600 });
    expect(await textNow()).toBeUndefined();
    expect(await write("next")).toBe(true);
  }
});

describe("fileStore", () => {
  test.each<[string, () => unknown, string]>([
    ["no path", () => fileStore(undefined as never), "folder is no path"],
    ["an empty path", () => fileStore(""), "folder is no path"],
    ["a short secret", () => fileStore(folder, { secret: "short" }), "secret is shorter than 32 bytes"],
    ["another option", () => fileStore(folder, { ttl: 1 } as never), "ttl is no option"],
    [
      "a folder that cannot be made",
      () => fileStore(join(import.meta.filename, "records")),
      "folder cannot be used: ENOTDIR",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(new LoginError("invalid_argument", message));
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["is a file", () => writeFile(folder, ""), "folder is no folder"],
    ["is a symbolic link", () => symlink(temporary.folder, folder), "folder is a symbolic link"],
    ["is open to others", () => mkdir(folder, { mode: 0o755 }), "folder is open to others"],
  ])("refuses a folder that %s", async (_, make, message) => {
    await make();
    expect(() => fileStore(folder)).toThrow(new LoginError("invalid_argument", message));
  });

  test.each(["EPERM", "ENOTSUP", "ENOSYS", "EUNKNOWN"])("refuses a file system without links, by %s", async (code) => {
    before.linkSync = () => {
      throw Object.assign(new Error(code), { code });
    };
    const message = "folder is on a file system without hard links";
    expect(() => fileStore(folder)).toThrow(new LoginError("invalid_argument", message));
    expect(await readdir(folder)).toEqual([]);
  });

  test("makes a folder and a secret that nobody else can read, and shares by them", async () => {
    const service = await startLoginService();
    for (let times = 0; times < 2; times++) await service.session({ store: fileStore(folder) }).token();
    expect(service.logins).toBe(1);
    const paths = ["", ...(await readdir(folder, { recursive: true }))];
    const modes = await Promise.all(paths.map(async (path) => (await lstat(join(folder, path))).mode & 0o777));
    expect(paths).toContain("secret");
    expect(new Set(modes)).toEqual(new Set([0o700, 0o600]));
    expect(paths.filter((path) => path.includes("draft"))).toEqual([]);
  });

  test("many that make the secret at once make one", async () => {
    const service = await startLoginService();
    const sessions = Array.from({ length: 8 }, () => service.session({ store: fileStore(folder) }));
    await Promise.all(sessions.map((session) => session.token()));
    expect(service.logins).toBe(1);
    expect((await readFile(join(folder, "secret"))).length).toBe(32);
  });

  test("with a secret of one's own there is none beside the records", async () => {
    const service = await startLoginService();
    const store = fileStore(folder, { secret: "x".repeat(32) });
    await service.session({ store }).token();
    await service.session({ store: fileStore(folder, { secret: "y".repeat(32) }) }).token();
    expect(service.logins).toBe(2);
    expect(await readdir(folder)).not.toContain("secret");
  });

  test("a secret that is none, or that others can read, is an error of the store", async () => {
    for (const spoil of [
      () => writeFile(join(folder, "secret"), "short"),
      () => chmod(join(folder, "secret"), 0o644),
    ]) {
      const service = await startLoginService();
      const before = fileStore(folder);
      await rm(join(folder, "secret"));
      fileStore(folder);
      await spoil();
      for (const store of [before, fileStore(folder)]) {
        const session = service.session({ store });
        expect((await session.token()).value).toBe(`token-${service.logins}`);
        expect(session.events).toContainEqual({ type: "store", outcome: "away" });
      }
      await rm(folder, { recursive: true });
    }
  });

  test("a folder that is removed is a cold start, also of its secret", async () => {
    const service = await startLoginService();
    const store = fileStore(folder);
    await service.session({ store }).token();
    await rm(folder, { recursive: true });
    await service.session({ store }).token();
    await service.session({ store: fileStore(folder) }).token();
    expect(service.logins).toBe(2);
  });
});

describe("what Windows refuses beside an open handle", () => {
  function failing(code: string, times: number) {
    let count = 0;
    return async () => {
      if (count++ < times) throw Object.assign(new Error(code), { code });
      return count;
    };
  }

  test.each(["EPERM", "EBUSY", "EACCES"])("%s is tried again", async (code) => {
    expect(await patiently(failing(code, 3), true)).toBe(4);
  });

  test("is not tried for ever, nor for another reason, nor elsewhere", async () => {
    await expect(patiently(failing("EBUSY", Number.POSITIVE_INFINITY), true)).rejects.toThrow("EBUSY");
    await expect(patiently(failing("ENOENT", 1), true)).rejects.toThrow("ENOENT");
    await expect(patiently(failing("EPERM", 1), false)).rejects.toThrow("EPERM");
  });
});

test.each<[folder: string, place: string, within: boolean]>([
  ["C:\\Users\\ada", "C:\\Users\\ada\\AppData\\Local\\logins", true],
  ["C:\\Users\\ada", "c:\\users\\ADA", true],
  ["C:\\Users\\ada", "C:\\Users\\adam", false],
  ["C:\\Users\\ada", "C:\\logins", false],
  ["C:\\Users\\ada", "D:\\Users\\ada\\logins", false],
])("on Windows in %s is what is in %s: %s", (folder, place, within) => {
  expect(isWithin(folder, place, win32)).toBe(within);
  // Of others the user's profile alone is known to be closed to them.
  expect(isOpenOnWindows(place, folder, win32)).toBe(!within);
});

test("a folder whose name begins with two dots is in its own", () => {
  expect(isWithin("/a", "/a/..b", posix)).toBe(true);
  expect(isWithin("/a/b", "/a", posix)).toBe(false);
});

test.skipIf(process.platform === "win32")("whatever the umask is, others can read nothing", async () => {
  const script = `import { fileStore } from "./src/store/file.ts";
process.umask(0);
fileStore(process.argv[1], { secret: "x".repeat(32) });`;
  await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, folder]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});
