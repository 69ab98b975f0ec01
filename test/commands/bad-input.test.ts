import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { readPort, UserError } from "../../scripts/command.ts";
import { readArguments, reportUserErrors } from "../../src/cli/command-line.ts";
import { contents, copyProject } from "../support/project-copy.ts";

/** Scripts that stand for all: each reads the documents before anything else, by the same function. */
const readers = ["lint", "generate", "start"];

/** Changes a text in a document, and gives the line that it stands in. */
async function replaceIn(file: string, before: string, after: string): Promise<number> {
  const text = await readFile(file, "utf8");
  const [preceding, ...rest] = text.split(before);
  if (rest.length !== 1) throw new Error(`${before} stands ${rest.length} times in ${file}`);
  await writeFile(file, text.replace(before, after));
  return (preceding ?? "").split("\n").length;
}

describe("documents that do not parse or validate", async () => {
  const project = await copyProject();
  afterAll(() => project[Symbol.asyncDispose]());
  const before = await contents(join(project.folder, "generated"));
  const onebox = join(project.folder, "openapi", "onebox.yaml");
  const invalidLine = await replaceIn(onebox, "summary: Create a token for one site", "summary: 1");
  const esignon = join(project.folder, "openapi", "esignon.yaml");
  const unparsableLine = await replaceIn(esignon, "  title: eSignon login", '  title: "eSignon" login');

  test.concurrent.for(readers)(
    "%s names file, line and reason of each, and changes nothing",
    async (script, { expect }) => {
      const { code, stdout, stderr } = await project.runScript(script);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.trimEnd().split("\n")).toEqual([
        expect.stringMatching(`^openapi/esignon.yaml:${unparsableLine}:\\d+: bad indentation of a mapping entry$`),
        expect.stringMatching(`^openapi/onebox.yaml:${invalidLine}:\\d+: Expected type \`string\` but got \`integer\``),
      ]);
      expect(await contents(join(project.folder, "generated"))).toEqual(before);
      expect(await contents(join(project.folder, "dist"))).toEqual({});
    },
  );
});

describe("two documents with the same method and path", async () => {
  const project = await copyProject();
  afterAll(() => project[Symbol.asyncDispose]());
  const before = await contents(join(project.folder, "generated"));
  const registry = join(project.folder, "openapi");
  await copyFile(join(registry, "onebox.yaml"), join(registry, "twobox.yaml"));

  test("stop what serves them, which names both", async () => {
    const { code, stdout, stderr } = await project.runScript("start", ["--port", "0"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^onebox \(POST \/api\/authenticate\) and twobox \(POST \/api\/authenticate\).*\n$/);
    expect(await contents(join(project.folder, "generated"))).toEqual(before);
  });
});

describe("options", async () => {
  const notAPort = (text: string) => `"${text}" is not a port. Give a number from 0 to 65535, 0 for a free one.`;

  test.each(["http", "65536", "4010 ", "-1", ""])("%o is no port, by option or variable", (text) => {
    expect(() => readPort(text)).toThrow(new UserError(notAPort(text), 2));
    vi.stubEnv("PORT", text);
    expect(() => readPort(undefined)).toThrow(new UserError(notAPort(text), 2));
    expect(readPort("0")).toBe(0);
    vi.unstubAllEnvs();
  });

  test("without --port and PORT it is 4010", () => {
    vi.stubEnv("PORT", undefined);
    expect(readPort(undefined)).toBe(4010);
    vi.unstubAllEnvs();
  });

  test("a command that fails itself ends with a code of its own, and says where", async () => {
    const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await reportUserErrors(async () => {
      throw new TypeError("x is not iterable");
    });
    expect(exit).toHaveBeenCalledWith(3);
    expect(String(write.mock.calls[0]?.[0])).toMatch(/^TypeError: x is not iterable\n {4}at /);
    vi.restoreAllMocks();
  });

  test("what the file system refuses is one line", async () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await reportUserErrors(async () => {
      await mkdir(join(fileURLToPath(import.meta.url), "folder"));
    });
    expect(write.mock.calls).toEqual([[expect.stringMatching(/^ENOTDIR: not a directory, mkdir '.*'\n$/)]]);
    expect(process.exitCode).toBe(2);
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });

  test.each([
    ["--colour", "Unknown option '--colour'"],
    ["--port=0 --colour", "Unknown option '--colour'"],
    ["--port -1", "Option '--port' argument is ambiguous"],
  ])("%s is refused in a line that lists those that there are", (args, why) => {
    const known = { port: { type: "string" }, quiet: { type: "boolean" } } as const;
    expect(() => readArguments(args.split(" "), known)).toThrow(
      new UserError(`${why}. Known options: --port <value>, --quiet.`, 2),
    );
  });

  test("a script refuses them in one line, with exit code 2; its --help and --version end well", async () => {
    await using project = await copyProject();
    const help = "Usage: npm run generate -- [--check]\n";
    expect(await project.runScript("generate", ["--help"])).toEqual({ code: 0, stdout: help, stderr: "" });
    expect(await project.runScript("generate", ["--version"])).toMatchObject({ code: 0, stderr: "" });
    const said = "Unknown option '--colour'. Known options: --check, --help, --version.\n";
    expect(await project.runScript("generate", ["--colour"])).toEqual({ code: 2, stdout: "", stderr: said });
    const kept = `Unexpected argument '4020'. npm hands on an option only behind \`--\`.\n${help}`;
    expect(await project.runScript("generate", ["4020"])).toEqual({ code: 2, stdout: "", stderr: kept });
  });
});

describe("a document with a name that the package has already", async () => {
  const project = await copyProject();
  afterAll(() => project[Symbol.asyncDispose]());
  const registry = join(project.folder, "openapi");
  await copyFile(join(registry, "onebox.yaml"), join(registry, "runtime.yaml"));

  test("is refused", async () => {
    const { code, stderr } = await project.runScript("generate");
    const said = "openapi/runtime.yaml:1:1: The package has an entry of this name already. Rename the file.\n";
    expect({ code, stderr }).toEqual({ code: 1, stderr: said });
  });
});
