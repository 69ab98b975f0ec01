import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository, startProcess, untilEnd } from "../support/processes.ts";

/** Options of a strict project of a reader's, whatever its platform. */
export const strict = {
  target: "es2022",
  module: "preserve",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
} as const;

/** What TypeScript finds wrong with files of a folder: a line for each mistake. */
export async function typeErrors(folder: string, config: object): Promise<string[]> {
  const file = join(folder, "tsconfig.json");
  await writeFile(file, JSON.stringify(config));
  const tsc = join(repository, "node_modules", "typescript-7", "bin", "tsc");
  const { code, stdout, stderr } = await untilEnd(
    startProcess(process.execPath, [tsc, "-p", file, "--pretty", "false"], { cwd: folder }),
  );
  const lines = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("error TS"));
  if (code !== 0 && lines.length === 0) throw new Error(`The compiler failed: ${stdout}${stderr}`);
  return lines;
}
