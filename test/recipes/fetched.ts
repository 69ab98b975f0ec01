import { join } from "node:path";
import { type Installed, installLocked } from "../support/locked-packages.ts";

/**
 * What a recipe needs beside the project's own dependencies, in the versions that a folder of `versions/` locks: npm
 * fetches it once. Where it cannot be had the problem is printed, and the tests of the recipe are to be skipped; in CI it
 * rejects.
 */
export async function fetchLocked(name: string): Promise<Installed> {
  const installed = await installLocked(join(import.meta.dirname, "versions", name), `login-apis-recipe-${name}`);
  if (!installed.problem) return installed;
  const problem = `The recipe of ${name} cannot be tried, npm could not fetch it: ${installed.problem}`;
  if (process.env.CI) throw new Error(problem);
  process.stdout.write(`${problem}\n`);
  return installed;
}
