import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EndedProcess, repository, startProcess, untilEnd } from "../support/processes.ts";
import { type PageBlock, readBlocks } from "../support/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { install, pack } from "./installed.ts";

const pages = await readBlocks();
const tutorial = pages.filter(({ page }) => page === "docs/x-login.md");

/** A block of the page on x-login that names its file, without the line that does. */
function fileBlock(name: string): string {
  const block = tutorial.find(({ file }) => file === name);
  if (block === undefined) throw new Error(`docs/x-login.md has no block of ${name}.`);
  return block.text.slice(block.text.indexOf("\n") + 1);
}

/** The commands in blocks, without the prose behind them. */
function commandsOf(blocks: PageBlock[]): string[] {
  return blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trim().split("\n"))
    .map((line) => line.replace(/\s+#.*$/, ""))
    .filter((line) => line.startsWith("npx login-apis "));
}

/** Whether a command serves until it is stopped. */
function isServing(command: string): boolean {
  return / mock\b/.test(command) && !command.includes("--scenarios");
}

describe("an API of one's own, from an empty folder with the packed file", async () => {
  const { folder, ...temporary } = await temporaryFolder();
  afterAll(() => temporary[Symbol.asyncDispose]());
  const run = (...command: string[]): Promise<EndedProcess> => untilEnd(started(...command));
  const started = (...command: string[]) => startProcess("npx", ["--no-install", ...command], { cwd: folder });
  const succeeds = async (...command: string[]) => {
    const { code, stdout, stderr } = await run(...command);
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
    return stdout;
  };

  beforeAll(async () => {
    const { tarball } = await pack(folder);
    await install(tarball, folder);
  });

  test("without the peers a verb says in one line what installs them, and its --help works", async () => {
    await writeFile(join(folder, "billing.yaml"), await succeeds("login-apis", "init"));
    const { code, stderr } = await run("login-apis", "generate", "--out", "generated", "billing.yaml");
    const inProgram = 'import { openMock } from "login-apis/mock"; await openMock({ apis: ["billing.yaml"] });';
    const mocked = await untilEnd(
      startProcess(process.execPath, ["--input-type=module", "-e", inProgram], { cwd: folder }),
    );
    expect(mocked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("A mock of a file needs @redocly/openapi-core, "),
    });
    const { devDependencies } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
    const wanted = ["@redocly/openapi-core", "ajv", "ajv-formats", "openapi-typescript"];
    const command = (names: string[]) =>
      `npm install --save-dev --save-exact ${names.map((name) => `${name}@${devDependencies[name]}`).join(" ")}`;
    const all = [...wanted, "@stoplight/prism-http", "marked"];
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `login-apis generate needs ${wanted.join(", ")}. Install: ${command(wanted)}\nFor all verbs: ${command(all)}\n`,
    });
    for (const verb of ["init", "check", "generate", "mock", "docs", "verify"])
      expect(await succeeds("login-apis", verb, "--help")).toMatch(new RegExp(`^Usage: login-apis ${verb}`));
    expect(await succeeds("login-apis", "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("the page's commands and code come to a login, a refusal and a call, in a strict project", async () => {
    const peers = [
      "@redocly/openapi-core",
      "@stoplight/prism-http",
      "ajv",
      "ajv-formats",
      "marked",
      "openapi-typescript",
    ];
    for (const name of [...peers, "tsx"]) {
      const link = join(folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(repository, "node_modules", name), link);
    }
    expect(await succeeds("login-apis", "check", "billing.yaml")).toBe("billing.yaml: nothing is wrong.\n");
    await writeFile(join(folder, "shop.yaml"), fileBlock("shop.yaml"));

    const commands = commandsOf(tutorial).map((command) => command.split(" ").slice(1));
    const serving = commands.filter(([, verb]) => verb === "mock");
    expect(serving).toHaveLength(1);
    for (const command of commands) if (!serving.includes(command)) await succeeds(...command);
    const generating = commands.find(([, verb]) => verb === "generate") ?? [];
    expect(await succeeds(...generating, "--check")).toBe("generated: up to date.\n");

    await using mock = started(...(serving[0] ?? []), "--port", "0");
    const url = await mock.printed(/http:\S+/);
    const program = fileBlock("login.ts");
    await writeFile(join(folder, "login.ts"), program.replace("http://127.0.0.1:4010", url));
    const compilerOptions = { noEmit: true, skipLibCheck: true };
    await writeFile(join(folder, "no-port.ts"), fileBlock("no-port.ts"));
    const config = { extends: "./tsconfig.json", compilerOptions, files: ["login.ts", "no-port.ts"] };
    await writeFile(join(folder, "tsconfig.own.json"), JSON.stringify(config));
    expect(await succeeds("tsc", "-p", "tsconfig.own.json")).toBe("");
    const tsx = join(repository, "node_modules", "tsx", "dist", "cli.mjs");
    const printedBy = async (file: string) =>
      (await untilEnd(startProcess(process.execPath, [tsx, file], { cwd: folder }))).stdout.trimEnd().split("\n");
    expect(await printedBy("no-port.ts")).toEqual(["Refused without a port: invalid_credentials"]);
    expect(await printedBy("login.ts")).toEqual([
      "Send with every call: Bearer 2YotnFZFEjr1zCsicMWpAA",
      "Refused: invalid_credentials The password is wrong.",
      "Another call: 200",
    ]);
    // `npx` alone gets it, as by `kill`; what it started must end too.
    mock.terminate();
    await expect.poll(() => mock.running(), { timeout: 5_000 }).toBe(0);
  });

  test("every command of README.md and of the other pages does what it is shown for", async () => {
    const commands = commandsOf(pages.filter((block) => !tutorial.includes(block)));
    expect(commands.length).toBeGreaterThan(0);
    const env = { LOGIN_APIS_USER: "ada", LOGIN_APIS_PASSWORD: "correct-password" };
    const inShell = (command: string) => {
      const line = command.replace(/^npx/, "exec npx --no-install");
      return startProcess("sh", ["-c", isServing(command) ? `${line} --port 0` : line], { cwd: folder, env });
    };
    for (const command of commands) {
      if (isServing(command)) {
        await using mock = inShell(command);
        expect(await mock.printed(/^Mock of .*: http:/), command).toBeTruthy();
      } else {
        const { code, stderr } = await untilEnd(inShell(command));
        expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
      }
    }
  });

  test("of a peer in a version that cannot be used, the one that can is named with the command that installs it", async () => {
    const own = await temporaryFolder();
    const modules = join(own.folder, "node_modules");
    await cp(join(folder, "node_modules", "login-apis"), join(modules, "login-apis"), { recursive: true });
    await cp(join(repository, "node_modules", "openapi-typescript"), join(modules, "openapi-typescript"), {
      recursive: true,
    });
    for (const [name, present] of [["typescript", "typescript-7"], ["@redocly"], ["ajv-formats"]] as const)
      await symlink(join(repository, "node_modules", present ?? name), join(modules, name));
    await mkdir(join(modules, "ajv"));
    await writeFile(join(modules, "ajv", "package.json"), '{ "name": "ajv", "version": "6.15.0", "main": "ajv.js" }');
    await writeFile(join(modules, "ajv", "ajv.js"), "");
    await writeFile(join(own.folder, "billing.yaml"), await succeeds("login-apis", "init"));
    const bin = join(modules, "login-apis", "dist", "src", "cli", "bin.js");
    const args = [bin, "generate", "--out", "generated", "billing.yaml"];
    const { code, stderr } = await untilEnd(startProcess(process.execPath, args, { cwd: own.folder }));
    await own[Symbol.asyncDispose]();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^login-apis generate needs ajv, typescript\. The ajv that is installed, 6\.15\.0, cannot be used\. The typescript that is installed, 7\.\S+, cannot be used\. Install: npm install --save-dev --save-exact ajv@8\.\S+ typescript@5\.\S+\n/,
      ),
    });
  });

  test("a service is asked whether what one's own document infers is so", async () => {
    const inferred = [
      "info:",
      "  x-provenance: inferred",
      "  x-provenance-reason: The page shows no refusal; that one answers 401 is inferred.",
      "  x-verify: { probe: nobody, when: { at: $response.body#/error }, holds: { status: 401 } }",
      "",
    ].join("\n");
    const probe =
      "  nobody: { summary: Logs in nobody., consent: safe, operation: login, credentials: { user: invented, password: invented } }";
    const document = (await readFile(join(folder, "billing.yaml"), "utf8")).replace("info:\n", inferred);
    await writeFile(join(folder, "asked.yaml"), `${document}\nx-verify:\n${probe}\n`);
    await using mock = started("login-apis", "mock", "asked.yaml", "--stateful", "--strict", "--port", "0");
    const server = await mock.printed(/http:\S+/);
    const verify = ["--no-install", "login-apis", "verify", "asked.yaml", "--server", server, "--yes"];
    const env = { LOGIN_APIS_USER: "ada", LOGIN_APIS_PASSWORD: "correct-password" };
    const { code, stdout, stderr } = await untilEnd(startProcess("npx", verify, { cwd: folder, env }));
    expect(stdout, stderr).toContain("0 contradicted, 1 held, 0 not reached");
    expect(stdout).toMatch(/^ {2}asked\.yaml:2:1: The page shows no refusal;/m);
    expect(code).toBe(0);
    mock.terminate();
  });

  test("five mistakes in a document are found in one run, each with its line and what to write", async () => {
    const document = await readFile(join(folder, "billing.yaml"), "utf8");
    const mistakes: [before: string, after: string, said: RegExp][] = [
      ["body#/user\n", "body#/usr\n", /\$request\.body#\/usr leads nowhere/],
      ["refusal: Failure", "refusal: Failures", /There is no schema #\/components\/schemas\/Failures/],
      ["in: $response.body#/expires_in", "in: $response.body#/expires", /\$response\.body#\/expires leads nowhere/],
      ["reason: not_permitted", "reason: forbidden", /This is one of: invalid_credentials, /],
      [
        "security:\n  - token: []",
        "security:\n  - key: []",
        /There is no security scheme #\/components\/securitySchemes\/key/,
      ],
    ];
    const wrong = mistakes.reduce((text, [before, after]) => text.replace(before, after), document);
    await writeFile(join(folder, "wrong.yaml"), wrong);
    const { code, stderr } = await run("login-apis", "check", "wrong.yaml");
    expect(code).toBe(1);
    const lines = wrong.split("\n");
    for (const [, after, said] of mistakes) {
      const [begin = ""] = after.split("\n");
      const line = lines.findIndex((text) => text.includes(begin)) + 1;
      const found = stderr.split("\n").find((text) => said.test(text));
      expect(found?.split(":")[1], `${said} in ${stderr}`).toBe(String(line));
    }
    // What the misspelt name leaves out is shown as it would be written.
    expect(stderr).toContain("\n    credentials:\n      user: $request.body#/user\n");
  });
});
