import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { readRecipe } from "../support/recipes.ts";
import { serve } from "../support/serve.ts";

const mock = await serve(await createMock(await readDocuments()));
afterAll(() => mock.close());

test.each([
  [
    "first-login.mjs",
    "Send with every call: {\n  name: 'Authorization',\n  value: 'esignon 7f3c2b9e51d84a06b7e0c1f29d5a8e64'\n}\n",
  ],
  ["outcome.ts", expect.stringMatching(/^Good until \w{3} \w{3} \d\d /)],
  ["client.ts", "Refused with code 1\n"],
])("%s of the README runs as it stands, against the mock", async (name, printed) => {
  // Within the project, whose tsconfig.json says where the package is.
  await mkdir("dist", { recursive: true });
  const folder = await mkdtemp("dist/readme-");
  try {
    const recipe = await readRecipe(name);
    expect(recipe).toContain("http://127.0.0.1:4010");
    const file = join(folder, name.replace(".mjs", ".ts"));
    await writeFile(file, recipe.replaceAll("http://127.0.0.1:4010", mock.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", "tsx", file]);
    expect(stdout).toEqual(printed);
    expect(stderr).toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
});
