import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { executablePath, hasBrowser, launchChromium, remedy } from "../support/chromium.ts";
import { deferred } from "../support/deferred.ts";
import type { Installed } from "../support/locked-packages.ts";
import { serve } from "../support/serve.ts";
import { startWorkerd } from "../support/workerd.ts";
import type { Input, Result } from "./suite.ts";

/** What a runtime is given to run. */
export interface Work {
  /** An empty folder of its own. */
  folder: string;
  /** The suite as one module, whose `run` takes the input. */
  suite: string;
  input: Input;
  /** The package's entries, which its folder has by their names. */
  entries: string[];
}

export interface Runtime {
  /** As docs/runtimes.md names it. */
  name: string;
  /** Why it cannot be had on this machine, if so. */
  missing: string | undefined;
  version(): Promise<string>;
  run(work: Work): Promise<Result[]>;
}

/** Longer than any of them needs on a busy machine, in milliseconds. */
const deadline = 120_000;

/** All that docs/runtimes.md names, those that cannot be had included. */
export function runtimesOf(installed: Installed): Runtime[] {
  return [
    ...["20", "22", "24", "26"].map((major) => byNode(`Node ${major}`, locate(installed, `node-${major}`, "bin/node"))),
    byProgram("Bun", locate(installed, "bun", "bin/bun"), () => ["run", "--no-install"]),
    byProgram("Deno", locate(installed, "deno", "deno"), ({ host }) => [
      "run",
      "--no-prompt",
      "--no-config",
      "--no-npm",
      "--no-remote",
      `--allow-net=${host}`,
    ]),
    byWorkerd("workerd", locate(installed, "workerd", "bin/workerd"), (version) => version),
    // Before it knew the `cache` of a Request, which it refused by throwing.
    byWorkerd("workerd, as of 2023-07-01", locate(installed, "workerd", "bin/workerd"), () => "2023-07-01"),
    byChromium(),
  ];
}

interface Program {
  file: string;
  missing: string | undefined;
}

function locate({ folder, problem }: Installed, name: string, path: string): Program {
  const file = join(folder, "node_modules", name, path);
  const reason = problem ?? `npm has none for ${process.platform}-${process.arch}, or could not fetch it`;
  return { file, missing: existsSync(file) ? undefined : reason };
}

/** What no program here needs: it says nothing to its maker, looks for no update, and finds no other configuration. */
const environment = (folder: string) => ({
  PATH: process.env.PATH ?? "",
  HOME: folder,
  DENO_DIR: join(folder, "deno"),
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
});

async function versionOf({ file }: Program): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ["--version"]);
  return /\d+[\d.-]*\d/.exec(stdout)?.[0] ?? stdout;
}

/** A runtime that runs a file and prints. */
function byProgram(name: string, program: Program, argumentsFor: (url: URL) => string[]): Runtime {
  return {
    name,
    missing: program.missing,
    version: () => versionOf(program),
    async run({ folder, suite, input }) {
      await writeFile(join(folder, "suite.mjs"), suite);
      const main = `import { run } from "./suite.mjs";\nconsole.log(JSON.stringify(await run(${JSON.stringify(input)})));\n`;
      await writeFile(join(folder, "main.mjs"), main);
      const options = { cwd: folder, env: environment(folder), timeout: deadline, killSignal: "SIGKILL" as const };
      const args = [...argumentsFor(new URL(input.url)), "main.mjs"];
      return JSON.parse((await promisify(execFile)(program.file, args, options)).stdout);
    },
  };
}

/** Node, which must give to `require` what it gives to `import`. */
function byNode(name: string, program: Program): Runtime {
  const runtime = byProgram(name, program, () => []);
  return { ...runtime, run: async (work) => [...(await runtime.run(work)), await required(program, work)] };
}

async function required({ file }: Program, { folder, entries }: Work): Promise<Result> {
  const name = "require gives what import does";
  const main = `const names = (entry) => Object.keys(entry).sort().join();
(async () => {
  const different = [];
  for (const entry of ${JSON.stringify(entries)})
    if (names(require(entry)) !== names(await import(entry))) different.push(entry);
  console.log(JSON.stringify(different));
})();
`;
  await writeFile(join(folder, "require.cjs"), main);
  const options = { cwd: folder, env: environment(folder), timeout: deadline, killSignal: "SIGKILL" as const };
  const { stdout } = await promisify(execFile)(file, ["require.cjs"], options);
  const different: string[] = JSON.parse(stdout);
  return different.length === 0 ? { name } : { name, problem: `not of ${different.join(", ")}` };
}

/** workerd, with a worker that runs the suite when it is asked, and reaches loopback only. */
function byWorkerd(name: string, program: Program, dateOf: (versionDate: string) => string): Runtime {
  const version = () => versionOf(program);
  return {
    name,
    missing: program.missing,
    version,
    async run({ folder, suite, input }) {
      await using service = await slowService();
      const worker = `import { openAtModuleLevel, run } from "./suite.mjs";
const session = openAtModuleLevel(${JSON.stringify(service.url)});
const answers = { "/token": session.token, "/leave": session.leave, "/": () => run(${JSON.stringify(input)}) };
export default { fetch: async ({ url }) => Response.json(await answers[new URL(url).pathname]()) };
`;
      await using running = await startWorkerd({
        file: program.file,
        folder,
        modules: { "worker.mjs": worker, "suite.mjs": suite },
        compatibilityDate: dateOf(await version()),
      });
      const ask = async (path: string) => {
        const reply = await fetch(`${running.url}${path}`, { signal: AbortSignal.timeout(deadline) });
        const text = await reply.text();
        if (!reply.ok) throw new Error(`workerd answered ${reply.status}: ${text}`);
        return JSON.parse(text);
      };
      return [...(await ask("/")), await outlivesRequest(ask, service)];
    },
  };
}

interface SlowService extends AsyncDisposable {
  url: string;
  /** Settles when a login has come. */
  asked: Promise<void>;
  logins: { isCut: boolean }[];
}

/** A header login that takes half a second, and notes who left meanwhile. */
async function slowService(): Promise<SlowService> {
  const logins: SlowService["logins"] = [];
  const { promise: asked, resolve: arrive } = deferred();
  const { url, close } = await serve((_, response) => {
    const login = { isCut: false };
    logins.push(login);
    const body = JSON.stringify({ status: "ok", code: 200, token: `token-${logins.length}` });
    const timer = setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end(body), 500);
    response.on("close", () => {
      clearTimeout(timer);
      login.isCut = !response.writableEnded;
    });
    arrive();
  });
  return { url, asked, logins, [Symbol.asyncDispose]: close };
}

/** A request that is answered during the login takes it along; the session of its worker is none the worse for it. */
async function outlivesRequest(
  ask: (path: string) => Promise<unknown>,
  { asked, logins }: SlowService,
): Promise<Result> {
  const name = "a session outlives the request that its login belonged to";
  const first = ask("/leave");
  await asked;
  const meanwhile = ask("/token");
  const later = async () => [await ask("/token"), ...(await Promise.all([ask("/token"), ask("/token")]))];
  const tokens = [await first, await meanwhile, ...(await later())];
  const isOneMore = logins[0]?.isCut === true && logins.length === 2;
  const isRight = JSON.stringify(tokens) === JSON.stringify(["left", ...Array(4).fill("token-2")]);
  if (isOneMore && isRight) return { name };
  return { name, problem: `${JSON.stringify(tokens)}, by the logins ${JSON.stringify(logins)}` };
}

/** A browser, whose page is of another origin than the mock. */
function byChromium(): Runtime {
  return {
    name: "Chromium",
    missing: hasBrowser ? undefined : remedy,
    version: async () => versionOf({ file: executablePath, missing: undefined }),
    async run({ suite, input }) {
      const pages = await serve((request, response) =>
        request.url === "/suite.mjs"
          ? response.writeHead(200, { "content-type": "text/javascript" }).end(suite)
          : response
              .writeHead(200, { "content-type": "text/html" })
              .end('<!doctype html><title>Suite</title><link rel="icon" href="data:,">'),
      );
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.goto(pages.url);
        return await page.evaluate(`import("/suite.mjs").then(({ run }) => run(${JSON.stringify(input)}))`);
      } finally {
        await browser.close();
        await pages.close();
      }
    },
  };
}

/** Makes the folder that a runtime works in. */
export async function folderFor(parent: string, { name }: Runtime): Promise<string> {
  const folder = join(parent, name.replaceAll(/\W+/g, "-"));
  await mkdir(folder);
  return folder;
}
