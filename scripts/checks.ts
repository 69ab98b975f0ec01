import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { command, UserError } from "./command.ts";

/** The npm scripts that say whether documents, code and types are as they should be. */
const checks = ["lint", "check", "typecheck"];

await command(import.meta, {}, async () => {
  const results = await Promise.all(checks.map(run));
  const failed = checks.filter((_, index) => !results[index]);
  if (failed.length > 0) throw new UserError(`Failed: ${failed.map((name) => `npm run ${name}`).join(", ")}`);
});

/** Runs a script, prints what it said once it has ended, in one piece, and gives whether it succeeded. */
async function run(name: string): Promise<boolean> {
  // In a shell, since on Windows npm is a file of commands, which nothing else runs.
  const script = spawn(`npm run --silent ${name}`, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, "close")]);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return code === 0;
}
