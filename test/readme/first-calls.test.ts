import { afterAll, expect, onTestFinished, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { captureOutput } from "../support/printed.ts";
import { bundleRecipes, readRecipe } from "../support/recipes.ts";
import { serve } from "../support/serve.ts";

const mock = await serve(await createMock(await readDocuments()));
afterAll(() => mock.close());

test.each([
  ["first-login.mjs", /^Send with every call:\n.*'Authorization',.* 'esignon 7f3c2b9e51d84a06b7e0c1f29d5a8e64'/s],
  ["outcome.ts", /^Good until \w{3} \w{3} \d\d /],
  ["client.ts", /^Refused with code\n1$/],
])("%s of the README runs as it stands, against the mock", async (name, printed) => {
  const recipe = await readRecipe(name);
  expect(recipe).toContain("http://127.0.0.1:4010");
  const bundled = await bundleRecipes(recipe.replaceAll("http://127.0.0.1:4010", mock.url));
  onTestFinished(() => bundled.remove());
  const output = captureOutput();
  await import(String(bundled.files)).finally(() => output.end());
  expect(output.end()).toMatch(printed);
});
