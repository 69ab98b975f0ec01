import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const fixtures: [name: string, code: string, line: string][] = [
  [
    "what passes and what fails",
    `test("a", () => {}); test("b", () => { throw new Error(); });`,
    "1 passed, 1 failed, 0 skipped",
  ],
  [
    "a beforeAll of a file",
    `beforeAll(() => { throw new Error(); }); test("a", () => {});`,
    "0 passed, 1 failed, 1 skipped",
  ],
  [
    "a beforeAll of a describe",
    `describe("of", () => { beforeAll(() => { throw new Error(); }); test("a", () => {}); }); test("b", () => {});`,
    "1 passed, 1 failed, 1 skipped",
  ],
  [
    "an afterAll of a file",
    `afterAll(() => { throw new Error(); }); test("a", () => {});`,
    "1 passed, 1 failed, 0 skipped",
  ],
  [
    "an afterAll of a describe",
    `describe("of", () => { afterAll(() => { throw new Error(); }); test("a", () => {}); });`,
    "1 passed, 1 failed, 0 skipped",
  ],
  ["a file that does not load", `throw new Error();`, "0 passed, 1 failed, 0 skipped"],
  [
    "an error that nothing caught",
    `test("a", () => { Promise.reject(new Error()); });`,
    "1 passed, 1 failed, 0 skipped",
  ],
];

test.concurrent.each(fixtures)("the closing line counts %s", async (_, code, line) => {
  await using temporary = await temporaryFolder();
  const { folder } = temporary;
  await mkdir(join(folder, "test"));
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const imports = `import { afterAll, beforeAll, describe, test } from "vitest";\nvoid [afterAll, beforeAll, describe, test];\n`;
  await writeFile(join(folder, "test", "fixture.test.ts"), imports + code);

  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  const args = ["run", "--root", folder, "--config", join(repository, "vitest.config.ts")];
  const { stdout } = await untilEnd(startProcess(process.execPath, [vitest, ...args], { cwd: folder }));
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(line);
});
