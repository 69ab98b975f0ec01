import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type BuiltPackage, buildPackage, installPeers } from "./built.ts";

let built: BuiltPackage;
let part: string;
beforeAll(async () => {
  built = await buildPackage();
  await installPeers(built);
  const readme = await readFile("README.md", "utf8");
  part = /^### The mock\n(.*?)^### /ms.exec(readme)?.[1] ?? "";
}, 60_000);
afterAll(() => built.remove());

/** The part's blocks of a language. */
function blocks(language: string): string[] {
  return [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, found, text = ""]) =>
    found === language ? [text] : [],
  );
}

it("the README's part on the mock fits one screen, in two blocks", () => {
  expect(part.split("\n").length).toBeLessThanOrEqual(64);
  expect([...part.matchAll(/^```\w/gm)]).toHaveLength(2);
  expect([blocks("sh").length, blocks("ts").length]).toEqual([1, 1]);
});

it("its test with openMock and a session passes as it stands", { timeout: 60_000 }, async () => {
  await writeFile(join(built.folder, "readme.test.ts"), blocks("ts")[0] ?? "");
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run"], { cwd: built.folder });
  expect(stripVTControlCharacters(stdout)).toMatch(/Tests +1 passed/);
});

it("its commands start a mock, or list what it answers", { timeout: 60_000 }, async () => {
  await copyFile("test/openapi/base.yaml", join(built.folder, "billing.yaml"));
  const commands = (blocks("sh")[0] ?? "").trim().split("\n");
  const said = await Promise.all(
    commands.map(async (command) => {
      const [, args = ""] = /^npx login-apis (.*?)\s+#/.exec(command) ?? [];
      const bin = join(built.folder, manifest.bin["login-apis"]);
      const child = spawn(process.execPath, [bin, ...args.split(" "), "--port", "0"], { cwd: built.folder });
      const [first] = await once(child.stdout, "data");
      child.kill();
      await once(child, "exit");
      return String(first).split("\n")[0];
    }),
  );
  expect(said).toEqual([
    expect.stringMatching(/^Mock of esignon, header-login, onebox, refresh-login: http:/),
    expect.stringMatching(/^Mock of esignon: http:/),
    expect.stringMatching(/^Mock of billing: http:/),
    expect.stringMatching(/^### esignon /),
    expect.stringMatching(/^Mock of esignon, header-login, onebox, refresh-login: http:/),
  ]);
});
