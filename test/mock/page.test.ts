import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readBlocks } from "../support/recipes.ts";
import { type BuiltPackage, buildPackage, installPeers } from "./built.ts";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
  await installPeers(built);
}, 60_000);
afterAll(() => built.remove());

it("every test of README.md and docs/ that opens a mock passes as it stands", { timeout: 60_000 }, async () => {
  const code = (await readBlocks()).filter(({ language, file }) => language === "ts" && file !== undefined);
  const tests = code.filter(({ file = "", text }) => file.endsWith(".test.ts") && text.includes('"login-apis/mock"'));
  const pages = new Set(tests.map(({ page }) => page));
  const beside = code.filter(({ page, file = "" }) => pages.has(page) && !/\.test\.ts$|\//.test(file));
  for (const { file = "", text } of [...tests, ...beside]) await writeFile(join(built.folder, file), text);
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run"], { cwd: built.folder });
  expect(tests.length).toBeGreaterThan(1);
  expect(stripVTControlCharacters(stdout)).toMatch(new RegExp(`Test Files +${tests.length} passed`));
});
