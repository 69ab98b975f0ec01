import { createRequire } from "node:module";
import { UserError } from "../openapi/user-error.ts";

/** What the verbs need beyond the package's own dependencies: its optional peers, by what they are for. */
export const peers = {
  reading: ["@redocly/openapi-core"],
  checking: ["ajv", "ajv-formats"],
  generating: ["openapi-typescript", "typescript"],
  mocking: ["@stoplight/prism-http"],
  docs: ["marked"],
} as const;

/** Throws a `UserError` with the one command that installs all that a verb needs and that is not there. */
export function requirePeers(verb: string, names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const versions = testedVersions();
  const wanted = missing.map((name) => `${name}@${versions[name]}`);
  throw new UserError(
    `login-apis ${verb} needs ${missing.join(", ")}. Install: npm install --save-dev --save-exact ${wanted.join(" ")}`,
    2,
  );
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The lowest version of each peer that is allowed, which is the one that the package was tested with. */
function testedVersions(): Record<string, string> {
  const { peerDependencies } = createRequire(import.meta.url)("login-apis/package.json") as {
    peerDependencies: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(peerDependencies).map(([name, range]) => [name, range.replace(/^[\^>=]+/, "")]),
  );
}
