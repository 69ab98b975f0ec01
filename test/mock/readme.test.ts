import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPackage, buildPackage, installPeers } from "./built.ts";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
  await installPeers(built);
}, 60_000);
afterAll(() => built.remove());

/** The README's block of TypeScript that holds `text`. */
async function block(text: string): Promise<string> {
  const blocks = (await readFile("README.md", "utf8")).matchAll(/^```ts\n(.*?)^```$/gms);
  const found = [...blocks].map(([, code = ""]) => code).filter((code) => code.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

it("the README's test with openMock and a session passes as it stands", { timeout: 60_000 }, async () => {
  await writeFile(join(built.folder, "readme.test.ts"), await block("openMock("));
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run"], { cwd: built.folder });
  expect(stripVTControlCharacters(stdout)).toMatch(/Tests +1 passed/);
});
