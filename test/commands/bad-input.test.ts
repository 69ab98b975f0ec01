import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, test, vi } from "vitest";
import { readPort } from "../../scripts/command.ts";
import { contents, copyProject } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";

// Several processes at once, on a machine that may have two cores and other work.
vi.setConfig({ testTimeout: 60_000 });

const readers = ["lint", "generate", "docs", "mock", "start"];
const servers = ["mock", "start"];

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

  test.concurrent.for(servers)("%s names both", async (script, { expect }) => {
    const { code, stdout, stderr } = await project.runScript(script, ["--port", "0"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^onebox \(POST \/api\/authenticate\) and twobox \(POST \/api\/authenticate\).*\n$/);
    expect(await contents(join(project.folder, "generated"))).toEqual(before);
  });
});

describe("options", async () => {
  const project = await copyProject();
  const inUse = await serve((_, response) => void response.end());
  afterAll(() => Promise.all([project[Symbol.asyncDispose](), inUse.close()]));
  const { port } = new URL(inUse.url);

  const portInUse = `Port ${port} is in use. Choose another (--port <number>, PORT=<number>); 0 takes a free one.\n`;
  const notAPort = (text: string) => `"${text}" is not a port. Give a number from 0 to 65535, 0 for a free one.\n`;
  const ofMock = "--port <value>, --host <value>, --quiet, --scenarios";
  const unknown = (known: string) => `Unknown option '--colour'. Known options: ${known}.\n`;

  test.concurrent.for([
    { script: "generate", args: ["--colour"], code: 2, stderr: unknown("--check") },
    { script: "docs", args: ["--colour"], code: 2, stderr: unknown("--table") },
    { script: "mock", args: ["--colour"], code: 2, stderr: unknown(ofMock) },
    { script: "start", args: ["--colour"], code: 2, stderr: unknown("--port <value>") },
    {
      script: "mock",
      args: ["--port", "-1"],
      code: 2,
      stderr: `Option '--port' argument is ambiguous. Known options: ${ofMock}.\n`,
    },
    { script: "mock", args: ["--port", "http"], code: 2, stderr: notAPort("http") },
    { script: "start", args: ["--port", "65536"], code: 2, stderr: notAPort("65536") },
    { script: "start", args: [], env: { PORT: "4010 " }, code: 2, stderr: notAPort("4010 ") },
    { script: "mock", args: ["--port", port], env: { PORT: "0" }, code: 1, stderr: portInUse },
    { script: "start", args: [], env: { PORT: port }, code: 1, stderr: portInUse },
  ])(
    "$script $args $env is refused in one line, with exit code $code",
    async ({ script, args, env, ...refusal }, { expect }) => {
      expect(await project.runScript(script, args, env)).toEqual({ ...refusal, stdout: "" });
    },
  );

  test("without --port and PORT it is 4010", ({ expect }) => {
    vi.stubEnv("PORT", undefined);
    expect(readPort(undefined)).toBe(4010);
    vi.unstubAllEnvs();
  });
});

describe("a document with a name that the package has already", async () => {
  const project = await copyProject();
  afterAll(() => project[Symbol.asyncDispose]());
  const registry = join(project.folder, "openapi");
  await copyFile(join(registry, "onebox.yaml"), join(registry, "runtime.yaml"));

  test("is refused", async ({ expect }) => {
    const { code, stderr } = await project.runScript("generate");
    const said = "openapi/runtime.yaml:1:1: The package has an entry of this name already. Rename the file.\n";
    expect({ code, stderr }).toEqual({ code: 1, stderr: said });
  });
});
