import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { watchStarters } from "../../src/mock/listen.ts";

/** Stands in the environment of all that the run starts, and of what that starts. */
const variable = "LOGIN_APIS_TEST_RUN";

/**
 * Has a run that is cut off leave no process. Vitest's workers outlive it when it is killed, and what tests have started
 * outlives those; so a process beside the run waits for its end, whichever it is, and ends them. Only Linux tells which they are.
 */
export default function setup(): (() => void) | undefined {
  // Vitest asks once for each project.
  const isSetUp = process.env[variable]?.startsWith(`${process.pid} `);
  if (isSetUp || !existsSync("/proc/self/environ")) return undefined;
  const { [variable]: _, ...environment } = process.env;
  const mark = `${process.pid} ${randomUUID()}`;
  process.env[variable] = mark;
  const args = [join(import.meta.dirname, "cut-off-end.cjs"), `${variable}=${mark}`];
  const end = spawn(process.execPath, args, { env: environment, detached: true, stdio: ["pipe", "ignore", "ignore"] });
  end.unref();
  // Of npm, which a signal ends, nobody hears.
  const stopped = new AbortController();
  if (environment.npm_lifecycle_event !== undefined) {
    watchStarters(() => process.kill(process.pid, "SIGTERM"), stopped.signal);
  }
  return () => {
    stopped.abort();
    end.kill("SIGKILL");
  };
}
