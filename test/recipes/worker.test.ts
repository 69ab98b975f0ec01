import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createCore, type MockCore } from "../../src/mock/core.ts";
import { createService } from "../../src/mock/service/service.ts";
import { nodeListener } from "../../src/mock/wire/node.ts";
import { repository } from "../support/processes.ts";
import { serve } from "../support/serve.ts";
import { startWorkerd } from "../support/workerd.ts";
import { fetchLocked } from "./fetched.ts";
import { strict, typeErrors } from "./types.ts";
import { installRecipes } from "./written.ts";

const fetched = await fetchLocked("workerd");
const file = join(fetched.folder, "node_modules", "workerd", "bin", "workerd");

describe.skipIf(fetched.problem !== undefined)("worker.ts", async () => {
  const recipes = await installRecipes([repository, ["@cloudflare/workers-types"]]);
  afterAll(() => recipes[Symbol.asyncDispose]());
  const recipe = recipes.files.get("worker.ts") ?? "";

  async function bundle(contents: string): Promise<string> {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: recipes.folder, loader: "ts" },
      bundle: true,
      format: "esm",
      external: ["cloudflare:workers"],
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  }

  /** Starts the worker beside a mock of its own. */
  async function start(options: { lifetime?: number; worker?: string; password?: string } = {}) {
    const { lifetime, password = "correct-password" } = options;
    const service = (all: Parameters<typeof createService>[0]) => createService(all, { lifetime });
    const mock = createCore(await readDocuments(), { service });
    const { url, close } = await serve(nodeListener(mock));
    onTestFinished(close);
    count += 1;
    const folder = join(recipes.folder, `worker-${count}`);
    await mkdir(folder);
    const variables = { LOGIN_URL: url, LOGIN_USER: "user-1", LOGIN_PASSWORD: password };
    const modules = { "worker.js": await bundle(options.worker ?? recipe) };
    const running = await startWorkerd({ file, folder, modules, variables, compatibilityDate: "2026-11-17" });
    onTestFinished(() => running[Symbol.asyncDispose]());
    return { mock, get: () => fetch(running.url) };
  }
  let count = 0;
  const came = ({ requests }: MockCore) => requests.map(({ operation, scenario }) => `${operation}/${scenario}`);

  test("type-checks with the types of Workers, in strict mode", async () => {
    const compilerOptions = { ...strict, lib: ["es2023"], types: ["@cloudflare/workers-types"] };
    expect(await typeErrors(recipes.folder, { compilerOptions, files: ["worker.ts"] })).toEqual([]);
    await writeFile(join(recipes.folder, "mistake.ts"), recipe.replace("} = env;", "} = env.LOGIN;"));
    expect(await typeErrors(recipes.folder, { compilerOptions, files: ["mistake.ts"] })).not.toEqual([]);
  });

  test("logs in once for all requests, and renews once after a rejection", async () => {
    const { mock, get } = await start();
    const replies = await Promise.all([get(), get(), get()]);
    expect(await Promise.all(replies.map((reply) => reply.json()))).toEqual(Array(3).fill({ api: "refresh-login" }));
    expect(came(mock).filter((each) => each.startsWith("login"))).toEqual(["login/success"]);
    mock.next("refresh-login/protected", "rejected");
    expect((await get()).status).toBe(200);
    expect(came(mock).slice(4)).toEqual([
      "protected/rejected",
      "refresh/success",
      "login/success",
      "protected/success",
    ]);
  });

  test("a wrong password is sent once, and an unset variable sends nothing", async () => {
    const wrong = await start({ password: "wrong-password" });
    expect([(await wrong.get()).status, (await wrong.get()).status]).toEqual([500, 500]);
    expect(came(wrong.mock)).toEqual(["login/wrongPassword"]);
    await expect(start({ password: "" })).rejects.toThrow("Set LOGIN_URL, LOGIN_USER and LOGIN_PASSWORD.");
  });

  test("a renewal that is under way when its request is answered comes to its end, by waitUntil", async () => {
    const without = recipe.replace("timeout: 5_000, waitUntil", "timeout: 5_000");
    expect(without).not.toBe(recipe);
    /** Whether the login outlives its token, in a call that begins a slow refresh and one after the token's end. */
    const outlives = async (text: string) => {
      const { mock, get } = await start({ worker: text, lifetime: 6 });
      await get();
      mock.next("refresh-login/refresh", "success", { delay: 300 });
      await setTimeout(5_000);
      expect((await get()).status).toBe(200);
      await setTimeout(1_600);
      const next = await Promise.race([get(), setTimeout(1_000)]);
      return next?.status === 200 && came(mock).filter((each) => each === "login/success").length === 1;
    };
    expect(await Promise.all([outlives(recipe), outlives(without)])).toEqual([true, false]);
  });
});
