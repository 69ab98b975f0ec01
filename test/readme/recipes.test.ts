import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Session } from "../../src/index.ts";
import { captureOutput } from "../support/printed.ts";
import { bundleRecipes, readRecipe } from "../support/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("usage.ts", () => {
  const sent: string[] = [];
  let login: () => Response;
  beforeEach(() => {
    sent.length = 0;
    login = () => Response.json({ token: "token-1" });
    vi.stubGlobal("fetch", async (url: string, { headers }: RequestInit) => {
      const { pathname } = new URL(url);
      sent.push(pathname);
      if (pathname === "/api/authenticate") return login();
      return Response.json({ data: new Headers(headers).get("authorization") });
    });
    vi.stubEnv("ONEBOX_PASSWORD", "correct-password");
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  test.each([
    ["a request that works", () => {}, "200\n{ data: 'Bearer token-1' }"],
    [
      "a login that is refused",
      () => {
        login = () => Response.json({ records: { userMessage: "not authorized" } }, { status: 401 });
      },
      "Not now:\nrefused\ninvalid_credentials",
    ],
  ])("%s", async (_, prepare, said) => {
    prepare();
    const recipe = await bundleRecipes(await readRecipe("usage.ts"));
    onTestFinished(() => recipe.remove());
    const output = captureOutput();
    try {
      await import(String(recipe.files));
    } finally {
      expect(output.end()).toContain(said);
    }
  });
});

describe("usage.ts without its variable", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  test.each(["", undefined])("set to %o sends nothing, and says which to set", async (value) => {
    vi.stubEnv("ONEBOX_PASSWORD", value);
    const send = vi.fn();
    vi.stubGlobal("fetch", send);
    const recipe = await bundleRecipes(await readRecipe("usage.ts"));
    onTestFinished(() => recipe.remove());
    await expect(import(String(recipe.files))).rejects.toThrow("Set ONEBOX_PASSWORD.");
    expect(send).not.toHaveBeenCalled();
  });
});

describe("vault.ts", () => {
  const sent: string[] = [];
  beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal("fetch", async (_: string, { body }: RequestInit) => {
      sent.push(JSON.parse(String(body)).password);
      return Response.json({ token: "token-1" });
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  async function openVault(file: string): Promise<Session> {
    vi.stubEnv("ONEBOX_PASSWORD_FILE", file);
    const recipe = await bundleRecipes(await readRecipe("vault.ts"));
    onTestFinished(() => recipe.remove());
    return (await import(String(recipe.files))).session;
  }

  test("sends the password that the file has when it is needed", async () => {
    await using temporary = await temporaryFolder();
    const file = join(temporary.folder, "password");
    const session = await openVault(file);
    await writeFile(file, "from-the-vault\n");
    expect((await session.token()).value).toBe("token-1");
    expect(sent).toEqual(["from-the-vault"]);
  });

  test("without its file sends nothing, and says when it tries again", async () => {
    await using temporary = await temporaryFolder();
    const session = await openVault(join(temporary.folder, "nothing"));
    const error = { code: "credentials_unavailable", cause: { code: "ENOENT" }, retryAt: expect.any(Date) };
    await expect(session.token()).rejects.toMatchObject(error);
    expect(sent).toEqual([]);
  });
});

test("products.test.ts: how to test code that uses a session", async () => {
  const recipe = await bundleRecipes(await readRecipe("products.test.ts"));
  onTestFinished(() => recipe.remove());
  const { stdout } = await promisify(execFile)(process.execPath, ["--test-reporter=tap", ...recipe.files]);
  expect(stdout).toMatch(/^# pass 1$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
