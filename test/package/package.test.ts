import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { readOperations } from "../../src/mock/scenarios.ts";
import { createMock } from "../../src/mock/server.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { contents, copyProject } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const documents = await readDocuments();
const operations = readOperations(documents);

/** Runs a command to its end and gives what it printed. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await untilEnd(startProcess(command, args, { cwd }));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** The package as npm would publish it, from a copy of the repository in which nothing else builds. */
async function pack(target: string): Promise<string> {
  await using project = await copyProject();
  await cp(join(repository, "src", "index.ts"), join(project.folder, "dist", "src", "left-by-an-earlier-build.js"));
  await cp(join(repository, "src", "index.ts"), join(project.folder, "dist", "docs", "index.html"));
  const printed = await succeed(project.folder, "npm", "pack", `--pack-destination=${target}`);
  return join(target, printed.trimEnd().split("\n").at(-1) ?? "");
}

/**
 * A project that has the package and the TypeScript compiler and nothing else. Without the network npm finds by its
 * integrity what `npm ci` has fetched, and nothing by name: hence a lock file, and addresses that are never asked.
 */
async function install(tarball: string, folder: string): Promise<void> {
  await cp(fileURLToPath(new URL("consumer", import.meta.url)), folder, { recursive: true });
  const { packages } = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8"));
  const project = {
    private: true,
    type: "module",
    devDependencies: { typescript: packages[""].devDependencies.typescript },
  };
  const locked = Object.entries<{ dev?: boolean }>(packages)
    .filter(([path, { dev }]) => path === "node_modules/typescript" || (path !== "" && !dev))
    .map(([path, entry]) => [path, { ...entry, resolved: `https://cache.invalid/${path}.tgz` }]);
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  await writeFile(
    join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, packages: { "": project, ...Object.fromEntries(locked) } }),
  );
  await succeed(folder, "npm", "install", "--offline", tarball);
}

describe("the packed package, in an empty TypeScript project", async () => {
  const consumer = await temporaryFolder();
  beforeAll(async () => install(await pack(consumer.folder), consumer.folder));
  afterAll(() => consumer[Symbol.asyncDispose]());
  const run = async (program: string, ...args: string[]) =>
    JSON.parse(await succeed(consumer.folder, process.execPath, "--input-type=module", "--eval", program, ...args));

  test("type-checks under strict, and calls every operation of the mock", async () => {
    await succeed(consumer.folder, process.execPath, join("node_modules", "typescript", "bin", "tsc"));
    const mock = await serve(await createMock(documents));
    const replies = await run(
      `import { callEveryOperation } from "./program.js";
      console.log(JSON.stringify(await callEveryOperation(process.argv[1])));`,
      mock.url,
    ).finally(() => mock.close());

    const documented = operations.map(({ api, operation, replies: [success] }) => [
      `${api} ${operation.operationId}`,
      success?.example.value,
    ]);
    expect(replies).toEqual(Object.fromEntries(documented));
  });

  test("brings every document as YAML and JSON", async () => {
    for (const { name, file, document } of documents) {
      const [yaml, json] = await run(
        `import { readFileSync } from "node:fs";
        const read = (ending) => readFileSync(new URL(import.meta.resolve("login-apis/openapi/${name}." + ending)), "utf8");
        console.log(JSON.stringify([read("yaml"), read("json")]));`,
      );
      expect(yaml).toBe(await readFile(join(repository, file), "utf8"));
      expect(JSON.parse(json)).toEqual(document);
    }
  });

  test("holds what it is used by and nothing else", async () => {
    const folder = join(consumer.folder, "node_modules", "login-apis");
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(["LICENSE", "dist", "openapi", "package.json", "src"]),
    );
    const files = Object.keys(await contents(folder));
    expect(files.filter((file) => /^(test|scripts|bench|dist\/docs)\//.test(file))).toEqual([]);
    expect(files.filter((file) => file.includes("left-by-an-earlier-build"))).toEqual([]);
  });
});
