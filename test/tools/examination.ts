import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import type { SourceDocument } from "../../scripts/documents.ts";
import type { Finding } from "./findings.ts";

/** What a tool is given. */
export interface Examination {
  documents: SourceDocument[];
  /** The folder whose node_modules/ holds the tools. */
  installed: string;
  /** An empty folder of its own. */
  folder: string;
}

export type Found = Omit<Finding, "tool">;

export interface Tool {
  name: string;
  /** The package whose version counts. */
  package: string;
  examine(examination: Examination): Promise<Found[]>;
}

/** Examines the documents one after the other: not every tool can do two at once. */
export async function examineEach(
  documents: SourceDocument[],
  examine: (document: SourceDocument) => Promise<string[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const document of documents) {
    const texts = await examine(document).catch((error) => [`failed: ${firstLines(error)}`]);
    found.push(...texts.map((text) => ({ api: document.name, text })));
  }
  return found;
}

function firstLines(error: unknown): string {
  return `${error instanceof Error ? error.message : error}`.split("\n").slice(0, 3).join(" ");
}

/** What a package exports. */
export async function load<Exports>({ installed }: Examination, name: string): Promise<Exports> {
  const file = createRequire(join(installed, "package.json")).resolve(name);
  return await import(pathToFileURL(file).href);
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the program of an installed package in the folder of the repository. */
export async function runProgram({ installed }: Examination, file: string, args: string[]): Promise<CommandResult> {
  const program = join(installed, "node_modules", file);
  const options = { maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], options);
    return { code: 0, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) };
  } catch (error) {
    const { code, stdout, stderr } = error as CommandResult;
    if (typeof code !== "number") throw error;
    return { code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) };
  }
}
