import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRecipe } from "../support/recipes.ts";
import { type BuiltPackage, buildPackage, installPeers } from "./built.ts";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
  await installPeers(built);
}, 60_000);
afterAll(() => built.remove());

it("the test in docs/mock.md, with openMock and a session, passes as it stands", { timeout: 60_000 }, async () => {
  await writeFile(join(built.folder, "mock.test.ts"), await readRecipe("mock.test.ts"));
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run"], { cwd: built.folder });
  expect(stripVTControlCharacters(stdout)).toMatch(/Tests +1 passed/);
});
