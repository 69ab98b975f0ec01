import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { oneboxApi } from "../support/apis.ts";
import { captureOutput } from "../support/printed.ts";
import { bundleRecipes, entries, readRecipe } from "../support/recipes.ts";
import { Service } from "../support/service.ts";

const names = ["first-login.mjs", "outcome.ts", "client.ts", "usage.ts", "session.ts", "products.test.ts"];

test("every recipe of the README type-checks as it stands", async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  options.paths = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, [file]]));
  options.isolatedDeclarations = options.declaration = false;

  const recipes = new Map<string, string>();
  for (const name of names) recipes.set(join(root, `recipe-${name.replace(".mjs", ".mts")}`), await readRecipe(name));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (file) => recipes.get(file) ?? readFile(file);
  host.fileExists = (file) => recipes.has(file) || fileExists(file);
  host.getSourceFile = (file, target) => {
    const text = host.readFile(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...recipes.keys()], options, host);
  const problems = [...recipes.keys()].flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
  );
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

describe("usage.ts", () => {
  const service = new Service(oneboxApi);
  beforeEach(() => {
    vi.stubGlobal("fetch", service.fetch);
    vi.stubEnv("ONEBOX_PASSWORD", "correct-password");
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  test.each([
    ["a request that works", () => {}, "200\n{ data: 'for you' }"],
    ["a login that is refused", () => service.refuse(), "Log in by hand:\ninvalid_credentials"],
  ])("%s", async (_, prepare, said) => {
    prepare();
    const recipe = await bundleRecipes(await readRecipe("usage.ts"));
    onTestFinished(() => recipe.remove());
    const output = captureOutput();
    try {
      await import(String(recipe.files));
    } finally {
      expect(output.end()).toContain(said);
    }
  });
});

test("products.test.ts: how to test code that uses a session", async () => {
  const recipe = await bundleRecipes(await readRecipe("products.test.ts"));
  onTestFinished(() => recipe.remove());
  const { stdout } = await promisify(execFile)(process.execPath, ["--test-reporter=tap", ...recipe.files]);
  expect(stdout).toMatch(/^# pass 1$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
