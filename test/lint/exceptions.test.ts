import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type LintProblem, lint } from "../support/lint.ts";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A rule switched off everywhere, or excused in one place of one document. */
interface Exception {
  rule: string;
  file?: string;
  pointer?: string;
}

/** The exceptions that no problem needs, each as a line. */
function needlessExceptions(exceptions: Exception[], problems: LintProblem[]): string[] {
  return exceptions
    .filter(({ rule, file, pointer }) => {
      const needed = (problem: LintProblem) =>
        problem.rule === rule && (!file || problem.file === file) && (!pointer || problem.pointer === pointer);
      return !problems.some(needed);
    })
    .map(({ rule, file, pointer }) => [rule, file, pointer].filter(Boolean).join(" "));
}

interface LintConfig {
  plugins: string[];
  rules: Record<string, string | { severity: string }>;
}

/** By file, then by rule: the places where the rule is excused. */
type IgnoreFile = Record<string, Record<string, string[]>>;

const config: LintConfig = parse(await readFile(join(repository, "redocly.yaml"), "utf8"));
const ignoreFile: IgnoreFile = parse(await readFile(join(repository, ".redocly.lint-ignore.yaml"), "utf8"));

const switchedOff = Object.entries(config.rules)
  .filter(([, setting]) => setting === "off" || (typeof setting === "object" && setting.severity === "off"))
  .map(([rule]) => ({ rule }));
const excused = Object.entries(ignoreFile).flatMap(([file, rules]) =>
  Object.entries(rules).flatMap(([rule, pointers]) =>
    pointers.map((pointer) => ({ rule, file: join(repository, file), pointer })),
  ),
);

test("every exception from the lint rules is still needed", async () => {
  // In a folder of its own, because Redocly reads the ignore file that lies beside the config.
  await using temporary = await temporaryFolder();
  const withoutExceptions = join(temporary.folder, "redocly.yaml");
  const plugins = config.plugins.map((plugin) => resolve(repository, plugin));
  const rules = { ...config.rules, ...Object.fromEntries(switchedOff.map(({ rule }) => [rule, "error"])) };
  await writeFile(withoutExceptions, stringify({ ...config, plugins, rules }));
  const registry = join(repository, "openapi");
  const documents = (await readdir(registry)).filter((file) => file.endsWith(".yaml"));

  const problems = await lint(
    documents.map((file) => join(registry, file)),
    withoutExceptions,
  );

  const exceptions = [...switchedOff, ...excused];
  expect(exceptions).not.toHaveLength(0);
  expect(needlessExceptions(exceptions, problems)).toEqual([]);
});

test("an exception is needless when its problem is gone, or is elsewhere", () => {
  const problems = [{ rule: "found", file: "/a.yaml", pointer: "#/paths", message: "" }];
  const exceptions = [
    { rule: "found" },
    { rule: "found", file: "/a.yaml", pointer: "#/paths" },
    { rule: "gone" },
    { rule: "gone", file: "/a.yaml", pointer: "#/paths" },
    { rule: "found", file: "/b.yaml", pointer: "#/paths" },
    { rule: "found", file: "/a.yaml", pointer: "#/info" },
  ];
  expect(needlessExceptions(exceptions, problems)).toEqual([
    "gone",
    "gone /a.yaml #/paths",
    "found /b.yaml #/paths",
    "found /a.yaml #/info",
  ]);
});
