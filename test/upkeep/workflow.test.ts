import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { repository } from "../support/processes.ts";

interface Step {
  run?: string;
}

interface Job {
  if?: string;
  needs?: string;
  permissions?: Record<string, string>;
  container?: string;
  strategy?: { matrix: Record<string, unknown[]> };
  steps: Step[];
}

interface Workflow {
  on: { push: { branches: string[]; tags: string[] }; pull_request: null };
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

// What GitHub makes of it, only GitHub can show; this holds what it is asked for.
const { on, permissions, jobs }: Workflow = parse(await readFile(join(repository, ".github/workflows/ci.yml"), "utf8"));

const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

test("every push to main and every pull request runs .ci/run on Node 20, 22 and 24", () => {
  expect(on).toMatchObject({ push: { branches: ["main"] }, pull_request: null });
  expect(jobs.test?.if).toBeUndefined();
  expect(jobs.test?.strategy?.matrix).toEqual({ node: [20, 22, 24] });
  // Debian, whose packages .ci/run installs.
  expect(jobs.test?.container).toMatch(/^node:\$\{\{ matrix\.node \}\}-bookworm$/);
  expect(jobs.test && commands(jobs.test)).toEqual([".ci/run"]);
});

test("one job alone publishes, with provenance, after the tests, on a tag that is the package's version", () => {
  const publishing = Object.entries(jobs).filter(([, job]) => commands(job).some((run) => run.includes("publish")));
  expect(publishing.map(([name]) => name)).toEqual(["publish"]);
  const publish = jobs.publish as Job;
  expect(on.push.tags).toEqual(["v*"]);
  expect(publish).toMatchObject({ if: "startsWith(github.ref, 'refs/tags/v')", needs: "test" });
  const runs = commands(publish);
  expect(runs.at(-1)).toBe("npm publish --provenance --access public");
  expect(runs.at(-2)).toMatch(/^test "v.*version.*" = "\$GITHUB_REF_NAME"$/);
});

test("nothing but publishing may sign, and nothing may write to the repository", () => {
  expect(permissions).toEqual({ contents: "read" });
  expect(jobs.test?.permissions).toBeUndefined();
  expect(jobs.publish?.permissions).toEqual({ contents: "read", "id-token": "write" });
});
