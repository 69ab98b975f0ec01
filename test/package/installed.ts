import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { copyProject } from "../support/project-copy.ts";

/** Runs a command to its end and gives what it printed. */
export async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await untilEnd(startProcess(command, args, { cwd }));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** The package as npm would publish it. */
export interface Packed {
  tarball: string;
  /** What it holds, by npm's own list, which is that of `npm pack --dry-run --json`. */
  files: string[];
}

/** Packs a copy of the repository, in which nothing else builds. */
export async function pack(target: string): Promise<Packed> {
  await using project = await copyProject();
  await cp(join(repository, "src", "index.ts"), join(project.folder, "dist", "src", "left-by-an-earlier-build.js"));
  await cp(join(repository, "src", "index.ts"), join(project.folder, "dist", "docs", "index.html"));
  const printed = await succeed(project.folder, "npm", "pack", "--json", `--pack-destination=${target}`);
  // The build prints a line of its own before.
  const [packed]: { filename: string; files: { path: string }[] }[] = JSON.parse(printed.slice(printed.indexOf("[\n")));
  if (!packed) throw new Error(`npm packed nothing: ${printed}`);
  return { tarball: join(target, packed.filename), files: packed.files.map(({ path }) => path) };
}

/**
 * A project that has the package and the TypeScript compiler and nothing else. Without the network npm finds by its
 * integrity what `npm ci` has fetched, and nothing by name: hence a lock file, and addresses that are never asked.
 */
export async function install(tarball: string, folder: string): Promise<void> {
  await cp(fileURLToPath(new URL("consumer", import.meta.url)), folder, { recursive: true });
  const { packages } = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8"));
  const project = {
    private: true,
    type: "module",
    devDependencies: { typescript: packages[""].devDependencies.typescript },
  };
  const locked = Object.entries<{ dev?: boolean }>(packages)
    .filter(([path, { dev }]) => path === "node_modules/typescript" || (path !== "" && !dev))
    .map(([path, entry]) => [path, { ...entry, resolved: `https://cache.invalid/${path}.tgz` }]);
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  await writeFile(
    join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, packages: { "": project, ...Object.fromEntries(locked) } }),
  );
  await succeed(folder, "npm", "install", "--offline", tarball);
}
