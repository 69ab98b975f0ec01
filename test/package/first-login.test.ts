import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProcess, untilEnd } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";
import { readRecipe } from "../support/recipes.ts";
import { succeed } from "./installed.ts";

test("the README's first login needs nothing but what `npm ci` has run, and `npm start`", async () => {
  await using project = await copyProject();
  // What npm runs by itself when it has changed node_modules/.
  await succeed(project.folder, "npm", "run", "dependencies");
  await using started = startProcess("npm", ["start", "--", "--port", "0"], { cwd: project.folder });
  const url = await started.printed(/http:\/\/[\w.:]+/);
  const program = (await readRecipe("first-login.mjs")).replaceAll("http://127.0.0.1:4010", url);
  await writeFile(join(project.folder, "first-login.mjs"), program);
  const { stdout, stderr } = await untilEnd(
    startProcess(process.execPath, ["first-login.mjs"], { cwd: project.folder }),
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Send with every call: \{\s+name: 'Authorization',\s+value: 'esignon \w+'\s+\}\n$/);
});
