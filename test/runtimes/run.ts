// Runs the suite against the mock on every runtime that docs/runtimes.md names, and compares its table with what came of it.
import { execFile } from "node:child_process";
import { copyFile, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import manifest from "../../package.json" with { type: "json" };
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { installLocked } from "../support/locked-packages.ts";
import { operations } from "../support/operations.ts";
import { repository } from "../support/processes.ts";
import { serve } from "../support/serve.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { folderFor, type Runtime, runtimesOf } from "./runtimes.ts";
import type { Input } from "./suite.ts";
import { differences, type Outcome, readTable } from "./table.ts";

await using temporary = await temporaryFolder();
const { folder } = temporary;

/** The suite and what the package is built to, as one module. */
async function bundleSuite(): Promise<string> {
  const script = ["--import", "tsx", "scripts/build.ts", "--out", join(folder, "dist")];
  await promisify(execFile)(process.execPath, script, { cwd: repository });
  const { outputFiles } = await build({
    entryPoints: [join(repository, "test/runtimes/suite.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
    nodePaths: [join(repository, "node_modules")],
    plugins: [
      {
        name: "what is built in place of its sources",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\.\/\.\.\/(src|generated)\/.*\.ts$/ }, ({ path }) => ({
            path: join(folder, "dist", path.replace("../../", "").replace(/\.ts$/, ".js")),
          })),
      },
    ],
  });
  // As it is installed, so that what runs within the folder finds its entries by their names.
  await copyFile(join(repository, "package.json"), join(folder, "package.json"));
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  return outputFiles[0]?.text ?? "";
}

const documents = await readDocuments();
const refusals = readOperations(documents).flatMap(({ api, operation, replies }) =>
  replies
    .filter(({ example }) => example["x-outcome"] !== "success")
    .map(({ name, status, example }) => ({
      operation: `${api} ${operation.operationId}`,
      example: name,
      status,
      reason: `${example["x-outcome"]}`,
    })),
);
const entries = [
  ...Object.keys(manifest.exports).filter((path) => !path.includes("*") && !path.endsWith(".json")),
  ...documents.map(({ name }) => `./${name}`),
].map((path) => path.replace(/^\./, manifest.name));
const answer = await createMock(documents);
const [suite, installed] = await Promise.all([
  bundleSuite(),
  installLocked(join(import.meta.dirname, "versions"), "login-apis-runtimes"),
]);

/** Runs the suite on one runtime, with a mock of its own. */
async function outcomeOf(runtime: Runtime): Promise<Outcome> {
  const { name, missing } = runtime;
  if (missing) return { name, result: "skipped", version: "-", detail: missing };
  const seen: (string | undefined)[] = [];
  const mock = await serve((request, response) => {
    seen.push(request.url);
    answer(request, response);
  });
  try {
    const version = await runtime.version();
    const input: Input = { url: mock.url, calls: operations, refusals };
    const results = await runtime.run({ folder: await folderFor(folder, runtime), suite, input, entries });
    const problems = results.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));
    if (results.length <= refusals.length) problems.push(`only ${results.length} checks were made`);
    if (seen.some((url) => url?.startsWith("/redirected"))) problems.push("a redirect was followed");
    return problems.length > 0
      ? { name, version, result: "failed", detail: problems.join("\n") }
      : { name, version, result: "passed", detail: `${results.length} checks` };
  } catch (error) {
    return { name, version: "-", result: "failed", detail: `${error}` };
  } finally {
    await mock.close();
  }
}

const outcomes: Outcome[] = [];
for (const runtime of runtimesOf(installed)) {
  const outcome = await outcomeOf(runtime);
  outcomes.push(outcome);
  const columns = [outcome.name.padEnd(26), outcome.version.padEnd(16), outcome.result];
  console.log(`${columns.join(" ")}  ${outcome.detail.replaceAll("\n", "\n    ")}`);
}

const wrong = differences(readTable(await readFile(join(repository, "docs", "runtimes.md"), "utf8")), outcomes);
for (const difference of wrong) console.log(`docs/runtimes.md: ${difference}`);
const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
console.log(`\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
if (count("failed") > 0 || wrong.length > 0) process.exitCode = 1;
