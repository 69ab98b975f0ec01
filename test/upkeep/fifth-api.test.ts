import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type EndedProcess, repository, startProcess, untilEnd } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { follow, type Instruction, instructionsOf } from "./instructions.ts";

// Compilers and test runs of their own, on a machine that may have two cores and other work.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const api = "example-login";
const instructions = instructionsOf(await readFile(join(repository, "CONTRIBUTING.md"), "utf8"));

/** The tests that hold for every API there is. */
const enumerating = {
  registry: "test/package/registry.test.ts",
  outcomes: "test/contract/outcomes.test.ts",
  mock: "test/contract/mock.test.ts",
  samples: "test/docs/samples.test.ts",
  workflows: "test/workflows/workflows.test.ts",
};
/** Of these files, what is about all APIs or about the fifth, and not about another. */
const ofTheFifth = `${api}|^every |each operation|one file for each API|every input`;

interface TestRun {
  passed: string[];
  failed: string[];
  /** What was printed, differences and all. */
  output: string;
}

interface VitestReport {
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** A copy of the repository in which the instructions are followed. */
async function following(steps: Instruction[]) {
  const project = await copyProject({ tests: true });
  const { folder } = project;
  for (const step of steps) await follow(step, folder);

  const node = (...args: string[]): Promise<EndedProcess> =>
    untilEnd(startProcess(process.execPath, args, { cwd: folder }));
  const run = async (files: string[], pattern: string): Promise<TestRun> => {
    const reporters = ["--reporter=default", "--reporter=json", "--outputFile.json=report.json"];
    const { stdout, stderr } = await node(
      "node_modules/vitest/vitest.mjs",
      "run",
      ...reporters,
      "-t",
      pattern,
      ...files,
    );
    const output = stripVTControlCharacters(stdout + stderr);
    const report = await readFile(join(folder, "report.json"), "utf8").catch(() => {
      throw new Error(output);
    });
    const { testResults }: VitestReport = JSON.parse(report);
    const named = (wanted: string) =>
      testResults.flatMap(({ assertionResults }) =>
        assertionResults.filter(({ status }) => status === wanted).map(({ fullName }) => fullName.trim()),
      );
    const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0).map(({ name }) => name);
    return { passed: named("passed"), failed: [...named("failed"), ...broken], output };
  };
  return { ...project, node, run };
}

test("CONTRIBUTING.md names the files of a fifth API, the document first", () => {
  expect(instructions.map(({ file }) => file)).toEqual([
    `openapi/${api}.yaml`,
    `src/apis/${api}.ts`,
    "package.json",
    `samples/${api}/login.sh`,
    `samples/${api}/login.ts`,
    `openapi/workflows/${api}.arazzo.yaml`,
    "test/support/operations.ts",
    "test/support/operations.ts",
  ]);
});

describe("whoever follows CONTRIBUTING.md", async () => {
  const project = await following(instructions);
  afterAll(() => project[Symbol.asyncDispose]());

  test("has a document and workflows that the lint accepts, and can generate the client", async () => {
    const [lint, generate] = await Promise.all([project.runScript("lint"), project.runScript("generate")]);
    expect(lint).toMatchObject({ code: 0, stdout: expect.stringContaining(`openapi/${api}.yaml: validated`) });
    expect(generate).toMatchObject({ code: 0, stdout: expect.stringContaining(api) });
  });

  test("has code that is formatted, and type-checks with all of the tests", async () => {
    const files = instructions.map(({ file }) => file).filter((file) => /\.(ts|json)$/.test(file));
    const biome = ["node_modules/@biomejs/biome/bin/biome", "check", "--vcs-enabled=false", ...new Set(files)];
    const [check, types] = await Promise.all([project.node(...biome), project.node("node_modules/typescript/bin/tsc")]);
    expect(check).toMatchObject({ code: 0 });
    expect(types).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("has the tests of every API pass for the fifth", async () => {
    const { passed, failed, output } = await project.run(Object.values(enumerating), ofTheFifth);
    expect(failed, output).toEqual([]);
    for (const name of [
      "every API has a document, an adapter and an entry of the package",
      `${api} login 401 wrongPassword.*: by Prefer`,
      `${api} login 200 success.*: served, received by the generated client, equal, valid`,
      `${api}.* a valid request gets .success.`,
      `samples/${api}/login.sh.* gets the documented reply`,
      `samples/${api}/login.ts.* logs in`,
      "the workflows are one file for each API",
    ]) {
      expect(passed).toContainEqual(expect.stringMatching(name));
    }
  });

  test("has the rules of every login, and a judgement as the schema has it, proved for the fifth", async () => {
    const files = ["redirects", "secrets", "success", "hostile-replies", "judge-properties"].map(
      (name) => `test/unit/${name}.test.ts`,
    );
    const { passed, failed, output } = await project.run(files, api);
    expect(failed, output).toEqual([]);
    expect(passed.length).toBeGreaterThan(files.length);
  });
});

describe("whoever leaves a step out", () => {
  const unregistered = "every API has a document, an adapter and an entry of the package";

  test("the package's entry, is told so by one test, and no other fails", async () => {
    await using project = await following(instructions.filter(({ file }) => file !== "package.json"));
    const { failed, output } = await project.run([enumerating.registry], "");
    expect(failed).toEqual([unregistered]);
    expect(output).toMatch(/^\+ .*package.json: exports\[.*example-login/m);
  });

  test("every one but the document, is told so of each", async () => {
    await using project = await following(instructions.slice(0, 1));
    const { registry, outcomes, samples, workflows } = enumerating;
    const { failed, output } = await project.run([registry, outcomes, samples, workflows], "every|each");
    expect(failed.sort()).toEqual([
      "each operation has its samples, and each sample its operation",
      unregistered,
      expect.stringMatching(/^every example of a reply is a case below/),
      expect.stringMatching(/^the workflows are one file for each API/),
    ]);
    for (const missing of [
      `src/apis/${api}.ts`,
      "package.json: exports",
      `${api} login`,
      `samples/${api}/login.sh`,
      `samples/${api}/login.ts`,
      `openapi/workflows/${api}.arazzo.yaml`,
    ]) {
      expect(output.split("\n")).toContainEqual(expect.stringMatching(new RegExp(`^[+-] .*${missing}`)));
    }
    const generated = await project.runScript("generate", ["--check"]);
    expect(generated.stderr).toContain(`generated/${api}/client.ts is missing`);
  });
});

test.each([
  ["nowhere", '   "no such line": {\n+    "./a": "./a.js"\n'],
  ["in several places", '     },\n+    "./a": "./a.js"\n'],
])("a diff that fits %s is refused", async (_, code) => {
  await using project = await copyProject();
  const step = { file: "package.json", language: "diff", code };
  await expect(follow(step, project.folder)).rejects.toThrow("The diff of package.json fits");
});
