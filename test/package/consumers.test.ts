import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { readDocuments } from "../../scripts/documents.ts";
import { installLocked } from "../support/locked-packages.ts";
import { operations } from "../support/operations.ts";
import { repository, type StartedProcess, startProcess, untilEnd } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { install, pack, succeed } from "./installed.ts";
import versions from "./versions/package.json" with { type: "json" };

const operation = operations.find(({ kind }) => kind === "login");
const apis = (await readDocuments()).map(({ name }) => name);
const entries = Object.keys(manifest.exports)
  .filter((path) => !path.includes("*") && !path.endsWith(".json"))
  .map((path) => path.replace(/^\./, "login-apis"))
  .concat(apis.map((api) => `login-apis/${api}`));

/** Each by the folder that has it, oldest first. */
const compilers = Object.keys(versions.dependencies)
  .filter((name) => name.startsWith("typescript-"))
  .map((name) => name.replace("typescript-", ""));

/** A mistake of theirs, whose complaint shows that the rest was looked at. */
const mistake = `import { createStore } from "login-apis/store";\ncreateStore(1);\n`;

describe("the packed package", async () => {
  const { folder, ...temporary } = await temporaryFolder();
  let fetched = "";
  beforeAll(async () => {
    const [packed, installed] = await Promise.all([
      pack(folder),
      installLocked(join(import.meta.dirname, "versions"), "login-apis-consumers"),
    ]);
    if (installed.problem) throw new Error(`What the package is tried with cannot be fetched: ${installed.problem}`);
    fetched = join(installed.folder, "node_modules");
    await install(packed.tarball, folder);
    for (const name of ["@types/node", "undici-types", "@redocly/openapi-core", "@stoplight/prism-http"])
      await link(join(repository, "node_modules", name), name);
  }, 180_000);
  afterAll(() => temporary[Symbol.asyncDispose]());

  async function link(target: string, name: string): Promise<void> {
    const place = join(folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(target, place, "junction");
  }

  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  test("npm installs it beside each of these compilers: none is older than the peer that it names", () => {
    expect(manifest.peerDependencies.typescript).toBe(`>=${compilers[0]}`);
  });

  test.each(compilers)(
    "compiles with TypeScript %s, declarations checked, without the DOM's types",
    async (version) => {
      await write("all.mts", entries.map((entry, index) => `export * as entry${index} from "${entry}";\n`).join(""));
      await write("mistake.mts", mistake);
      await write("required.cts", `import { login } from "login-apis/${operation?.api}";\nexport const own = login;\n`);
      const files = ["all.mts", "mistake.mts", "required.cts"];
      const language = { target: "es2022", lib: ["es2022"], types: ["node"], module: "nodenext" };
      // Without exactOptionalPropertyTypes, which the other compilers are tried with. Their own declarations are not ours.
      const checks = { strict: true, noEmit: true, skipLibCheck: false, skipDefaultLibCheck: true };
      const config = `tsconfig.${version}.json`;
      await write(config, JSON.stringify({ compilerOptions: { ...language, ...checks }, files }));
      const args = [join(fetched, `typescript-${version}`, "bin", "tsc"), "-p", config, "--pretty", "false"];
      const { stdout } = await untilEnd(startProcess(process.execPath, args, { cwd: folder }));
      const said = stdout
        .split("\n")
        .filter((line) => line.includes("error TS") && !line.includes("node_modules/@types/"));
      // Since 5.8 it knows that Node's `require` takes ES modules.
      const isRequirable = Number(version) >= 5.8;
      const expected = [/^mistake\.mts\(2,/, ...(isRequirable ? [] : [/^required\.cts\(1,23\): error TS1479: /])];
      expect(said.sort()).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    },
  );

  test.concurrent.for<[name: string, end: (npx: StartedProcess) => void]>([
    ["SIGTERM to npx", (npx) => npx.terminate()],
    ["SIGKILL to npx", (npx) => npx.killAlone()],
    ["Ctrl-C", (npx) => npx.interruptGroup()],
  ])("leaves no process of its mock after %s", async ([, end], { expect }) => {
    const args = ["--no-install", "login-apis", "mock", "--port", "0"];
    await using npx = startProcess("npx", args, { cwd: folder });
    await npx.printed(/http:\S+/);
    end(npx);
    await expect.poll(npx.running, { timeout: 5_000 }).toBe(0);
  });

  test("gives to require what it gives to import", async () => {
    await write(
      "require.cjs",
      `const different = [];
      (async () => {
        for (const entry of ${JSON.stringify(entries)}) {
          const names = [Object.keys(require(entry)), Object.keys(await import(entry))].map((each) => each.sort().join());
          if (names[0] !== names[1] || names[0] === "") different.push(entry);
        }
        console.log(JSON.stringify(different));
      })();`,
    );
    expect(JSON.parse(await succeed(folder, process.execPath, "require.cjs"))).toEqual([]);
  });

  describe("in Jest", () => {
    const login = `const logIn = (login) => login(${JSON.stringify(operation?.credentials)}, {
      baseUrl: "https://login.example",
      fetch: async () => Response.json({}, { status: 503 }),
    });`;
    const body = `test("a login", async () => {
      expect(await logIn(login)).toMatchObject({ ok: false, reason: "server_error" });
    });`;
    const imported = `import { login } from "login-apis/${operation?.api}";\n${login}\n${body}`;

    /** Runs Jest where there is one test, in a folder within the one that has the package. */
    async function run(file: string, code: string, config: object, ...flags: string[]) {
      const project = join(folder, `jest-of-${file}`);
      await mkdir(project);
      await writeFile(join(project, "package.json"), JSON.stringify({ private: true, jest: config }));
      await writeFile(join(project, file), code);
      const args = [...flags, join(fetched, "jest", "bin", "jest.js"), "--watchman=false", `--testMatch=**/${file}`];
      const { code: exit, stderr } = await untilEnd(startProcess(process.execPath, args, { cwd: project }));
      return { exit, said: stderr };
    }

    test("as ES modules, by Node's own flag", async () => {
      const { exit, said } = await run("login.test.mjs", imported, { transform: {} }, "--experimental-vm-modules");
      expect(said).toContain("1 passed");
      expect(exit).toBe(0);
    });

    test("as CommonJS by Babel, which is told of the packages that are ES modules", async () => {
      const babel = "@babel/plugin-transform-modules-commonjs";
      await link(join(fetched, babel), babel);
      const transform = { "\\.js$": [join(fetched, "babel-jest"), { plugins: [babel] }] };
      const transformIgnorePatterns = ["/node_modules/(?!(login-apis|openapi-fetch)/)"];
      const { exit, said } = await run("login.test.js", imported, { transform, transformIgnorePatterns });
      expect(said).toContain("1 passed");
      expect(exit).toBe(0);
    });

    test("as CommonJS by require, where Node lets Jest do it, and else an error that says so", async () => {
      const code = `const { login } = require("login-apis/${operation?.api}");\n${login}\n${body}`;
      const { said } = await run("login.test.cjs", code, { transform: {} }, "--experimental-vm-modules");
      expect(said).toMatch(/1 passed|Use Node v24\.9\+/);
    });
  });
});
