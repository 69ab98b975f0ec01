import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { UserError } from "./user-error.ts";

/** What the verbs and a mock need beyond the package's own dependencies: its optional peers, by what they are for. */
export const peers = {
  reading: ["@redocly/openapi-core"],
  checking: ["ajv", "ajv-formats"],
  generating: ["openapi-typescript", "typescript"],
  mocking: ["@stoplight/prism-http"],
  docs: ["marked"],
} as const;

/**
 * Throws a `UserError` with the one command that installs all that somebody needs, such as `login-apis mock`, and that is
 * not there, or not in a version that can be used; and with the command for all verbs, where they need more.
 */
export function requirePeers(who: string, names: readonly string[]): void {
  const missing = names.filter((name) => !isUsable(name));
  if (missing.length === 0) return;
  const unusable = missing.filter(isInstalled);
  const why = unusable.map((name) => ` The ${name} that is installed, ${installedVersion(name)}, cannot be used.`);
  const ofAll = Object.values(peers)
    .flat()
    .filter((name) => !isUsable(name));
  const forAll = ofAll.length > missing.length ? `\nFor all verbs: ${installing(ofAll)}` : "";
  throw new UserError(`${who} needs ${missing.join(", ")}.${why.join("")} Install: ${installing(missing)}${forAll}`, 2);
}

function installing(names: readonly string[]): string {
  const versions = testedVersions();
  return `npm install --save-dev --save-exact ${names.map((name) => `${name}@${versions[name]}`).join(" ")}`;
}

function isUsable(name: string): boolean {
  if (!isInstalled(name)) return false;
  const major = majorOf(installedVersion(name));
  // TypeScript 7 has no compiler that a program can call, which openapi-typescript does.
  return name === "typescript" ? major < 7 : major === majorOf(testedVersions()[name]);
}

function majorOf(version: string | undefined): number {
  return Number.parseInt(version ?? "", 10);
}

/** The version that is used: that of TypeScript is the one that openapi-typescript finds. */
function installedVersion(name: string): string {
  const user = name === "typescript" && isInstalled("openapi-typescript") ? "openapi-typescript" : undefined;
  const from = user === undefined ? import.meta.url : import.meta.resolve(user);
  const file = createRequire(from).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The version of each peer that the package was tested with. */
function testedVersions(): Record<string, string> {
  const manifest: { devDependencies: Record<string, string> } = createRequire(import.meta.url)(
    "login-apis/package.json",
  );
  return manifest.devDependencies;
}
