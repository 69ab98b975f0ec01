import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";

const { version, name, repository: named } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));

test("a release is refused in a fork, without its tag or its date, and the file that is checked is kept", async () => {
  await using project = await copyProject();
  const check = (tag: string, address: string) =>
    project.runScript("release", ["--tag", tag, "--repository", address, "--out", "dist/release"]);
  const changelog = join(project.folder, "CHANGELOG.md");
  const text = await readFile(changelog, "utf8");

  await writeFile(changelog, text.replace(/^## .*$/m, `## ${version} (unreleased)`));
  const refused = await check("v99.0.0", "https://github.com/somebody/fork");
  expect(refused.code).toBe(1);
  expect(refused.stderr.trimEnd().split("\n")).toEqual([
    `The tag is v99.0.0, and package.json has the version ${version}.`,
    expect.stringMatching(/^This is git\+https:\/\/github\.com\/somebody\/fork\.git, and repository\.url /),
    expect.stringMatching(/^CHANGELOG\.md has no date beside /),
  ]);

  await writeFile(changelog, text.replace(/^## .*$/m, `## ${version} (2026-12-01)`));
  const address = named.url.replace(/^git\+(.*)\.git$/, "$1");
  expect(await check(`v${version}`, address)).toEqual({
    code: 0,
    stdout: `v${version} can be released.\n`,
    stderr: "",
  });
  expect(await readdir(join(project.folder, "dist", "release"))).toEqual([`${name}-${version}.tgz`]);
});
