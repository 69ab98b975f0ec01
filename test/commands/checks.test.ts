import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Runs the checks where their scripts print a line each and end with these codes. */
async function check(codes: { lint: number; check: number; typecheck: number }) {
  await using temporary = await temporaryFolder();
  const scripts = Object.entries(codes).map(([name, code]) => [name, `echo "${name} said" && exit ${code}`]);
  await writeFile(join(temporary.folder, "package.json"), JSON.stringify({ scripts: Object.fromEntries(scripts) }));
  const args = ["--import", import.meta.resolve("tsx"), join(repository, "scripts", "checks.ts")];
  const { code, stdout, stderr } = await untilEnd(startProcess(process.execPath, args, { cwd: temporary.folder }));
  return { code, lines: stdout.trimEnd().split("\n").sort(), stderr };
}

const lines = ["check said", "lint said", "typecheck said"];

test.concurrent("all checks run, whichever fails, and those that did are named", async ({ expect }) => {
  const stderr = "Failed: npm run lint, npm run typecheck\n";
  expect(await check({ lint: 1, check: 0, typecheck: 2 })).toEqual({ code: 1, lines, stderr });
});

test.concurrent("without a failure they end well", async ({ expect }) => {
  expect(await check({ lint: 0, check: 0, typecheck: 0 })).toEqual({ code: 0, lines, stderr: "" });
});

test("the scripts are those of package.json, and both kinds of tests begin with them", async () => {
  const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(["lint", "check", "typecheck"]));
  for (const name of ["test", "test:all"] as const)
    expect(manifest.scripts[name]).toMatch(/^npm run --silent checks && /);
});
