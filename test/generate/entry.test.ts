import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { generate } from "../../src/generate/generate.ts";
import { readDocument } from "../support/login-documents.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

interface Entry {
  login(credentials: object, options: object): Promise<{ ok: boolean }>;
}

describe("the entry of a document with whatever a document may have", () => {
  const file = join(import.meta.dirname, "nasty.yaml");
  let temporary: TemporaryFolder;
  let code: string;
  const node = (...args: string[]) => untilEnd(startProcess(process.execPath, args));
  const written = (name: string) => join(temporary.folder, name);

  beforeAll(async () => {
    temporary = await temporaryFolder();
    const api = { name: "nasty", file, document: readDocument(file) };
    const files = await generate(api, {
      runtime: join(repository, "src", "runtime.ts"),
      schema: "./schema.ts",
      command: "test",
    });
    for (const [name, content] of files) await writeFile(written(name), content);
    await writeFile(written("package.json"), JSON.stringify({ type: "module" }));
    code = files.get("index.ts") ?? "";
  });
  afterAll(() => temporary[Symbol.asyncDispose]());

  test("type-checks", async () => {
    const compilerOptions = { typeRoots: [join(repository, "node_modules", "@types")] };
    const settings = { extends: join(repository, "tsconfig.json"), compilerOptions, include: ["."] };
    await writeFile(written("tsconfig.json"), JSON.stringify(settings));
    const compiler = join(repository, "node_modules", "typescript-7", "bin", "tsc");
    expect(await node(compiler, "-p", temporary.folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("is written as the formatter has it", async () => {
    const biome = join(repository, "node_modules", "@biomejs", "biome", "bin", "biome");
    const settings = ["--vcs-enabled=false", `--config-path=${repository}`];
    const { code: exit, stdout, stderr } = await node(biome, "check", ...settings, written("index.ts"));
    expect({ exit, said: exit === 0 ? "" : stdout + stderr }).toEqual({ exit: 0, said: "" });
  });

  test.each([
    ["prose that would end its comment", "   * Ends *\\/ here.\n   *\n   * `$x` and \\ stay.\n"],
    ["a union that is too long", `  mode:\n    | "it's"\n    | 'say "hi"'\n    | "back\\\\slash"\n`],
    ["what may be null", "  size?: number;\n"],
    ["a constant that may be left out", '  kind?: "person";\n'],
    ["hover text of what the document does not describe", "  /** Goes to `$request.body#/nickname`. */\n  nickname?:"],
    ["keys that need quotes", `"12": "a\\nb",\n        'q"x': 'it\\'s "both"',\n`],
    ["a member that is left out without what it needs", "...(captcha !== undefined && { meta: {"],
    ["a member that is there with anything in it", "...((town !== undefined || street !== undefined) && { address: {"],
  ])("has %s", (_, lines) => {
    expect(code).toContain(lines);
  });

  test("sends what is given, and no member that is left empty", async () => {
    const { login } = (await import(pathToFileURL(written("index.ts")).href)) as Entry;
    const required = { className: "a/b", clientId: "c", clientSecret: "secret", password: "word", mode: "it's" };
    const constants = { "12": "a\nb", 'q"x': `it's "both"`, "2fa": "word", "a/b": { mode: "it's" }, needed: {} };
    const given: [object, object][] = [
      [{}, {}],
      [{ device: "d" }, {}],
      [{ captcha: "c", device: "d" }, { meta: { kind: "word", captcha: "c", device: "d" } }],
      [{ street: "s" }, { address: { street: "s" } }],
      [{ value: 2 }, { outer: { inner: { value: 2 } } }],
    ];
    for (const [further, sent] of given) {
      const fetch = vi.fn(async (_: string, __: RequestInit) => Response.json({ token: "token-1" }));
      const outcome = await login({ ...required, ...further }, { baseUrl: "https://example.org", fetch });
      expect(outcome.ok).toBe(true);
      const [[url, init] = []] = fetch.mock.calls;
      expect(url).toBe("https://example.org/tokens*/a%2Fb");
      expect(init?.headers).toMatchObject({ "Content-Type": "application/json; charset=utf-8" });
      expect(JSON.parse(String(init?.body))).toEqual({ ...constants, ...sent });
    }
  });
});
