import { join } from "node:path";
import { type Installed, installLocked } from "../support/locked-packages.ts";

/**
 * What the recipes of a server need beside the project's own dependencies: npm fetches it once. Where it cannot be had,
 * the tests are skipped and say so, in CI they fail.
 */
export const fetched: Installed = await installLocked(join(import.meta.dirname, "versions"), "login-apis-recipes");

export const isMissing: boolean = fetched.problem !== undefined;
if (isMissing && process.env.CI) throw new Error(`Next and workerd could not be fetched: ${fetched.problem}`);
if (isMissing)
  process.stdout.write(`The recipes of servers are skipped, npm could not fetch them: ${fetched.problem}\n`);
