import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

/** Both are called `tsc`, so each is found by its package. */
const compilers = [
  { name: "TypeScript 5.9", version: /^Version 5\.9\./, tsc: "node_modules/typescript/bin/tsc" },
  { name: "TypeScript 7", version: /^Version 7\./, tsc: "node_modules/typescript-7/bin/tsc" },
];

/** What a compiler says of a project: nothing, if all is well. */
async function complaints(tsc: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [tsc, "--pretty", "false", ...args]).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "login-apis-types-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(compilers)("$name", ({ version, tsc }) => {
  test("is the version that is meant", async () =>
    expect((await run(process.execPath, [tsc, "--version"])).stdout).toMatch(version));

  test("accepts every line of the type tests, rejects those that it must, and complains where no mistake is expected", async () => {
    const mistakes = await mkdtemp(join(folder, "mistakes-"));
    const here = (path: string) => join(process.cwd(), path);
    await writeFile(
      join(mistakes, "mistakes.mts"),
      [
        `import { createClient, login } from "${relative(mistakes, here("src/apis/onebox.ts"))}";`,
        `import { createClient as createOther } from "${relative(mistakes, here("src/apis/header-login.ts"))}";`,
        `login(createClient(), { email: "e", pasword: "p", siteId: 1 });`,
        `login(createOther({ baseUrl: "https://example.org" }), { email: "e", password: "p", siteId: 1 });`,
        `createClient().POST("/api/authenticate", { body: { email: "e", password: "p", siteId: 1 }, redirect: "follow" });`,
      ].join("\n"),
    );
    const config = {
      extends: here("test/types/tsconfig.json"),
      include: ["mistakes.mts", here("test/types/*.ts")],
      exclude: [here("test/types/*.test.ts")],
      compilerOptions: { typeRoots: [here("node_modules/@types")] },
    };
    await writeFile(join(mistakes, "tsconfig.json"), JSON.stringify(config));
    const said = (await complaints(tsc, "-p", mistakes)).split("\n").filter((line) => line.includes("error TS"));
    expect(said.filter((line) => !line.includes("mistakes.mts"))).toEqual([]);
    const lines = said.map((line) => Number(/mistakes\.mts\((\d+),/.exec(line)?.[1]));
    expect(new Set(lines)).toEqual(new Set([3, 4, 5]));
  });
});

test("the declarations that are published name openapi-fetch in the files of the typed client", async () => {
  const built = join(folder, "built");
  const output = ["--outDir", built, "--emitDeclarationOnly", "--declarationMap", "false", "--sourceMap", "false"];
  expect(await complaints("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", ...output)).toBe("");
  const files = (await readdir(built, { recursive: true })).filter((file) => file.endsWith(".d.ts"));
  const naming = await Promise.all(
    files.map(async (file) => (/["']openapi-fetch["']/.test(await readFile(join(built, file), "utf8")) ? [file] : [])),
  );
  expect(naming.flat().sort()).toEqual([join("src", "client.d.ts"), join("src", "http", "client.d.ts")]);
  expect(files).toContain(join("src", "apis", "esignon.d.ts"));
});
