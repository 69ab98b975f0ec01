import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import NpmPackage from "@npmcli/package-json";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import validateName from "validate-npm-package-name";

/** What of a manifest is looked at here; npm's own code and publint look at all of it. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  repository?: { url?: string };
  files?: string[];
  scripts?: Record<string, string>;
  publishConfig?: { access?: string; provenance?: boolean; registry?: string };
}

/**
 * Says what npm would refuse, or change without being asked, if it published what is in a folder: a package as it is packed.
 * npm's own code judges the manifest, publint the files that it names.
 */
export async function manifestProblems(folder: string): Promise<string[]> {
  const manifest: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return [
    ...nameProblems(manifest),
    ...(await corrections(folder)),
    ...publishingProblems(manifest),
    ...scriptProblems(manifest),
    ...fileProblems(manifest, await filesIn(folder)),
    ...(await entryProblems(folder)),
  ];
}

function nameProblems({ name }: Manifest): string[] {
  const { errors = [], warnings = [] } = validateName(name);
  return [...errors, ...warnings].map((problem) => `name: ${problem}`);
}

/** What npm would correct before it publishes, and what it could not. */
async function corrections(folder: string): Promise<string[]> {
  const changes: string[] = [];
  try {
    const npmPackage = await NpmPackage.load(folder);
    // npm misses the text of the README otherwise.
    await npmPackage.normalize({ steps: ["readme"] });
    await npmPackage.normalize({ steps: [...NpmPackage.fixSteps, "normalizeData"], strict: true, changes });
    return changes.map((change) => `npm would correct it: ${change}`);
  } catch (error) {
    return [`npm refuses it: ${(error as Error).message}`];
  }
}

function publishingProblems({ version, private: isPrivate, repository, publishConfig }: Manifest): string[] {
  const problems: string[] = [];
  if (!version) problems.push("version is missing");
  else if (version.includes("-"))
    problems.push(`version: ${version} is a prerelease, which npm takes only with a --tag`);
  if (isPrivate) problems.push("private: npm publishes no private package");
  if (!repository?.url) problems.push("repository.url is missing: npm takes no provenance without it");
  if (publishConfig?.access !== "public") problems.push("publishConfig.access is not public");
  if (publishConfig?.provenance !== true) problems.push("publishConfig.provenance is not true");
  if (publishConfig?.registry !== undefined) problems.push("publishConfig.registry names another registry than npm's");
  return problems;
}

/** The scripts that npm runs at whoever installs a package. */
const installScripts = ["preinstall", "install", "postinstall"];

function scriptProblems({ scripts = {} }: Manifest): string[] {
  return installScripts.filter((name) => name in scripts).map((name) => `scripts.${name} would run at the user's`);
}

function fileProblems({ files }: Manifest, packed: string[]): string[] {
  if (!files) return ["files is missing: npm would publish the whole folder"];
  return files
    .filter((entry) => !packed.some((file) => covers(entry, file)))
    .map((entry) => `files: nothing is packed for "${entry}"`);
}

/** Whether an entry of `files` is a file, the folder that it is in, or a pattern with `*` for it. */
function covers(entry: string, file: string): boolean {
  const pattern = entry.replaceAll(/[.+()[\]{}^$|\\]/g, "\\$&").replaceAll("*", "[^/]*");
  return new RegExp(`^${pattern}(/|$)`).test(file);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** What publint says of `exports`, `bin` and dependencies; all files of the folder are published. */
async function entryProblems(folder: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true, level: "suggestion" });
  return messages.map((message) => `${message.code}: ${formatMessage(message, pkg, { color: false })}`);
}
