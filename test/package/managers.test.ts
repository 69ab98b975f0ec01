import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { createMock } from "../../src/mock/server.ts";
import { installLocked } from "../support/locked-packages.ts";
import { operations } from "../support/operations.ts";
import { startProcess, untilEnd } from "../support/processes.ts";
import { type Served, serve } from "../support/serve.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { pack } from "./installed.ts";
import { openRegistry, type Registry } from "./registry.ts";

const logins = operations.filter(({ kind }) => kind === "login").map(({ api, credentials }) => ({ api, credentials }));

/** What a project of somebody runs: a login to each API, at the address that it is given. */
const program = `
for (const { api, credentials } of ${JSON.stringify(logins)}) {
  const { login } = await import("login-apis/" + api);
  const outcome = await login(credentials, { baseUrl: process.argv[2] });
  console.log(api, outcome.ok);
}
`;

const managersFetched = installLocked(join(import.meta.dirname, "managers"), "login-apis-managers");

/** A package manager: its program, and what it is told. */
interface Manager {
  program(folder: string): [string, ...string[]];
  add(tarball: string): string[];
  /** How a project's own program, and a package's command, are run. */
  run: string[];
  command: string[];
  /** What it reads from the environment, for a registry and a folder of its own. */
  environment(registry: string, folder: string): Record<string, string>;
}

const byNode =
  (path: string) =>
  (folder: string): [string, string] => [process.execPath, join(folder, path)];
const npmConfig = (registry: string, folder: string) => ({
  npm_config_registry: registry,
  npm_config_cache: join(folder, "cache"),
  npm_config_store_dir: join(folder, "store"),
});

const managers: Record<string, Manager> = {
  npm: {
    program: () => ["npm"],
    add: (tarball) => ["install", tarball],
    run: ["exec", "--no", "--", "node"],
    command: ["exec", "--no", "--", "login-apis"],
    environment: npmConfig,
  },
  pnpm: {
    program: byNode("node_modules/pnpm/bin/pnpm.cjs"),
    add: (tarball) => ["add", tarball],
    run: ["exec", "node"],
    command: ["exec", "login-apis"],
    environment: npmConfig,
  },
  "Yarn 1": {
    program: byNode("node_modules/yarn-1/bin/yarn.js"),
    add: (tarball) => ["add", `file:${tarball}`],
    run: ["-s", "node"],
    command: ["-s", "run", "login-apis"],
    environment: (registry, folder) => ({
      npm_config_registry: registry,
      YARN_REGISTRY: registry,
      YARN_CACHE_FOLDER: join(folder, "cache"),
    }),
  },
  // Without node_modules/: what a package did not declare is not found there.
  "Yarn 4": {
    program: byNode("node_modules/yarn-4/bin/yarn.js"),
    add: (tarball) => ["add", `login-apis@file:${tarball}`],
    run: ["node"],
    command: ["run", "login-apis"],
    environment: (registry, folder) => ({
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
      YARN_ENABLE_GLOBAL_CACHE: "false",
      YARN_CACHE_FOLDER: join(folder, "cache"),
      YARN_GLOBAL_FOLDER: join(folder, "global"),
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_TELEMETRY: "false",
      YARN_IGNORE_PATH: "true",
    }),
  },
  Bun: {
    program: (folder) => [join(folder, "node_modules/bun/bin/bun")],
    add: (tarball) => ["add", tarball],
    run: ["run"],
    command: ["run", "login-apis"],
    environment: (registry, folder) => ({
      npm_config_registry: registry,
      BUN_CONFIG_REGISTRY: registry,
      BUN_INSTALL_CACHE_DIR: join(folder, "cache"),
      DO_NOT_TRACK: "1",
    }),
  },
};

describe("the packed file, in an empty project", () => {
  let temporary: TemporaryFolder;
  let tarball: string;
  let registry: Registry;
  let mock: Served;
  beforeAll(async () => {
    temporary = await temporaryFolder();
    [{ tarball }, registry, mock] = await Promise.all([
      pack(temporary.folder),
      openRegistry(["openapi-fetch", "openapi-typescript-helpers"], temporary.folder),
      readDocuments()
        .then(createMock)
        .then((answer) => serve(answer)),
    ]);
  });
  afterAll(async () => {
    await Promise.all([registry[Symbol.asyncDispose](), mock.close()]);
    await temporary[Symbol.asyncDispose]();
  });

  test.each(Object.keys(managers))(
    "%s installs it with openapi-fetch and nothing else, and it logs in",
    async (name) => {
      const manager = managers[name] as Manager;
      const { folder: managersFolder, problem } = await managersFetched;
      expect(problem).toBeUndefined();
      const own = join(temporary.folder, name.replace(" ", "-"));
      const project = join(own, "project");
      await mkdir(project, { recursive: true });
      await writeFile(
        join(project, "package.json"),
        JSON.stringify({ name: "project", private: true, type: "module" }),
      );
      // So that Yarn looks for a project in no folder above.
      if (name.startsWith("Yarn")) await writeFile(join(project, "yarn.lock"), "");
      await writeFile(join(project, "login.js"), program);
      const [file, ...begin] = manager.program(managersFolder);
      const env = { HOME: own, ...manager.environment(registry.url, own) };
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await untilEnd(startProcess(file, [...begin, ...args], { cwd: project, env }));
        expect({ args, code, said: code === 0 ? "" : stdout + stderr }).toEqual({ args, code: 0, said: "" });
        return stdout;
      };

      await run(...manager.add(tarball));
      expect(registry.fetched()).toEqual(["openapi-fetch", "openapi-typescript-helpers"]);
      expect(await run(...manager.run, "login.js", mock.url)).toBe(logins.map(({ api }) => `${api} true\n`).join(""));
      expect(await run(...manager.command, "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );
});
