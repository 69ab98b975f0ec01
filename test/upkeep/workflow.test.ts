import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { repository } from "../support/processes.ts";
import { shellFaults } from "./windows.ts";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  uses?: string;
  if?: string;
  needs?: string;
  permissions?: Record<string, string>;
  container?: string;
  strategy?: { matrix: Record<string, unknown[]> };
  steps?: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

// What GitHub makes of them, only GitHub can show; this holds what it is asked for.
const folder = join(repository, ".github/workflows");
const names = await readdir(folder);
const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
const workflows = new Map(names.map((name, index): [string, Workflow] => [name, parse(texts[index] ?? "")]));
const workflow = (name: string) => workflows.get(name) as Workflow;

const commands = ({ steps = [] }: Job = {}) => steps.flatMap(({ run }) => run ?? []);

test("every push to main and every pull request runs .ci/run on Node 20, 22 and 24", () => {
  const { on, jobs } = workflow("ci.yml");
  expect(on).toMatchObject({ push: { branches: ["main"] }, pull_request: null });
  expect(jobs.test?.if).toBeUndefined();
  expect(jobs.test?.strategy?.matrix).toEqual({ node: [20, 22, 24] });
  // Debian, whose packages .ci/run installs.
  expect(jobs.test?.container).toMatch(/^node:\$\{\{ matrix\.node \}\}-bookworm$/);
  expect(commands(jobs.test)).toEqual([".ci/run"]);
});

test("Windows and macOS run what can be run there, by commands that every shell has", () => {
  const job = workflow("ci.yml").jobs.elsewhere;
  expect(job?.if).toBeUndefined();
  expect(job?.strategy?.matrix).toEqual({ system: ["windows-latest", "macos-latest"] });
  const [install, test, ...built] = commands(job);
  expect([install, test]).toEqual(["npm ci", "npm test"]);
  expect(built).toEqual(["npm run build", expect.stringMatching(/^node dist\/src\/cli\/bin\.js check /)]);
  expect(commands(job).flatMap((command) => shellFaults(command))).toEqual([]);
});

test("one job alone publishes, with provenance, on a tag, after the same tests, the file that was checked", () => {
  const publishing = [...workflows].flatMap(([name, { jobs }]) =>
    Object.entries(jobs).flatMap(([job, each]) =>
      commands(each).some((run) => /\bpublish\b/.test(run)) ? [`${name} ${job}`] : [],
    ),
  );
  expect(publishing).toEqual(["release.yml publish"]);
  const { on, jobs } = workflow("release.yml");
  expect(on).toEqual({ push: { tags: ["v*"] } });
  expect(jobs.test?.uses).toBe("./.github/workflows/ci.yml");
  expect(workflow("ci.yml").on).toHaveProperty("workflow_call");
  expect(jobs.publish).toMatchObject({ needs: "test" });
  expect(jobs.publish?.if).toBeUndefined();

  const runs = commands(jobs.publish);
  const check = runs.findIndex((run) => run.startsWith("npm run release:check -- "));
  const [, out] = / --out (\S+)$/.exec(runs[check] ?? "") ?? [];
  expect(runs[check]).toContain(' --tag "$GITHUB_REF_NAME" ');
  expect(runs[check]).toContain(' --repository "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" ');
  expect(runs.at(-1)).toBe(`npm publish ${out}/*.tgz --provenance --access public`);
  expect(check).toBeLessThan(runs.length - 1);
  // It would have npm send an empty token where the workflow's own identity should count.
  for (const step of jobs.publish?.steps ?? []) expect(step.with ?? {}).not.toHaveProperty("registry-url");
});

test("nothing but publishing may sign, and nothing may write to the repository", () => {
  for (const [name, { permissions, jobs }] of workflows) {
    expect(permissions, name).toEqual({ contents: "read" });
    for (const [job, { permissions: own }] of Object.entries(jobs)) {
      const isPublishing = name === "release.yml" && job === "publish";
      expect(own, `${name} ${job}`).toEqual(isPublishing ? { contents: "read", "id-token": "write" } : undefined);
    }
  }
});

test("every action that is used is GitHub's own", () => {
  const used = [...workflows.values()].flatMap(({ jobs }) =>
    Object.values(jobs).flatMap(({ uses, steps = [] }) => [uses, ...steps.map((step) => step.uses)]),
  );
  const foreign = used.filter((name) => name !== undefined && !/^(actions\/[\w-]+@v\d+|\.\/\.github\/)/.test(name));
  expect(foreign).toEqual([]);
});
