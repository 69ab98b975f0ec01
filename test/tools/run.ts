// Gives every document to the tools that its readers use, without a network, and compares what they find with what is
// known of them.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { documentFiles } from "../../scripts/documents.ts";
import { installLocked } from "../support/locked-packages.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Found, Tool } from "./examination.ts";
import { compare, type Finding, readKnown } from "./findings.ts";
import { tools } from "./tools.ts";

const here = import.meta.dirname;
const guard = join(here, "../commands/network-guard.cjs");

/** Longer than any of them needs on a busy machine, in milliseconds. */
const deadline = 300_000;

interface Examined {
  version: string;
  found: Finding[];
  /** What is wrong with the run itself, in no document. */
  problems: string[];
}

/** Runs one tool over all documents, in a process that cannot leave this machine. */
async function examine(tool: Tool, installed: string, folder: string): Promise<Examined> {
  const attempts = join(folder, "network-attempts");
  await mkdir(folder);
  await writeFile(attempts, "");
  const { version } = JSON.parse(await readFile(join(installed, "node_modules", tool.package, "package.json"), "utf8"));
  const args = ["--import", "tsx", join(here, "examine.ts"), tool.name, installed, folder];
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require ${JSON.stringify(guard)}`,
    LOGIN_APIS_NETWORK_ATTEMPTS: attempts,
    DO_NOT_TRACK: "1",
    NO_COLOR: "1",
  };
  const failure = await promisify(execFile)(process.execPath, args, { env, timeout: deadline }).catch((error) => error);
  const problems = (await readFile(attempts, "utf8")).split("\n").filter((line) => line !== "");
  if (failure.killed) problems.push(`not done after ${deadline / 1000} s`);
  if (failure instanceof Error) return { version, found: [], problems: [...problems, failure.message] };
  const found: Found[] = JSON.parse(await readFile(join(folder, "findings.json"), "utf8"));
  return { version, found: found.map((each) => ({ ...each, tool: tool.name })), problems };
}

const apis = (await documentFiles()).map((file) => basename(file, ".yaml"));
const known = readKnown(await readFile(join(here, "known.yaml"), "utf8"));
const installed = await installLocked(join(here, "versions"), "login-apis-tools");
if (installed.problem) throw new Error(`The tools could not be fetched: ${installed.problem}`);

await using temporary = await temporaryFolder();
const everything: Finding[] = [];
const wrong: string[] = [];
for (const [index, tool] of tools.entries()) {
  const { version, found, problems } = await examine(tool, installed.folder, join(temporary.folder, `${index}`));
  everything.push(...found);
  wrong.push(...problems.map((problem) => `${tool.name}: ${problem}`));
  for (const api of apis) {
    const isHere = (finding: Finding) => finding.tool === tool.name && finding.api === api;
    const { excused, unexpected, stale } = compare(found.filter(isHere), known.filter(isHere));
    const isWrong = problems.length + unexpected.length + stale.length > 0;
    const passed = excused.length > 0 ? `passed, ${excused.length} known` : "passed";
    console.log(`${tool.name.padEnd(16)} ${version.padEnd(8)} ${api.padEnd(16)} ${isWrong ? "failed" : passed}`);
  }
}

const { unexpected, stale } = compare(everything, known);
wrong.push(
  ...unexpected.map(({ tool, api, text }) => `${tool}, openapi/${api}.yaml: ${text}`),
  ...stale.map(({ tool, api, text }) => `known.yaml: ${tool} no longer finds in openapi/${api}.yaml: ${text}`),
);
for (const line of wrong) console.log(line);
if (wrong.length > 0) process.exitCode = 1;
