import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { manifestProblems } from "../../scripts/release/manifest.ts";
import { createMock } from "../../src/mock/server.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { contents } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { install, type Packed, pack, succeed } from "./installed.ts";

const documents = await readDocuments();
const operations = readOperations(documents);
const apis = documents.map(({ name }) => name);

const { exports }: { exports: Record<string, unknown> } = JSON.parse(
  await readFile(join(repository, "package.json"), "utf8"),
);
/** The entries that are code, as an importer names them: those that have a name of their own, and one for each document. */
const entries = Object.keys(exports)
  .flatMap((path) => (path === "./*" ? apis.map((api) => `./${api}`) : path))
  .filter((path) => !path.includes("*") && !path.endsWith(".json"))
  .map((path) => path.replace(/^\./, "login-apis"));

/** All that may be published: what is built, and the sources that its maps lead to. */
const published = [
  /^(LICENSE|(README|CHANGELOG|SECURITY)\.md|package\.json)$/,
  /^docs\/[\w-]+\.md$/,
  /^openapi\/[\w-]+\.yaml$/,
  /^dist\/openapi\/[\w-]+\.json$/,
  /^dist\/(src|generated)\/([\w-]+\/)*[\w-]+(\.js|\.d\.ts)(\.map)?$/,
  /^(src|generated)\/([\w-]+\/)*[\w-]+\.ts$/,
  /^(dist\/)?src\/openapi\/x-(login|verify)\.schema\.json$/,
  /^(dist\/)?src\/cli\/document\.yaml$/,
  /^dist\/src\/docs\/browser\/\w+\.min\.js$/,
];

describe("the packed package, in an empty TypeScript project", async () => {
  const consumer = await temporaryFolder();
  const installed = join(consumer.folder, "node_modules", "login-apis");
  let packed: Packed;
  let held: Record<string, string>;
  beforeAll(async () => {
    packed = await pack(consumer.folder);
    await install(packed.tarball, consumer.folder);
    held = await contents(installed);
    const imports = entries.map((entry, index) => `export * as entry${index} from "${entry}";\n`);
    await writeFile(join(consumer.folder, "entries.ts"), imports.join(""));
    const mistake = `import { login } from "login-apis/${apis[0]}";\nlogin(1);\n`;
    await writeFile(join(consumer.folder, "mistake.ts"), mistake);
    await writeFile(join(consumer.folder, "declared.d.ts"), "export declare const value: Missing;\n");
  });
  afterAll(() => consumer[Symbol.asyncDispose]());
  const run = async (program: string, ...args: string[]) =>
    JSON.parse(await succeed(consumer.folder, process.execPath, "--input-type=module", "--eval", program, ...args));

  describe("holds what it is used by and nothing else", () => {
    test("npm's list has no file that is not meant to be published", () => {
      expect(packed.files.filter((file) => !published.some((pattern) => pattern.test(file)))).toEqual([]);
      const unpublished = /(^|\/)(test|scripts|bench|samples|overlays|workflows|released)\/|^dist\/docs\//;
      expect(packed.files.filter((file) => unpublished.test(file))).toEqual([]);
      expect(packed.files.filter((file) => file.includes("left-by-an-earlier-build"))).toEqual([]);
    });

    test("npm's list is what is installed", () => {
      expect(Object.keys(held).sort()).toEqual([...packed.files].sort());
    });

    test("every document is there, as YAML and JSON, and nothing else of its folder", () => {
      const expected = apis.flatMap((api) => [`dist/openapi/${api}.json`, `openapi/${api}.yaml`]);
      expect(packed.files.filter((file) => /^(dist\/)?openapi\//.test(file)).sort()).toEqual(expected.sort());
    });

    test("every module has its declarations, and the map of each leads to a source that is there", () => {
      const modules = packed.files.filter((file) => file.endsWith(".js") && !file.endsWith(".min.js"));
      expect(modules.length).toBeGreaterThan(0);
      for (const file of modules) {
        const declarations = file.replace(/\.js$/, ".d.ts");
        expect(packed.files).toContain(declarations);
        for (const mapped of [file, declarations]) {
          expect(held[mapped]).toMatch(/\n\/\/# sourceMappingURL=[\w.-]+\.map$/);
          const { sources, sourceRoot }: { sources: string[]; sourceRoot?: string } = JSON.parse(
            held[`${mapped}.map`] ?? "{}",
          );
          expect(sourceRoot ?? "").toBe("");
          expect(sources).toHaveLength(1);
          for (const source of sources) expect(packed.files).toContain(join(dirname(mapped), source));
        }
      }
    });

    test("no file names a folder of the machine that built it", () => {
      const places = [repository.replace(/\/$/, ""), consumer.folder];
      const naming = Object.entries(held).filter(([, text]) => places.some((place) => text.includes(place)));
      expect(naming.map(([file]) => file)).toEqual([]);
    });
  });

  test("npm has nothing to refuse or to correct, and every address is that of one repository", async () => {
    expect(await manifestProblems(installed)).toEqual([]);
    const { homepage, bugs, repository: named } = JSON.parse(held["package.json"] ?? "");
    const address = named.url.replace(/^git\+(.*)\.git$/, "$1");
    expect([homepage, bugs.url]).toEqual([`${address}#readme`, `${address}/issues`]);
  });

  test("publint has nothing to say, suggestions included", async () => {
    const { buffer } = new Uint8Array(await readFile(packed.tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true, level: "suggestion" });
    expect(messages).toEqual([]);
  });

  test("attw finds the types of every entry right, for importers of ES modules", async () => {
    const attw = join(repository, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    const options = ["--profile", "esm-only", "--no-definitely-typed", "--format", "json"];
    // It looks for no entry behind a wildcard by itself.
    const included = ["--include-entrypoints", ...apis];
    const { analysis } = JSON.parse(
      await succeed(consumer.folder, process.execPath, attw, packed.tarball, ...options, ...included),
    );
    const judged: Record<string, { resolutions: Record<string, { resolution?: { isTypeScript: boolean } }> }> =
      analysis.entrypoints;
    for (const entry of entries) {
      const { resolutions } = judged[entry.replace("login-apis", ".")] ?? {};
      for (const kind of ["node16-esm", "bundler"]) expect(resolutions?.[kind]?.resolution?.isTypeScript).toBe(true);
    }
  });

  describe.each([
    ["TypeScript 5.9", /^Version 5\.9\./, () => consumer.folder, "typescript"],
    ["TypeScript 7", /^Version 7\./, () => repository, "typescript-7"],
  ])("%s", (_, version, place, name) => {
    const tsc = (...args: string[]) => {
      const program = join(place(), "node_modules", name, "bin", "tsc");
      return untilEnd(startProcess(process.execPath, [program, ...args], { cwd: consumer.folder }));
    };

    test("is the version that is meant", async () => {
      expect((await tsc("--version")).stdout).toMatch(version);
    });

    // A mistake of ours and one in a declaration, which it notices, so that its silence about the rest means something.
    test.each([
      ["nodenext", "nodenext", ["program.ts", "entries.ts"]],
      // Where no import can say that it is of JSON.
      ["node16", "node16", ["entries.ts"]],
      ["bundler", "esnext", ["program.ts", "entries.ts"]],
    ])(
      "accepts every entry under moduleResolution %s, declarations checked",
      async (moduleResolution, module, files) => {
        // The compiler's own declarations are none of ours, and most of the time.
        const checked = { skipLibCheck: false, skipDefaultLibCheck: true };
        const compilerOptions = { module, moduleResolution, ...checked, noEmit: true };
        const config = join(consumer.folder, `tsconfig.${name}.${moduleResolution}.json`);
        const all = [...files, "mistake.ts", "declared.d.ts"];
        await writeFile(config, JSON.stringify({ extends: "./tsconfig.json", compilerOptions, files: all }));
        const { stdout } = await tsc("-p", config, "--listFiles", "--pretty", "false");
        const lines = stdout.split("\n");
        expect(lines.filter((line) => line.includes("error TS")).sort()).toEqual([
          expect.stringMatching(/^declared\.d\.ts\(1,29\): /),
          expect.stringMatching(/^mistake\.ts\(2,7\): /),
        ]);
        expect(stdout).toContain(join("node_modules", "login-apis", "dist", "src", "mock", "index.d.ts"));
        // Not by way of the sources, which the maps lead to.
        expect(lines.filter((line) => /login-apis\/(src|generated)\//.test(line))).toEqual([]);
      },
    );
  });

  test("an editor shows of every credential what its document says of it", () => {
    for (const { name, document } of documents) {
      const prose = held[`dist/generated/${name}/index.d.ts`]?.replace(/\s+(\* )?/g, " ");
      const credentials = readLogin(document).login?.credentials ?? [];
      expect(credentials.length).toBeGreaterThan(0);
      for (const { description = "none" } of credentials)
        expect(prose).toContain(description.replace(/\s+/g, " ").trim());
    }
  });

  test("imports every entry, and every API has the same names", async () => {
    const names: Record<string, string[]> = await run(
      `const names = {};
      for (const entry of process.argv.slice(1)) names[entry] = Object.keys(await import(entry));
      console.log(JSON.stringify(names));`,
      ...entries,
    );
    const common = ["createClient", "createSession", "isLoginSuccess", "judgeLogin", "login"];
    const ofRefresh = ["judgeRefresh", "refresh"];
    for (const { name, document } of documents) {
      const hasRefresh = readLogin(document).login?.refresh !== undefined;
      expect(names[`login-apis/${name}`]).toEqual([...common, ...(hasRefresh ? ofRefresh : [])].sort());
    }
    expect(names["login-apis"]).toEqual(["LoginError", "loginErrorCodes", "refusalReasons"]);
    expect(names["login-apis/mock"]).toEqual(["openMock", "startMock"]);
    expect(names["login-apis/store"]).toEqual(["createStore"]);
    expect(names["login-apis/file"]).toEqual(["fileStore"]);
    expect(names["login-apis/redis"]).toEqual(["redisStore"]);
  });

  describe("what a bundler reads for one entry", () => {
    /** The package's own files, and the other packages, that a bundle of an entry was made of. */
    async function bundled(entry: string) {
      const { metafile } = await build({
        stdin: { contents: `export * from "${entry}";`, resolveDir: consumer.folder },
        absWorkingDir: consumer.folder,
        bundle: true,
        platform: "browser",
        format: "esm",
        metafile: true,
        write: false,
        logLevel: "silent",
      });
      const inputs = Object.keys(metafile.inputs).filter((path) => path !== "<stdin>");
      const own = /^node_modules\/login-apis\//;
      return {
        files: inputs.filter((path) => own.test(path)).map((path) => path.replace(own, "")),
        packages: [...new Set(inputs.filter((path) => !own.test(path)).map((path) => path.split("/")[1]))],
      };
    }

    test.each(apis)("%s: no other API, nothing of sharing, nor the mock, nor a document", async (api) => {
      const { files, packages } = await bundled(`login-apis/${api}`);
      expect(files.filter((file) => file.startsWith("dist/generated/"))).toEqual([`dist/generated/${api}/index.js`]);
      // The record of a session's own, which a store shares, is all of its room.
      expect(files.filter((file) => /^dist\/src\/(store\/(?!(record|place)\.js)|mock\/)|openapi\//.test(file))).toEqual(
        [],
      );
      expect(packages).toEqual(["openapi-fetch"]);
    });

    test("login-apis: no API, nor the mock, nor another package", async () => {
      const { files, packages } = await bundled("login-apis");
      expect(files.filter((file) => /^dist\/(src\/mock|generated|openapi)\//.test(file))).toEqual([]);
      expect(packages).toEqual([]);
    });
  });

  test("calls every operation of the mock", async () => {
    const entryPoints = [join(consumer.folder, "program.ts")];
    const { outputFiles } = await build({ entryPoints, write: false, format: "esm" });
    await writeFile(join(consumer.folder, "program.js"), outputFiles[0]?.text ?? "");
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
    const read: [yaml: string, json: string][] = await run(
      `import { readFileSync } from "node:fs";
      const read = (name) => readFileSync(new URL(import.meta.resolve("login-apis/openapi/" + name)), "utf8");
      console.log(JSON.stringify(process.argv.slice(1).map((api) => [read(api + ".yaml"), read(api + ".json")])));`,
      ...apis,
    );
    for (const [index, { file, document }] of documents.entries()) {
      const [yaml, json = ""] = read[index] ?? [];
      expect(yaml).toBe(await readFile(join(repository, file), "utf8"));
      expect(JSON.parse(json)).toEqual(document);
    }
  });
});
