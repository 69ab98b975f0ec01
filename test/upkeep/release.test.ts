import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifestProblems } from "../../scripts/release/manifest.ts";
import { releaseProblems } from "../../scripts/release/version.ts";
import { repository } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ours = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));

/** A small package that npm would take, with what concerns publishing as ours has it. */
const manifest: Record<string, unknown> = {
  name: ours.name,
  version: "1.0.0",
  description: ours.description,
  homepage: ours.homepage,
  bugs: ours.bugs,
  repository: ours.repository,
  license: ours.license,
  type: "module",
  engines: ours.engines,
  sideEffects: false,
  files: ["dist", "openapi/*.yaml"],
  publishConfig: ours.publishConfig,
  bin: { tool: "dist/bin.js" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
};

const files: Record<string, string> = {
  LICENSE: "MIT",
  "README.md": "# A small package\n",
  "dist/index.js": "export const value = 1;\n",
  "dist/index.d.ts": "export declare const value: number;\n",
  "dist/bin.js": "#!/usr/bin/env node\n",
  "openapi/one.yaml": "openapi: 3.1.1\n",
};

/** What is said of the small package, with other members in its manifest or other files. */
async function problemsOf(members: Record<string, unknown>, others: Record<string, string> = {}): Promise<string[]> {
  await using temporary = await temporaryFolder();
  const written = { ...files, ...others, "package.json": JSON.stringify({ ...manifest, ...members }) };
  for (const [path, text] of Object.entries(written)) {
    const file = join(temporary.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return await manifestProblems(temporary.folder);
}

test("a package that npm takes has no problem", async () => {
  expect(await problemsOf({})).toEqual([]);
});

describe("what npm would refuse, or change, is said:", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["a name with capitals", { name: "Login-APIs" }, /^name: .*capital/],
    ["a name that is reserved", { name: "node_modules" }, /^name: /],
    ["no version", { version: undefined }, /^version is missing/],
    ["a version that is none", { version: "1.0" }, /Invalid version: "1\.0"/],
    ["a version with a letter before it", { version: "v1.0.0" }, /"version" was cleaned/],
    ["a prerelease", { version: "1.0.0-rc.1" }, /^version: .* prerelease/],
    ["a private package", { private: true }, /^private: /],
    ["no repository", { repository: undefined }, /^repository\.url is missing/],
    ["a repository as text", { repository: "github:login-apis/login-apis" }, /"repository" was changed from a string/],
    [
      "a repository in another form",
      { repository: { type: "git", url: "https://github.com/login-apis/login-apis" } },
      /"repository\.url" was normalized to "git\+https:/,
    ],
    ["bugs without an address", { bugs: { url: "nowhere" } }, /bugs\.url/],
    ["a homepage that is none", { homepage: 1 }, /homepage/],
    ["a misspelt member", { dependancies: {} }, /dependancies/],
    ["access that is not public", { publishConfig: { provenance: true } }, /^publishConfig\.access/],
    ["no provenance", { publishConfig: { access: "public" } }, /^publishConfig\.provenance/],
    [
      "another registry",
      { publishConfig: { access: "public", provenance: true, registry: "https://npm.example.org" } },
      /^publishConfig\.registry/,
    ],
    ["a script at the user's", { scripts: { postinstall: "node dist/bin.js" } }, /^scripts\.postinstall would run/],
    ["a dependency on a folder", { dependencies: { other: "file:../other" } }, /^LOCAL_DEPENDENCY/],
    ["a command that is not there", { bin: { tool: "dist/tool.js" } }, /^FILE_DOES_NOT_EXIST: .*tool\.js/],
    ["a command without a shebang", { bin: { tool: "dist/index.js" } }, /^BIN_FILE_NOT_EXECUTABLE/],
    ["an entry that is not there", { exports: { ".": "./dist/main.js" } }, /^FILE_DOES_NOT_EXIST: .*main\.js/],
    [
      "an entry whose types are not there",
      { exports: { ".": { types: "./dist/main.d.ts", default: "./dist/index.js" } } },
      /^FILE_DOES_NOT_EXIST: .*main\.d\.ts/,
    ],
    ["entries that are nowhere", { exports: { "./*": "./generated/*/index.js" } }, /^EXPORTS_GLOB_NO_MATCHED_FILES/],
    ["a file that is not there", { files: ["dist", "NOTES.md"] }, /^files: nothing is packed for "NOTES\.md"/],
    ["no list of files", { files: undefined }, /^files is missing/],
  ])("%s", async (_, members, said) => {
    expect(await problemsOf(members)).toContainEqual(expect.stringMatching(said));
  });
});

describe("a release", () => {
  const release = {
    manifest: { version: "1.2.0", repository: ours.repository },
    changelog: "# Changelog\n\n## 1.2.0 (2026-12-01)\n\nMore.\n\n## 1.1.0 (2026-11-30)\n\nThe first.\n",
    tag: "v1.2.0",
    repository: "https://github.com/login-apis/login-apis",
  };

  test("is right with its tag, its section of the changelog, and the repository that the manifest names", () => {
    expect(releaseProblems(release)).toEqual([]);
  });

  test.each([
    ["the tag of another version", { tag: "v1.1.0" }, "The tag is v1.1.0, and package.json has the version 1.2.0."],
    ["a tag without its letter", { tag: "1.2.0" }, "The tag is 1.2.0, and package.json has the version 1.2.0."],
    [
      "another repository, a fork for example",
      { repository: "https://github.com/somebody/login-apis" },
      /^This is git\+https:\/\/github\.com\/somebody\/login-apis\.git, and repository\.url in package\.json is /,
    ],
    ["another case", { repository: "https://github.com/Login-APIs/login-apis" }, /^This is .*Login-APIs/],
    ["no section", { changelog: "# Changelog\n\n## 1.2.01 (2026-12-01)\n\nMore.\n" }, /has no section "## 1\.2\.0"/],
    [
      "a section without text",
      { changelog: "## 1.2.0 (2026-12-01)\n\n## 1.1.0\n\nText.\n" },
      /says nothing about 1\.2\.0/,
    ],
    ["a section without a date", { changelog: "## 1.2.0 (unreleased)\n\nMore.\n" }, /has no date beside 1\.2\.0/],
  ])("is refused for %s", (_, change, said) => {
    expect(releaseProblems({ ...release, ...change })).toEqual([expect.stringMatching(said)]);
  });
});
