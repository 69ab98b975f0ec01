import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { documentFiles } from "../../scripts/documents.ts";
import { altered, base, written } from "../openapi/written.ts";
import { type LintProblem, lint } from "../support/lint.ts";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const registered = await documentFiles();
const documents = {
  "a rule": altered("      summary: Log in\n", ""),
  "a limit": altered("        in: path\n", "        in: path\n        style: matrix\n"),
  "a warning": altered("        ends: [{ in: 60 }]\n", ""),
  license: base,
};

let problems: LintProblem[] = [];
beforeAll(async () => {
  await using temporary = await temporaryFolder();
  const files = Object.entries(documents).map(([title, text]) => written(temporary.folder, `${title}.yaml`, text));
  const all = [...registered.map((file) => join(repository, file)), ...(await Promise.all(files))];
  problems = await lint(all, join(repository, "scripts/lint/redocly.yaml"));
});
const of = (title: string) =>
  problems
    .filter(({ file }) => basename(file, ".yaml") === title)
    .map(({ rule, pointer }) => ({ rule, pointer }))
    .filter(({ rule }) => rule.startsWith("house/") || rule === "info-license");

test("a house rule and a limit are rules of Redocly's, with the place of what breaks them", () => {
  expect(of("a rule")).toContainEqual({
    rule: "house/complete-operation",
    pointer: "#/paths/~1companies~1{company}~1login/post",
  });
  expect(of("a limit")).toContainEqual({
    rule: "house/parameter-style",
    pointer: "#/paths/~1companies~1{company}~1login/parameters/0/style",
  });
});

test("what a document had better say is asked for, with its place", () => {
  expect(of("a warning")).toContainEqual({
    rule: "house/login-token",
    pointer: "#/paths/~1companies~1{company}~1login/post/x-login",
  });
});

test("what Redocly's recommended-strict asks beside them is rejected", () => {
  expect(of("license")).toEqual([{ rule: "info-license", pointer: expect.any(String) }]);
});

test.each(registered)("%s breaks none", (file) => {
  expect(problems.filter((problem) => problem.file === join(repository, file))).toEqual([]);
});
