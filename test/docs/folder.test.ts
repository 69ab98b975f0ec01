import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { replaceFolder } from "../../src/docs/folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function build(text: string) {
  return new Map(["/a.html", "/b.html"].map((path) => [path, { type: "text/html", body: text.repeat(20_000) }]));
}

test("a folder that others write and read meanwhile is always all of one build", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.folder, "dist", "docs");
  await replaceFolder(folder, build("0"));
  let isOver = false;
  let pages = 0;
  const read = async () => {
    while (!isOver) {
      // Between the two moves there is none.
      const page = await readFile(join(folder, "a.html"), "utf8").catch(() => undefined);
      if (page === undefined) continue;
      pages += 1;
      expect(page === page.charAt(0).repeat(20_000)).toBe(true);
    }
  };
  const write = async (texts: string) => {
    for (const text of texts) await replaceFolder(folder, build(text));
  };
  const reading = read();
  await Promise.all([write("12345678"), write("abcdefgh")]);
  isOver = true;
  await reading;

  expect(pages).toBeGreaterThan(0);
  expect(await readdir(join(temporary.folder, "dist"))).toEqual(["docs"]);
  expect((await readdir(folder)).sort()).toEqual(["a.html", "b.html"]);
});

test("a build that cannot be written leaves the folder as it was", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.folder, "docs");
  await mkdir(folder);
  await writeFile(join(folder, "old.html"), "old");
  const impossible = new Map([["/no/such/folder.html", { type: "text/html", body: "" }]]);
  await expect(replaceFolder(folder, impossible)).rejects.toThrow("ENOENT");
  expect(await readdir(temporary.folder)).toEqual(["docs"]);
  expect(await readdir(folder)).toEqual(["old.html"]);
});

test("what a killed build left behind is cleared away by a later one, and nothing else is", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.folder, "docs");
  const draft = `docs.${randomUUID()}`;
  const own = ["docs.old", "docs.d9428888-122b", `other.${randomUUID()}`];
  for (const name of [draft, `${draft}.1`, ...own]) {
    await mkdir(join(temporary.folder, name));
    await writeFile(join(temporary.folder, name, "a.html"), "");
  }
  await replaceFolder(folder, build("0"));
  const recent = await readdir(temporary.folder);
  expect(recent.sort()).toEqual(["docs", draft, `${draft}.1`, ...own].sort());

  vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  await replaceFolder(folder, build("1"));
  const later = await readdir(temporary.folder);
  expect(later.sort()).toEqual(["docs", ...own].sort());
});
