import { exec } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "./processes.ts";

export interface Installed {
  /** The folder that holds node_modules/. */
  folder: string;
  /** What npm said if it failed. */
  problem?: string;
}

/**
 * Fetches the packages that a folder's package-lock.json locks, by npm and without running any of their scripts, once:
 * with a lock that has not changed they are found where they are. npm leaves out what is optional and cannot run on
 * this machine, or cannot be had. `name` is that of the folder in node_modules/.cache/ that holds them.
 */
export async function installLocked(versions: string, name: string): Promise<Installed> {
  const folder = join(repository, "node_modules", ".cache", name);
  const lock = join(folder, "package-lock.json");
  const manifest = JSON.parse(await readFile(join(versions, "package.json"), "utf8"));
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  // npm ends well without what it could not fetch, so the lock alone does not tell.
  const isCurrent =
    existsSync(lock) &&
    (await readFile(lock, "utf8")) === (await readFile(join(versions, "package-lock.json"), "utf8")) &&
    packages.every((name) => existsSync(join(folder, "node_modules", name, "package.json")));
  if (isCurrent) return { folder };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(versions, "package.json"), join(folder, "package.json"));
  await cp(join(versions, "package-lock.json"), lock);
  try {
    await promisify(exec)("npm ci --ignore-scripts --no-bin-links --no-audit --no-fund", { cwd: folder });
    return { folder };
  } catch (error) {
    // So that the next run tries again.
    await rm(lock);
    const { stderr = "" } = error as { stderr?: string };
    return { folder, problem: /npm error (?!code)(.+)/.exec(stderr)?.[1] ?? "npm failed" };
  }
}
