import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { sampleBaseUrl, sampleFiles } from "../../scripts/docs/samples.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { captureOutput } from "../support/printed.ts";
import { bundleRecipes } from "../support/recipes.ts";
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

test("each sample in TypeScript logs in", async () => {
  const bundled = await bundleRecipes(...(await Promise.all(cases.map(({ typescript }) => sample(typescript)))));
  onTestFinished(() => bundled.remove());
  for (const [index, { typescript }] of cases.entries()) {
    const output = captureOutput();
    await import(String(bundled.files[index])).finally(() => output.end());
    expect(output.end(), typescript).toMatch(/^(Logged in|Renewed)\. Every other call .+$/);
  }
});
