import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { readDocuments } from "../../scripts/documents.ts";
import { generate } from "../../src/generate/generate.ts";
import { readWhole } from "../../src/openapi/read.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { entries, type PageBlock, readBlocks } from "../support/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const blocks = await readBlocks();

/** Of other platforms: the tests of these in test/recipes/ check them, with the types that they have there. */
const ofOtherPlatforms = ["worker.ts", "app/session.ts", "app/api/products/route.ts", "app/products/page.tsx"];
const isOfOtherPlatform = ({ file }: PageBlock) => file !== undefined && ofOtherPlatforms.includes(file);

/** What type-checks and what does not, of blocks of TypeScript and of the documents beside them. */
async function typeErrors(checked: PageBlock[]): Promise<{ errors: string[]; files: string }> {
  await using temporary = await temporaryFolder();
  const { folder } = temporary;
  // Some need packages of others.
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  for (const [index, block] of checked.entries()) await write(block, index, folder);
  // As the build puts them beside the code.
  for (const { name, document } of await readDocuments())
    await writeFile(join(folder, `${name}.json`), JSON.stringify(document));
  const places = { ...entries, "login-apis/openapi/*.json": join(folder, "*.json") };
  const compilerOptions = {
    paths: Object.fromEntries(Object.entries(places).map(([name, file]) => [name, [file]])),
    typeRoots: [join(repository, "node_modules", "@types")],
    isolatedDeclarations: false,
    declaration: false,
  };
  const config = { extends: join(repository, "tsconfig.json"), compilerOptions, include: ["."] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(repository, "node_modules", "typescript-7", "bin", "tsc");
  const { stdout, stderr } = await untilEnd(
    startProcess(process.execPath, [tsc, "-p", ".", "--listFiles", "--pretty", "false"], { cwd: folder }),
  );
  const lines = `${stdout}${stderr}`.split("\n");
  return { errors: lines.filter((line) => line.includes("error TS")), files: stdout };
}

/** A page's blocks stand beside each other, as its reader has them. A document's code is generated as the page has it done. */
async function write({ page, language, file, text }: PageBlock, index: number, folder: string): Promise<void> {
  const beside = join(folder, basename(page, ".md"));
  await mkdir(beside, { recursive: true });
  if (language === "ts") return writeFile(join(beside, nameOf(file, index)), text);
  await writeFile(join(beside, file ?? ""), text);
  const [document] = await readWhole([join(beside, file ?? "")]);
  if (!document) throw new Error(`${page}: ${file} is no document.`);
  const settings = { runtime: "login-apis/runtime", schema: "./schema.js", command: "login-apis generate" };
  const generated = join(beside, "generated", document.name);
  await mkdir(generated, { recursive: true });
  for (const [name, content] of await generate(document, settings)) await writeFile(join(generated, name), content);
}

/** A module of JavaScript is checked as if it were one of TypeScript. */
function nameOf(file: string | undefined, index: number): string {
  return file?.replace(/\.mjs$/, ".mts") ?? `block-${index}.ts`;
}

test("every block of TypeScript of README.md and docs/ type-checks as it stands", async () => {
  const documents = blocks.filter(({ language, file }) => language === "yaml" && file !== undefined);
  const code = blocks.filter((block) => block.language === "ts" && !isOfOtherPlatform(block));
  expect(code.length).toBeGreaterThan(0);
  const mistake = { page: "README.md", language: "ts", file: "mistake.ts", text: 'export const one: number = "1";\n' };
  const { errors, files } = await typeErrors([...documents, ...code, mistake]);
  expect(errors).toEqual([expect.stringMatching(/^README\/mistake\.ts\(1,14\): /)]);
  for (const [index, { page, file }] of code.entries())
    expect(files).toContain(join(basename(page, ".md"), nameOf(file, documents.length + index)));
});

const { name, version, scripts } = manifest;
const published = `npm install ${name}`;
/** Until it is published, the package is packed beside the reader's project. */
const installing = `(cd ../${name} && npm pack) && npm install ../${name}/${name}-${version}.tgz`;

/** What is wrong with a line of a block of commands: whoever types it must have what it names. */
function commandProblem(line: string): string | undefined {
  if (line === installing || line === published) return undefined;
  const [, script] = /^(?:npm ci && )?npm (?:run )?([\w:-]+)/.exec(line) ?? [];
  if (script !== undefined) {
    return script in scripts ? undefined : `there is no npm script ${script}`;
  }
  // They are all run in test/package/own-api.test.ts.
  if (line.startsWith("npx login-apis ")) return undefined;
  return "nothing runs it";
}

test("every other block is commands that there are, or a part of a document of its page", () => {
  const problems = blocks.flatMap(({ page, language, file, text }) => {
    if (language === "ts" || language === "tsx") return [];
    if (language === "sh") {
      const lines = text.trim().replaceAll("\\\n", "").split("\n");
      return lines.flatMap((line) => commandProblem(line) ?? []).map((problem) => `${page}: ${problem}`);
    }
    const whole = blocks.filter((block) => block.page === page && block.language === language && block.file);
    const isQuoted = whole.some((block) => block.text.includes(text));
    return file !== undefined || isQuoted ? [] : [`${page}: this stands in no document of the page:\n${text}`];
  });
  expect(problems).toEqual([]);
});

test.each([
  ["npm run bild", "there is no npm script bild"],
  ["npm ci && npm strat", "there is no npm script strat"],
  ["curl http://127.0.0.1:4010/", "nothing runs it"],
  [installing.replace(version, "0.0.0"), "nothing runs it"],
])("%s is noticed", (line, problem) => {
  expect(commandProblem(line)).toBe(problem);
});

/** What makes a README too long for a stranger with ten minutes. */
function lengthProblems(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  const long = lines.flatMap((line, index) =>
    line.length > 140 ? [`line ${index + 1} has ${line.length} characters`] : [],
  );
  return lines.length > 250 ? [...long, `it has ${lines.length} lines`] : long;
}

test("README.md has at most 250 lines, and none over 140 characters", async () => {
  expect(lengthProblems(await readFile(join(repository, "README.md"), "utf8"))).toEqual([]);
  expect(lengthProblems(`${"x".repeat(141)}\n${"\n".repeat(249)}end\n`)).toEqual([
    "line 1 has 141 characters",
    "it has 251 lines",
  ]);
});
