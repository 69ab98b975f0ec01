import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { type CodeKind, readSamples, sampleBaseUrl, sampleFile } from "../../src/docs/samples.ts";
import { createMock } from "../../src/mock/server.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { operations as calls } from "../support/operations.ts";
import { captureOutput } from "../support/printed.ts";
import { bundleRecipes } from "../support/recipes.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const mock = await serve(await createMock(documents));
afterAll(() => mock.close());
const run = promisify(execFile);
const samples = await readSamples("samples");

/** A sample that asks the mock of this test. */
function sample(file: string): string {
  const source = samples.get(file) ?? "";
  expect(source, file).toContain(sampleBaseUrl);
  return source.replaceAll(sampleBaseUrl, mock.url);
}

// An API needs no samples, but one that has them has all.
const withSamples = operations.filter(({ api }) => [...samples.keys()].some((file) => file.startsWith(`${api}/`)));
const fileOf = (kind: CodeKind) => (operation: (typeof operations)[number]) =>
  sampleFile(operation.api, operation.operation.operationId, kind);

test("each sample is that of an operation, or of an API's session", () => {
  const known = (["curl", "typescript", "session"] as const).flatMap((kind) => withSamples.map(fileOf(kind)));
  expect([...samples.keys()]).toEqual([...new Set(known)].sort());
  expect(withSamples).not.toHaveLength(0);
});

test.each(withSamples)("the curl of $api $operation.operationId gets the documented reply", async (operation) => {
  const { stdout } = await run("sh", ["-c", sample(fileOf("curl")(operation))]);
  expect(JSON.parse(stdout)).toEqual(operation.replies.find(({ name }) => name === "success")?.example.value);
});

test("each sample in TypeScript logs in", async () => {
  const names = withSamples.map(fileOf("typescript"));
  const bundled = await bundleRecipes(...names.map(sample));
  onTestFinished(() => bundled.remove());
  for (const [index, name] of names.entries()) {
    const output = captureOutput();
    await import(String(bundled.files[index])).finally(() => output.end());
    expect(output.end(), name).toMatch(/^(Logged in|Renewed)\. Every other call .+$/);
  }
});

test("each session's sample names the variable that it lacks, and logs in with it", async () => {
  const names = [...new Set(withSamples.map(fileOf("session")))];
  const bundled = await bundleRecipes(...names.map(sample));
  onTestFinished(() => bundled.remove());
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [index, name] of names.entries()) {
    const file = pathToFileURL(String(bundled.files[index])).href;
    const [, variable = ""] = /process\.env\.(\w+)/.exec(samples.get(name) ?? "") ?? [];
    expect(variable, name).toMatch(/_PASSWORD$/);
    vi.stubEnv(variable, "");
    await expect(import(`${file}?without`), name).rejects.toThrow(`Set ${variable}.`);
    const call = calls.find((each) => each.kind === "login" && name.startsWith(`${each.api}/`));
    vi.stubEnv(variable, String(call?.credentials[call.secret]));
    const output = captureOutput();
    await import(`${file}?with`).finally(() => output.end());
    expect(output.end(), name).toMatch(/^HTTP \d{3}$/);
  }
});
