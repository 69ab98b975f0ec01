import { readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { repository, type StartedProcess, startProcess } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Starts a process, and one behind a shell, and then takes for ever. */
const fixture = `
  import { test } from "vitest";
  import { startProcess } from ${JSON.stringify(join(repository, "test", "support", "processes.ts"))};
  test("takes for ever", async () => {
    const program = "setInterval(() => {}, 1000); console.log('begun')";
    const alone = startProcess(process.execPath, ["--eval", program]);
    const inShell = startProcess("sh", ["-c", 'node --eval "' + program + '"; true']);
    await Promise.all([alone.printed(/begun/), inShell.printed(/begun/)]);
    console.log("all have begun");
    await new Promise(() => {});
  });`;

/** How many processes of this machine began with a text in their environment; in groups of their own, too. */
function begunWith(mark: string): number {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, "utf8").split("\0").includes(mark);
    } catch {
      return false;
    }
  }).length;
}

describe("a test run that is cut off leaves no process:", async () => {
  const { folder, ...temporary } = await temporaryFolder();
  afterAll(() => temporary[Symbol.asyncDispose]());
  beforeAll(async () => {
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
    await mkdir(join(folder, "test", "of"), { recursive: true });
    await writeFile(join(folder, "test", "of", "fixture.test.ts"), fixture);
    const vitest = [join(repository, "node_modules", "vitest", "vitest.mjs"), "run", "--project=together"];
    const command = ["node", ...vitest, `--root=${folder}`, `--config=${join(repository, "vitest.config.ts")}`];
    // In a shell that stays, as npm has it.
    const scripts = { test: `${command.join(" ")} && true` };
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", scripts }));
  });

  test.concurrent.for<[string, (run: StartedProcess) => void]>([
    ["Ctrl-C", (run) => run.interruptGroup()],
    ["SIGTERM to npm", (run) => run.terminate()],
    ["SIGKILL to npm", (run) => run.killAlone()],
    ["SIGKILL to all but what tests have started", (run) => run.kill()],
  ])("%s", async ([name, cut], { expect }) => {
    const env = { CUT_OFF: name };
    await using run = startProcess("npm", ["test"], { cwd: folder, env });
    await run.printed(/all have begun/);
    // npm, its shell, Vitest, its worker, and what the test started.
    expect(begunWith(`CUT_OFF=${name}`)).toBeGreaterThanOrEqual(7);
    cut(run);
    await expect.poll(() => begunWith(`CUT_OFF=${name}`), { timeout: 5_000 }).toBe(0);
  });
});
