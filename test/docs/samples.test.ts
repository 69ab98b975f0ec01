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

const cases = operations.flatMap((operation) => {
  const [curl = "", typescript = ""] = sampleFiles(operation);
  const success = operation.replies.find(({ name }) => name === "success")?.example.value;
  return { curl, typescript, success };
});

test("each operation has its samples, and each sample its operation", async () => {
  const present = (await readdir("samples", { recursive: true })).filter((file) => file.includes("."));
  expect(present.map((file) => join("samples", file)).sort()).toEqual(operations.flatMap(sampleFiles).sort());
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
