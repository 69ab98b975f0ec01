import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type LintProblem, lint } from "../support/lint.ts";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The rules, of those switched off, that would find nothing. */
function needlessExceptions(rules: string[], problems: LintProblem[]): string[] {
  return rules.filter((rule) => !problems.some((problem) => problem.rule === rule));
}

interface LintConfig {
  plugins: string[];
  rules: Record<string, string | { severity: string }>;
}

const folder = join(repository, "scripts", "lint");
const config: LintConfig = parse(await readFile(join(folder, "redocly.yaml"), "utf8"));
const switchedOff = Object.entries(config.rules)
  .filter(([, setting]) => setting === "off" || (typeof setting === "object" && setting.severity === "off"))
  .map(([rule]) => rule);

test("every exception from the lint rules is still needed", async () => {
  await using temporary = await temporaryFolder();
  const withoutExceptions = join(temporary.folder, "redocly.yaml");
  const plugins = config.plugins.map((plugin) => resolve(folder, plugin));
  const rules = { ...config.rules, ...Object.fromEntries(switchedOff.map((rule) => [rule, "error"])) };
  await writeFile(withoutExceptions, stringify({ ...config, plugins, rules }));
  const registry = join(repository, "openapi");
  const documents = (await readdir(registry)).filter((file) => file.endsWith(".yaml"));

  const problems = await lint(
    documents.map((file) => join(registry, file)),
    withoutExceptions,
  );

  expect(switchedOff).not.toHaveLength(0);
  expect(needlessExceptions(switchedOff, problems)).toEqual([]);
});

test("an exception is needless when its problem is gone", () => {
  const problems = [{ rule: "found", file: "/a.yaml", pointer: "#/paths", message: "" }];
  expect(needlessExceptions(["found", "gone"], problems)).toEqual(["gone"]);
});
