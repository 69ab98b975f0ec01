import { cp, readdir, readFile, symlink } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import {
  type EndedProcess,
  type ProcessOptions,
  repository,
  type StartedProcess,
  startProcess,
  untilEnd,
} from "./processes.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** A copy of this repository whose documents and outputs a test can change without anybody else noticing. */
export interface ProjectCopy extends TemporaryFolder {
  startScript(script: string, args?: string[], env?: ProcessOptions["env"]): StartedProcess;
  runScript(script: string, args?: string[], env?: ProcessOptions["env"]): Promise<EndedProcess>;
}

const notCopied = [".git", "bench", "dist", "node_modules"];

export interface CopyOptions {
  /** If named, nothing in openapi/ about other APIs is copied. */
  documents?: string[];
  /** Whether the tests are copied too. */
  tests?: boolean;
}

/** Copies the repository, without its tests unless told otherwise. */
export async function copyProject({ documents, tests = false }: CopyOptions = {}): Promise<ProjectCopy> {
  const temporary = await temporaryFolder();
  const { folder } = temporary;
  const filter = (source: string) => {
    const path = relative(repository, source);
    const [api = ""] = basename(path).split(".");
    const unwanted = documents && /^openapi\b.*\.yaml$/.test(path) && !documents.includes(api);
    return !notCopied.includes(path) && (tests || path !== "test") && !unwanted;
  };
  await cp(repository, folder, { recursive: true, filter });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");

  const startScript: ProjectCopy["startScript"] = (script, args = [], env = {}) =>
    startProcess(process.execPath, ["--import", "tsx", `scripts/${script}.ts`, ...args], { cwd: folder, env });
  return { ...temporary, startScript, runScript: (...script) => untilEnd(startScript(...script)) };
}

/** What a folder holds: the content of every file, by its path in the folder. A folder that is not there holds nothing. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.sort().map(async (file) => [relative(folder, file), await readFile(file, "utf8")] as const),
    ),
  );
}
