import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { repository } from "../support/processes.ts";
import { contents, copyProject } from "../support/project-copy.ts";

const generatedHere = await contents(join(repository, "generated"));

test.concurrent("the same documents give the same bytes, and what belongs to no document is removed", async ({
  expect,
}) => {
  await using project = await copyProject();
  const generated = join(project.folder, "generated");
  await rm(generated, { recursive: true });
  await mkdir(join(generated, "gone"), { recursive: true });
  await writeFile(join(generated, "gone", "index.ts"), "");

  const { code, stderr } = await project.runScript("generate");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(await contents(generated)).toEqual(generatedHere);
});

test.concurrent("--check names every file that is stale, missing or without a document, and changes none", async ({
  expect,
}) => {
  await using project = await copyProject();
  const generated = join(project.folder, "generated");
  await appendFile(join(generated, "esignon", "schema.ts"), "\n");
  await rm(join(generated, "onebox", "index.ts"));
  await rm(join(generated, "refresh-login"), { recursive: true });
  await mkdir(join(generated, "gone"));
  await writeFile(join(generated, "gone", "index.ts"), "");
  const before = await contents(generated);

  const { code, stdout, stderr } = await project.runScript("generate", ["--check"]);

  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr.trimEnd().split("\n").sort()).toEqual([
    "Run: npm run generate",
    "generated/esignon/schema.ts is stale",
    "generated/gone/index.ts belongs to no document",
    "generated/onebox/index.ts is missing",
    "generated/refresh-login/index.ts is missing",
    "generated/refresh-login/schema.ts is missing",
  ]);
  expect(await contents(generated)).toEqual(before);
});
