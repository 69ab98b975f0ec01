import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { fileRecords } from "../../src/store/file-records.ts";
import { repository } from "../support/processes.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Calls, Swapped, Swaps, Work } from "./work.ts";

/** A runtime that runs the worker: its file, and what stands before the worker's. */
export interface Program {
  name: string;
  file: string;
  args: string[];
  /** In what of the process the work is done; in itself where it is absent. */
  spread?: Swaps["spread"];
}

/** The Node that runs this. */
export const ownNode: Program = { name: `Node ${process.versions.node}`, file: process.execPath, args: [] };

/** The same, with two threads or two cluster workers in a process. */
export const ownThreads: Program = { ...ownNode, name: `${ownNode.name}, threads`, spread: "threads" };
export const ownCluster: Program = { ...ownNode, name: `${ownNode.name}, cluster workers`, spread: "cluster" };

/** Those that `installLocked` has brought into a folder. */
export function programsIn(folder: string): Program[] {
  const path = (name: string, file: string) => join(folder, "node_modules", name, file);
  const permissions = ["--allow-read", "--allow-write", "--allow-sys=uid"];
  const nodes = ["20", "22", "24", "26"].map((major) => ({
    name: `Node ${major}`,
    file: path(`node-${major}`, "bin/node"),
    args: [],
  }));
  return [
    ...nodes,
    { name: "Bun", file: path("bun", "bin/bun"), args: ["run", "--no-install"] },
    {
      name: "Deno",
      file: path("deno", "deno"),
      args: ["run", "--no-prompt", "--no-config", "--no-npm", "--no-remote", ...permissions],
    },
  ];
}

/** Makes one module of the worker and the sources, where Node finds the packages of this repository. */
export async function buildWorker(): Promise<string> {
  const outfile = join(repository, "node_modules", ".cache", "login-apis-sharing", `worker-${process.pid}.mjs`);
  await build({
    entryPoints: [join(repository, "test/sharing/worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    external: ["redis"],
    logLevel: "error",
  });
  return outfile;
}

/** A process that works, and what it has said so far. */
export interface Worker {
  child: ChildProcess;
  program: Program;
  ended: Promise<unknown>;
  said(): Promise<Record<string, unknown>[]>;
}

export class Rig {
  readonly workers: Worker[] = [];
  readonly #worker: string;
  readonly #folder: string;

  /** `folder` takes what the workers say. */
  constructor(worker: string, folder: string) {
    this.#worker = worker;
    this.#folder = folder;
  }

  start(program: Program, work: Work): Worker {
    const log = join(this.#folder, `said-${this.workers.length}`);
    // A file, since what stands in a pipe dies with its reader.
    const output = openSync(log, "a");
    const errors = openSync(`${log}-errors`, "a");
    const child = spawn(program.file, [...program.args, this.#worker, JSON.stringify(work)], {
      cwd: this.#folder,
      env: { PATH: process.env.PATH ?? "", HOME: this.#folder, DENO_DIR: join(this.#folder, "deno"), NO_COLOR: "1" },
      stdio: ["ignore", output, errors],
    });
    closeSync(output);
    closeSync(errors);
    const ended = once(child, "close").then(async ([code]) => {
      const text = await readFile(`${log}-errors`, "utf8");
      if (code !== null && code !== 0) throw new Error(`${program.name} ended with ${code}: ${text}`);
    });
    // Whoever waits for it learns of it; one that is killed is not waited for.
    ended.catch(() => {});
    const said = async () => {
      const lines = (await readFile(log, "utf8")).split("\n");
      // The last may have been cut by a death.
      return lines.slice(0, -1).map((line) => JSON.parse(line));
    };
    const worker = { child, program, ended, said };
    this.workers.push(worker);
    return worker;
  }

  async end(): Promise<void> {
    for (const { child } of this.workers) child.kill("SIGKILL");
    await Promise.all(this.workers.map(({ ended }) => ended.catch(() => {})));
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export interface MixFigures extends Verdict {
  unknown: number;
  killed: number;
  stopped: number;
  /** What ended by itself. */
  failed: string[];
  /** How many files are left of each record after a swap, when drafts are old. */
  left: number[];
}

/**
 * Processes that count up in common records, as many at a time as `atOnce` says, by turns on each of the programs;
 * meanwhile they are killed, and stopped and continued, by chance.
 */
export async function mix(
  worker: string,
  folder: string,
  programs: readonly Program[],
  {
    seconds,
    atOnce = 8,
    names = ["a".repeat(32), "b".repeat(32)],
  }: { seconds: number; atOnce?: number; names?: string[] },
): Promise<MixFigures> {
  const records = join(folder, "records");
  await mkdir(folder, { recursive: true });
  const rig = new Rig(worker, folder);
  let started = 0;
  const startNext = () => {
    const program = programs[started++ % programs.length] as Program;
    return rig.start(program, { type: "swaps", folder: records, names, spread: program.spread });
  };
  const running = Array.from({ length: atOnce }, startNext);
  const failed: string[] = [];
  let killed = 0;
  let stopped = 0;
  const waking: Promise<void>[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await pause(20 + Math.random() * 100);
    const place = Math.floor(Math.random() * running.length);
    const chosen = running[place] as Worker;
    const hasEnded = chosen.child.exitCode !== null;
    if (hasEnded) failed.push(await chosen.ended.then(() => "ended by itself", String));
    if (hasEnded || Math.random() < 0.25) {
      chosen.child.kill("SIGKILL");
      killed++;
      running[place] = startNext();
      continue;
    }
    chosen.child.kill("SIGSTOP");
    stopped++;
    // Now and then for longer than a draft is good for.
    const length = Math.random() < 0.1 ? 2_500 : Math.random() * 300;
    waking.push(pause(length).then(() => void chosen.child.kill("SIGCONT")));
  }
  await Promise.all(waking);
  await rig.end();
  // Cluster workers end when they see that their primary has.
  if (programs.some(({ spread }) => spread === "cluster")) await pause(500);

  const said = (await Promise.all(rig.workers.map((each) => each.said()))).flat() as unknown as Swapped[];
  const own = fileRecords(records);
  const last = await Promise.all(
    names.map(async (name) => ({ name, ...JSON.parse((await own.read(name)).text ?? '{ "count": 0, "id": "" }') })),
  );
  const left = await Promise.all(names.map((name) => filesAfterSwap(records, name)));
  const unknown = said.filter((swap) => swap.said === "unknown").length;
  return { ...judge(said, last), unknown, killed, stopped, failed, left };
}

/** What is left of a record's files once the drafts of the dead are old, and somebody has swapped. */
async function filesAfterSwap(folder: string, name: string): Promise<number> {
  const record = join(folder, name);
  const old = new Date(Date.now() - 120_000);
  for (const file of await readdir(record)) {
    if (file.startsWith("draft-")) await utimes(join(record, file), old, old);
  }
  const records = fileRecords(folder);
  for (let times = 0; times < 2; times++) await records.swap(name, (await records.read(name)).version, "{}", 60_000);
  return (await readdir(record)).length;
}

/** What a mix has shown to be wrong. */
export function problemsOf({ landed, lost, twice, denied, failed, left }: MixFigures): string[] {
  return [
    ...(landed > 0 ? [] : ["no swap landed"]),
    ...lost.map((place) => `lost: ${place}`),
    ...twice.map((place) => `granted twice: ${place}`),
    ...denied.map((place) => `landed, and said to have not: ${place}`),
    ...failed,
    ...left.filter((files) => files > 2).map((files) => `${files} files are left of a record`),
  ];
}

/** Processes of this Node that ask for a token, each with what it said when all have ended. */
export function startCalls(rig: Rig, count: number, work: Omit<Calls, "type">): Worker[] {
  return Array.from({ length: count }, () => rig.start(ownNode, { type: "calls", ...work }));
}
