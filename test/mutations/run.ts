// Takes the defences out one at a time, in a copy of the repository, and shows that a named test notices each.
import { execFile } from "node:child_process";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Mutation, mutations } from "./mutations.ts";

await using temporary = await temporaryFolder();
const { folder } = temporary;
const notCopied = new Set([".git", "bench", "dist", "node_modules"]);
await cp(repository, folder, { recursive: true, filter: (source) => !notCopied.has(relative(repository, source)) });
await symlink(join(repository, "node_modules"), join(folder, "node_modules"));

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

/** The names of the tests of a file that fail. */
async function failingTests(file: string): Promise<string[]> {
  const report = join(folder, "report.json");
  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", file, "--reporter=json", `--outputFile=${report}`, "--testTimeout=20000"];
  await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 28 }).catch(() => {});
  const { testResults }: Report = JSON.parse(await readFile(report, "utf8"));
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
  return assertions.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
}

/** The name of a test that notices the mutation. Throws if the line is not there, or if no test does. */
async function noticed({ file, from, to, noticedBy }: Mutation): Promise<string> {
  const path = join(folder, file);
  const original = await readFile(path, "utf8");
  if (original.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
  await writeFile(
    path,
    original.replace(from, () => to),
  );
  try {
    const failing = await failingTests(noticedBy.file);
    const [named] = failing.filter((name) => noticedBy.tests.test(name));
    if (named === undefined) throw new Error(`no test of ${noticedBy.file} with ${noticedBy.tests} fails`);
    return `${named}${failing.length > 1 ? `, and ${failing.length - 1} more` : ""}`;
  } finally {
    await writeFile(path, original);
  }
}

let missed = 0;
for (const [index, mutation] of mutations.entries()) {
  const result = await noticed(mutation).catch((error: Error) => {
    missed++;
    return `MISSED: ${error.message}`;
  });
  console.log(`[${index + 1}/${mutations.length}] ${mutation.name}\n    ${result}`);
}
console.log(`\n${mutations.length - missed} passed, ${missed} failed`);
if (missed > 0) process.exitCode = 1;
