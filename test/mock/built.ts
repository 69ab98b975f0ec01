import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface BuiltPackage {
  folder: string;
  remove(): Promise<void>;
}

/** The package as its users get it, built in a folder of its own. */
export async function buildPackage(): Promise<BuiltPackage> {
  const folder = await mkdtemp(join(tmpdir(), "login-apis-"));
  await run(process.execPath, ["--import", "tsx", "scripts/build.ts", "--out", join(folder, "dist")]);
  await cp("package.json", join(folder, "package.json"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Another copy of a built package. */
export async function copyPackage({ folder }: BuiltPackage): Promise<BuiltPackage> {
  const copy = await mkdtemp(join(tmpdir(), "login-apis-"));
  await cp(folder, copy, { recursive: true });
  return { folder: copy, remove: () => rm(copy, { recursive: true, force: true }) };
}

/** Gives a built package all that this repository has installed, Prism among it. */
export async function installPeers({ folder }: BuiltPackage): Promise<void> {
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"), "junction");
}
