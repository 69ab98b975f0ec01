import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { codeOf } from "../../src/file-system.ts";

/** The folder of this repository. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url));

export interface ProcessOptions {
  cwd?: string;
  /** Beside the environment of the tests. */
  env?: Record<string, string>;
  /** Milliseconds after which it is killed: a minute unless told. */
  deadline?: number;
}

export interface EndedProcess {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process in a group of its own, so that a signal, and the end of the test, reach all that it starts. */
export interface StartedProcess extends AsyncDisposable {
  /** Waits for text on stdout. Rejects if the process ends without it. */
  printed(pattern: RegExp): Promise<string>;
  /** The same of stderr. */
  complained(pattern: RegExp): Promise<string>;
  ended: Promise<EndedProcess>;
  /** SIGINT for the process alone. */
  interrupt(): void;
  /** SIGKILL for the process and all that it started. */
  kill(): void;
  /** SIGTERM for the process alone, as `kill` sends it. */
  terminate(): void;
  /** SIGKILL for the process alone, of which nobody hears. */
  killAlone(): void;
  /** SIGINT for the process and all that it started, as the terminal sends it on Ctrl-C. */
  interruptGroup(): void;
  /** How many of the process and all that it started are running. */
  running(): number;
}

/** Hardly a process of a test needs longer, in milliseconds, on a machine that is busy with all the others. */
const usualDeadline = 60_000;

const isWindows = process.platform === "win32";

export function startProcess(
  command: string,
  args: string[],
  { cwd, env, deadline = usualDeadline }: ProcessOptions = {},
): StartedProcess {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // On Windows that would be another console, and there are no groups; npm is a file of commands.
    detached: !isWindows,
    shell: isWindows && /^np[mx]$/.test(command),
  });
  const killGroup = () => signalGroup(child, "SIGKILL");
  process.once("exit", killGroup);
  let isOverdue = false;
  const overdue = setTimeout(() => {
    isOverdue = true;
    killGroup();
  }, deadline);

  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [code]]) => ({
      code,
      stdout,
      stderr: isOverdue ? `${stderr}Killed after ${deadline} ms.\n` : stderr,
    }),
  );

  return {
    ended,
    printed: printedOn(child.stdout, ended),
    complained: printedOn(child.stderr, ended),
    interrupt: () => child.kill("SIGINT"),
    terminate: () => child.kill("SIGTERM"),
    killAlone: () => child.kill("SIGKILL"),
    kill: killGroup,
    interruptGroup: () => signalGroup(child, "SIGINT"),
    running: () => (child.pid === undefined ? 0 : runningIn(child.pid)),
    async [Symbol.asyncDispose]() {
      killGroup();
      await ended;
      clearTimeout(overdue);
      process.removeListener("exit", killGroup);
    },
  };
}

/** Makes the function that waits for text on a stream. */
function printedOn(stream: Readable, ended: Promise<EndedProcess>): StartedProcess["printed"] {
  let soFar = "";
  stream.on("data", (chunk) => {
    soFar += chunk;
  });
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(soFar);
        if (match) resolve(match[1] ?? match[0]);
      };
      look();
      stream.on("data", look);
      ended.then(
        ({ code, stdout, stderr }) => reject(new Error(`exit ${code} before ${pattern}:\n${stdout}${stderr}`)),
        reject,
      );
    });
}

/** Waits for the end of a process that nothing else waits for. */
export async function untilEnd(started: StartedProcess): Promise<EndedProcess> {
  await using process = started;
  return await process.ended;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    if (isWindows) execFileSync("taskkill", ["/F", "/T", "/PID", `${pid}`], { stdio: "ignore" });
    else process.kill(-pid, signal);
  } catch (error) {
    // All of the group have ended, which on Windows a code of taskkill's says.
    if (!isWindows && codeOf(error) !== "ESRCH") throw error;
  }
}

/** Counts by /proc, because for `kill` one that has ended is there until its parent, who may be slow, asks for it. */
function runningIn(group: number): number {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.filter((id) => {
    const [state, , ofGroup] = statusOf(id);
    return Number(ofGroup) === group && state !== "Z";
  }).length;
}

/** State, parent, group and more of a process. */
function statusOf(id: string): string[] {
  try {
    // `id (name) state parent group …`, and the name can hold anything.
    return readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  } catch {
    return [];
  }
}
