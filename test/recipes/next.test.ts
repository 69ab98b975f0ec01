import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createCore } from "../../src/mock/core.ts";
import { nodeListener } from "../../src/mock/wire/node.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { freePort, serve } from "../support/serve.ts";
import { fetchLocked } from "./fetched.ts";
import { strict } from "./types.ts";
import { installRecipes } from "./written.ts";

const layout = `import type { ReactNode } from "react";

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;
// Some packages are links to where npm has put them.
const config = `export default { turbopack: { root: "/" } };\n`;
const tsconfig = {
  compilerOptions: { ...strict, lib: ["dom", "dom.iterable", "esnext"], jsx: "react-jsx", types: ["node"] },
  include: ["next-env.d.ts", "app", ".next/types/**/*.ts"],
};

const fetched = await fetchLocked("next");

describe.skipIf(fetched.problem !== undefined)("Next", async () => {
  const recipes = await installRecipes(
    [fetched.folder, ["next", "react", "react-dom", "@types/react"]],
    [repository, ["typescript", "@types/node"]],
  );
  const { folder } = recipes;
  afterAll(() => recipes[Symbol.asyncDispose]());
  await writeFile(join(folder, "app", "layout.tsx"), layout);
  await writeFile(join(folder, "next.config.mjs"), config);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));

  const mock = createCore(await readDocuments());
  const { url, close } = await serve(nodeListener(mock));
  afterAll(close);
  const came = () => mock.requests.map(({ operation, scenario }) => `${operation}/${scenario}`);

  const attempts = join(folder, "network-attempts");
  const env = {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_OPTIONS: `--require ${JSON.stringify(join(repository, "test", "commands", "network-guard.cjs"))}`,
    LOGIN_APIS_NETWORK_ATTEMPTS: attempts,
    LOGIN_URL: url,
    LOGIN_USER: "user-1",
    LOGIN_PASSWORD: "correct-password",
  };
  const next = (...args: string[]) =>
    startProcess(process.execPath, [join(fetched.folder, "node_modules/next/dist/bin/next"), ...args], {
      cwd: folder,
      env,
      deadline: 170_000,
    });

  test("builds without a login, type-checked, and serves a route and a page from one session", {
    timeout: 180_000,
  }, async () => {
    await writeFile(attempts, "");
    const built = await untilEnd(next("build"));
    expect(built.code, built.stdout + built.stderr).toBe(0);
    expect(built.stdout).toMatch(/ƒ \/api\/products\s+.* ƒ \/products/s);
    expect(came()).toEqual([]);

    const port = await freePort();
    const server = next("start", "--hostname", "127.0.0.1", "--port", `${port}`);
    onTestFinished(() => server[Symbol.asyncDispose]());
    await server.printed(/Ready in/);
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    mock.next("refresh-login/protected", "rejected");
    expect(await get("/api/products")).toBe('{"api":"refresh-login"}');
    expect(came()).toEqual([
      "login/success",
      "protected/rejected",
      "refresh/success",
      "login/success",
      "protected/success",
    ]);
    // The page has the same session, and the API's answer from Next's cache.
    expect(await get("/products")).toContain("<pre>{&quot;api&quot;:&quot;refresh-login&quot;}</pre>");
    expect(await get("/api/products")).toBe('{"api":"refresh-login"}');
    expect(came()).toHaveLength(5);
    expect(await readFile(attempts, "utf8")).toBe("");
  });
});
