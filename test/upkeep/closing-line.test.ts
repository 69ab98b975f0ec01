import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

/** Tests of the code that pass, beside tests of the package that fail, and what is run of them. */
const sides = { code: `test("a", () => {});`, package: `test("a", () => { throw new Error(); });` };
const commands: [name: string, projects: string[], line: string][] = [
  ["npm test", ["!release"], "1 passed, 0 failed, 0 skipped"],
  ["npm run test:release", ["release"], "0 passed, 1 failed, 0 skipped"],
  ["npm run test:all", [], "1 passed, 1 failed, 0 skipped"],
];

/** Runs Vitest for each folder in turn, and after each prints the exit code that a process would then have. */
const runner = `
  import { startVitest } from "vitest/node";
  const [config, runs] = process.argv.slice(1);
  for (const { root, project } of JSON.parse(runs)) {
    process.exitCode = 0;
    const vitest = await startVitest("test", [], { root, config, project, watch: false });
    await vitest.close();
    process.stdout.write("exit " + process.exitCode + "\\n");
  }
  process.exitCode = 0;`;

interface Run {
  root: string;
  project: string[];
}

describe("the closing line", async () => {
  const temporary = await temporaryFolder();
  const { folder } = temporary;
  let closings: string[][] = [];
  beforeAll(async () => {
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
    const runs: Run[] = [];
    for (const [name, code] of fixtures) runs.push({ root: await written(name, { code }), project: [] });
    for (const [name, project] of commands) runs.push({ root: await written(name, sides), project });
    const args = ["--input-type=module", "--eval", runner, join(repository, "vitest.config.ts"), JSON.stringify(runs)];
    const { stdout } = await untilEnd(startProcess(process.execPath, args, { cwd: repository }));
    closings = [...stdout.matchAll(/(.*)\n+exit (\d+)\n/g)].map(([, line = "", code = ""]) => [line, code]);
  });
  afterAll(() => temporary[Symbol.asyncDispose]());

  /** A folder with a file of tests for each part. */
  async function written(name: string, tests: Record<string, string>): Promise<string> {
    const root = join(folder, name);
    for (const [part, code] of Object.entries(tests)) {
      const file = join(root, "test", part, "fixture.test.ts");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `import { afterAll, beforeAll, describe, test } from "vitest";\n${code}\n`);
    }
    return root;
  }

  test.each(fixtures.map(([name, , line], index) => [name, line, index] as const))("counts %s", (_, line, index) => {
    expect(closings[index]).toEqual([line, "1"]);
  });

  test.each(commands.map(([name, , line], index) => [name, line, index] as const))(
    "of %s counts what it runs, and one that failed is an exit code",
    (_, line, index) => {
      expect(closings[fixtures.length + index]).toEqual([line, line.includes(" 0 failed") ? "0" : "1"]);
    },
  );
});

test("the commands run these projects, and .ci/run all of them", async () => {
  const { scripts } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  expect(scripts.test).toMatch(/ && vitest run --project=!release$/);
  expect(scripts["test:release"]).toBe("vitest run --project=release");
  expect(scripts["test:all"]).toMatch(/ && vitest run$/);
  const ci = await readFile(join(repository, ".ci", "run"), "utf8");
  expect(ci.trimEnd().split("\n").at(-1)).toBe("npm run test:all");
});
