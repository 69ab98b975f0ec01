import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { generate } from "../../src/generate/generate.ts";
import type { RequestPlace } from "../../src/openapi/expressions.ts";
import { read } from "../../src/openapi/read.ts";
import { operations } from "../support/operations.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);

/** Both are called `tsc`, so each is found by its package. */
const compilers = [
  { name: "TypeScript 5.9", version: /^Version 5\.9\./, tsc: "node_modules/typescript/bin/tsc" },
  { name: "TypeScript 7", version: /^Version 7\./, tsc: "node_modules/typescript-7/bin/tsc" },
];

/** What is proved by any compiler is asked of the one that takes a tenth of the time. */
const fast = "node_modules/typescript-7/bin/tsc";

/** What a compiler says of a project: nothing, if all is well. */
async function complaints(tsc: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [tsc, "--pretty", "false", ...args]).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

const temporary = await temporaryFolder();
const { folder } = temporary;
afterAll(() => temporary[Symbol.asyncDispose]());

const here = (path: string) => join(process.cwd(), path);
await symlink(here("node_modules"), join(folder, "node_modules"), "junction");
const compilerOptions = { typeRoots: [here("node_modules/@types")] };

describe.each(compilers)("$name", ({ name, version, tsc }) => {
  test("is the version that is meant", async () =>
    expect((await run(process.execPath, [tsc, "--version"])).stdout).toMatch(version));

  test("accepts every line of the type tests, rejects those that it must, and complains where no mistake is expected", async () => {
    const mistakes = join(folder, name);
    await mkdir(mistakes);
    const imported = (api: string) => relative(mistakes, here(`generated/${api}/index.ts`));
    await writeFile(
      join(mistakes, "mistakes.mts"),
      [
        `import { createClient, login } from "${imported("onebox")}";`,
        `import { login as loginElsewhere } from "${imported("header-login")}";`,
        `login({ email: "e", pasword: "p", siteId: 1 });`,
        `loginElsewhere({ userName: "u", password: "p" });`,
        `createClient().POST("/api/authenticate", { body: { email: "e", password: "p", siteId: 1 }, redirect: "follow" });`,
      ].join("\n"),
    );
    const config = {
      extends: here("test/types/tsconfig.json"),
      include: ["mistakes.mts", here("test/types/*.ts")],
      exclude: [here("test/types/*.test.ts")],
      compilerOptions,
    };
    await writeFile(join(mistakes, "tsconfig.json"), JSON.stringify(config));
    const said = (await complaints(tsc, "-p", mistakes)).split("\n").filter((line) => line.includes("error TS"));
    expect(said.filter((line) => !line.includes("mistakes.mts"))).toEqual([]);
    const lines = said.map((line) => Number(/mistakes\.mts\((\d+),/.exec(line)?.[1]));
    expect(new Set(lines)).toEqual(new Set([3, 4, 5]));
  });
});

describe("what a document renames breaks the compilation of the entry that was made before", () => {
  const logins = operations.filter(({ kind }) => kind === "login");
  const renamings = (["body", "header", "path"] as const).map((place) => {
    const [found] = logins.flatMap(({ api, login }) =>
      login.credentials.filter((each) => each.place.in === place).map((each) => ({ api, name: wireName(each.place) })),
    );
    if (!found) throw new Error(`No document has a credential in ${place}.`);
    return { place, ...found };
  });
  let said: Promise<string> | undefined;

  /** An entry as it is, beside the types of a document in which a name is another. */
  async function outdated({ place, api, name }: (typeof renamings)[number]): Promise<void> {
    const yaml = await readFile(`openapi/${api}.yaml`, "utf8");
    const file = join(folder, `${place}-${api}.yaml`);
    await writeFile(file, yaml.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "g"), `${name}-renamed`));
    const { documents, problems } = await read([file]);
    expect(problems).toEqual([]);
    const [document] = documents;
    if (!document) throw new Error(`${file} was not read.`);
    const files = await generate(document, { runtime: "../../src/runtime.ts", schema: "./schema.ts", command: "test" });
    await entry(place, api, files.get("schema.ts") ?? "");
  }

  async function entry(name: string, api: string, schema: string): Promise<void> {
    const target = join(folder, "generated", name);
    await mkdir(target, { recursive: true });
    await writeFile(join(target, "schema.ts"), schema);
    await writeFile(join(target, "index.ts"), await readFile(`generated/${api}/index.ts`, "utf8"));
  }

  async function compile(): Promise<string> {
    await Promise.all(renamings.map(outdated));
    for (const { api } of renamings)
      await entry(`unchanged-${api}`, api, await readFile(`generated/${api}/schema.ts`, "utf8"));
    await symlink(here("src"), join(folder, "src"), "junction");
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const config = { extends: here("tsconfig.json"), include: ["generated"], compilerOptions };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    return await complaints(fast, "-p", folder);
  }

  test.each(renamings)("a renamed name in the $place: $name", async ({ place, name }) => {
    said ??= compile();
    const lines = (await said).split("\n");
    const own = lines.filter((line) => line.includes(join("generated", place, "index.ts(")));
    expect(own.join("\n")).toContain(name);
    expect(lines.filter((line) => line.includes("unchanged-"))).toEqual([]);
  });
});

/** What a document calls a credential. */
function wireName(place: RequestPlace): string {
  if (place.in === "body") return place.pointer.split("/").at(-1) ?? "";
  return "name" in place ? place.name : "";
}

describe("the declarations that are published", () => {
  const built = join(folder, "built");
  const output = ["--outDir", built, "--emitDeclarationOnly", "--declarationMap", "false", "--sourceMap", "false"];
  const emitted = complaints(fast, "-p", "tsconfig.build.json", ...output);

  test("name openapi-fetch in the file of the typed client alone", async () => {
    expect(await emitted).toBe("");
    const files = (await readdir(built, { recursive: true })).filter((file) => file.endsWith(".d.ts"));
    const naming = await Promise.all(
      files.map(async (file) =>
        /["']openapi-fetch["']/.test(await readFile(join(built, file), "utf8")) ? [file] : [],
      ),
    );
    expect(naming.flat()).toEqual([join("src", "http", "client.d.ts")]);
    for (const { api } of operations) expect(files).toContain(join("generated", api, "index.d.ts"));
  });

  test.each([
    ["bun", "bun"],
    ["workers", "@cloudflare/workers-types"],
  ])("suit a program for %s, with its own types in place of the DOM's", async (program, types) => {
    await emitted;
    const platform = join(folder, program);
    await mkdir(platform);
    const options = {
      target: "es2022",
      lib: ["es2023"],
      module: "nodenext",
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [types],
      paths: { "login-apis/*": [join(built, "generated/*/index.d.ts")] },
    };
    await writeFile(
      join(platform, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, files: [here(`test/types/platforms/${program}.ts`)] }),
    );
    const said = (await complaints(fast, "-p", platform)).split("\n");
    // The declarations are checked too, but those of other packages are not ours.
    expect(said.filter((line) => line.includes("error TS") && !line.includes("node_modules"))).toEqual([]);
  });
});
