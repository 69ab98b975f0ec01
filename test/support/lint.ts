import { relative, resolve } from "node:path";
import { runRedocly } from "../../scripts/redocly.ts";

export interface LintProblem {
  rule: string;
  message: string;
  /** Absolute path of the document. */
  file: string;
  /** The place in the document, as a JSON pointer. */
  pointer: string;
}

interface RedoclyReport {
  problems: { ruleId: string; message: string; location: { source: { ref: string }; pointer: string }[] }[];
}

/** What Redocly's CLI finds in the files, all checked in one run of it. */
export async function lint(files: string[], config: string): Promise<LintProblem[]> {
  const { stdout, stderr } = await runRedocly([
    "lint",
    ...files.map((file) => relative(process.cwd(), file)),
    `--config=${config}`,
    "--format=json",
    "--max-problems=10000",
  ]);
  // One report for each file, one after the other.
  const reports: RedoclyReport[] = JSON.parse(`[${stdout.replaceAll("\n}{\n", "\n},{\n")}]`);
  if (reports.length !== files.length) throw new Error(`Redocly reported on ${reports.length} files:\n${stderr}`);
  return reports.flatMap(({ problems }) =>
    problems.map(({ ruleId, message, location: [place] }) => ({
      rule: ruleId,
      message,
      file: resolve(place?.source.ref ?? ""),
      pointer: place?.pointer ?? "",
    })),
  );
}
