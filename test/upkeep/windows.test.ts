import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { repository } from "../support/processes.ts";
import { linuxAlone } from "./linux-alone.ts";
import { findingsIn, nameFaults, shellFaults } from "./windows.ts";

/** What may stand there although Windows does not have it, with the reason. */
const excused = new Map([
  ["src/mock/listen.ts: a place that every system has, such as os.tmpdir()", "what is not there is not read"],
]);

/** The files in some folders, as Git names them. */
async function filesIn(folders: string[]): Promise<string[]> {
  const entries = await Promise.all(
    folders.map((folder) => readdir(join(repository, folder), { recursive: true, withFileTypes: true })),
  );
  return entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
}

test("what users run on Windows has nothing that breaks there", async () => {
  const files = (await filesIn(["src", "scripts", "samples"])).filter((file) => /\.[jt]s$/.test(file));
  const found = await Promise.all(
    files.map(async (file) => {
      const code = await readFile(join(repository, file), "utf8");
      return findingsIn(file, code).map(({ line, remedy }) => ({
        place: `${file}:${line}`,
        excuse: `${file}: ${remedy}`,
      }));
    }),
  );
  const findings = found.flat();
  expect(files.length).toBeGreaterThan(100);
  expect(findings.filter(({ excuse }) => !excused.has(excuse))).toEqual([]);
  // An excuse that nothing needs hides the next one.
  expect([...excused.keys()].filter((each) => !findings.some(({ excuse }) => excuse === each))).toEqual([]);
});

describe("what breaks is seen:", () => {
  test.each([
    [`new URL("../x", import.meta.url).pathname`, "fileURLToPath"],
    [`await import(join(folder, "x.js"))`, "pathToFileURL"],
    [`await import(\`\${folder}/x.js\`)`, "pathToFileURL"],
    [`await import(resolve("x.js"))`, "pathToFileURL"],
    [`import "node:child_process"; spawn("npm", ["run", "x"])`, "npm's own file"],
    [`import "node:child_process"; await promisify(execFile)("npx", ["x"], { cwd })`, "npm's own file"],
    [`import "node:child_process"; const run = promisify(execFile); await run("npm", ["ci"])`, "npm's own file"],
    [`import "node:child_process"; execFileSync("node_modules/.bin/tsc")`, "npm's own file"],
    [`import "node:child_process"; spawn("npm run 'x y'", { shell: true })`, "cmd.exe"],
    [`import "node:child_process"; execSync("PORT=1 node x.js")`, "cmd.exe"],
    [`process.kill(-child.pid, "SIGTERM")`, "groups"],
    [`child.kill("SIGSTOP")`, "no other signals"],
    [`writeFileSync("/tmp/x", "")`, "os.tmpdir"],
    [`readFileSync(\`/proc/\${id}/stat\`)`, "os.tmpdir"],
    [`open(process.env.HOME)`, "os.homedir"],
    [`import "node:path"; relative(folder, file).startsWith("..")`, "isAbsolute"],
    [`import "node:path"; const way = relative(a, b); way.split("/")`, "isAbsolute"],
    [`globSync(join(folder, "*.yaml"))`, "slashes"],
    [`import { symlink } from "node:fs/promises"`, "links need a right"],
  ])("%s", (code, remedy) => {
    expect(findingsIn("bad.ts", code).map((finding) => finding.remedy)).toEqual([expect.stringContaining(remedy)]);
  });

  test.each([
    `fileURLToPath(new URL("../x", import.meta.url))`,
    `new URL(request.url).pathname.split("/")`,
    "await import(pathToFileURL(file).href)",
    `await import(\`../generated/\${api}/index.ts\`)`,
    `await import("./x.ts")`,
    `spawn("npm run --silent lint", { shell: true })`,
    `spawn(process.execPath, ["npm"])`,
    `process.stdout.write(/'(.*)'/.exec("it's")?.[1] ?? "")`,
    `child.kill("SIGKILL")`,
    `pointer.split("/")`,
    `const way = relative(a, b); way.startsWith(\`..\${sep}\`)`,
    `relative(a, b).replaceAll(sep, "/").split("/")`,
  ])("and not %s", (code) => {
    expect(findingsIn("good.ts", code)).toEqual([]);
  });
});

describe("the commands of package.json", () => {
  // Whoever has installed the package's tools has their commands.
  const programs = new Set(["node", "npm", "npx", "cd", "vitest", "stryker", "biome"]);

  test.each(Object.entries(manifest.scripts))("%s is one for cmd.exe too", (_, command) => {
    expect(shellFaults(command, programs)).toEqual([]);
  });

  test.each([
    ["exec node x.js", "exec"],
    ["PORT=1 node x.js", "PORT=1"],
    ["node x.js 'a b'", "'"],
    ["node x.js; node y.js", ";"],
    ["node x.js $PORT", "$"],
    ["node x.js &", "&"],
    ["node x.js > /dev/null", "/dev/null"],
    ["node x.js && rm -rf dist", "rm"],
    ["./run", "./run"],
  ])("%s would not be", (command, fault) => {
    expect(shellFaults(command, programs)).toContain(fault);
  });
});

test("every file can be checked out, with the line ends that it has here", async () => {
  const made = [".git", ".stryker", "dist", "node_modules"];
  const top = (await readdir(repository, { withFileTypes: true })).filter(({ name }) => !made.includes(name));
  const folders = top.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const within = (await filesIn(folders)).filter((file) => !/^bench\/(dist|node_modules)\/|\/screenshots\//.test(file));
  const files = [...top.map(({ name }) => name), ...within];
  expect(within.length).toBeGreaterThan(300);
  expect(nameFaults(files)).toEqual([]);
  expect(await readFile(join(repository, ".gitattributes"), "utf8")).toMatch(/^\* text=auto eol=lf$/m);
  // npm reads from it what a command of Windows is to start.
  expect(await readFile(join(repository, "src", "cli", "bin.ts"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test.each([
  [["a/b:c.yaml"], "a/b:c.yaml has a character that no name has"],
  [["a/end."], "a/end. has a character that no name has"],
  [["openapi/aux.yaml"], "openapi/aux.yaml is a device"],
  [["README.md", "Readme.md"], "Readme.md and README.md are one file"],
  [["a".repeat(161)], `${"a".repeat(161)} is too long`],
])("of the names %s it would be said", (files, fault) => {
  expect(nameFaults(files)).toEqual([fault]);
});

test("tests of what Linux alone has are named as such, and are there", async () => {
  const files = (await filesIn(["test"])).filter((file) => file.endsWith(".test.ts"));
  expect(Object.keys(linuxAlone).filter((file) => !files.includes(file))).toEqual([]);
  const needing = /\brun\("sh"|\bstart(Redis|Postgres)\b|"\/dev\/|\.interrupt\(\)|from "\.\/ways\.ts"/;
  const texts = await Promise.all(files.map((file) => readFile(join(repository, file), "utf8")));
  const found = files.filter((_, index) => needing.test(texts[index] ?? ""));
  const isOfRelease = (file: string) => /^test\/(package|commands\/network)|^test\/upkeep\/windows/.test(file);
  expect(found.filter((file) => !(file in linuxAlone) && !isOfRelease(file))).toEqual([]);
});
