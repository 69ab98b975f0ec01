import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { sampleBaseUrl, sampleFiles } from "../../scripts/docs/samples.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const mock = await serve(await createMock(documents));
afterAll(() => mock.close());
const run = promisify(execFile);

const present = (await readdir("samples", { recursive: true }))
  .filter((file) => file.includes("."))
  .map((file) => join("samples", file));

// An API needs no samples, but one that has them has them in each language.
const cases = operations.flatMap((operation) => {
  const files = sampleFiles(operation);
  if (!files.some((file) => present.includes(file))) return [];
  const [curl = "", typescript = ""] = files;
  const success = operation.replies.find(({ name }) => name === "success")?.example.value;
  return { curl, typescript, success };
});

test("each sample is that of an operation", () => {
  const known = operations.flatMap(sampleFiles);
  expect(present.filter((file) => !known.includes(file))).toEqual([]);
  expect(cases).not.toHaveLength(0);
});

/** A sample that asks the mock of this test. */
async function sample(file: string): Promise<string> {
  const source = await readFile(file, "utf8");
  expect(source).toContain(sampleBaseUrl);
  return source.replaceAll(sampleBaseUrl, mock.url);
}

test.each(cases)("$curl gets the documented reply", async ({ curl, success }) => {
  const { stdout } = await run("sh", ["-c", await sample(curl)]);
  expect(JSON.parse(stdout)).toEqual(success);
});

test.each(cases)("$typescript logs in", async ({ typescript }) => {
  // Within the project, whose tsconfig.json says where the package is.
  await mkdir("dist", { recursive: true });
  const folder = await mkdtemp("dist/sample-");
  try {
    const file = join(folder, "sample.ts");
    await writeFile(file, await sample(typescript));
    const { stdout, stderr } = await run(process.execPath, ["--import", "tsx", file]);
    expect(stdout).toMatch(/^(Logged in|Renewed)\. Every other call /);
    expect(stderr).toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
});
