import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./peers.ts";

/** Prints a table, and puts it into the section of README.md that is marked with its name: no figure is copied by hand. */
export function report(section: string, header: string[], rows: (string | number)[][]): void {
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const table = lines.join("\n");
  console.log(`\n${section}\n\n${table}`);

  const file = join(folder, "README.md");
  const text = readFileSync(file, "utf8");
  const marked = new RegExp(`(<!-- ${section} -->\n)[^]*?(<!-- /${section} -->)`);
  if (!marked.test(text)) throw new Error(`README.md has no section <!-- ${section} -->`);
  writeFileSync(file, text.replace(marked, `$1\n${table}\n\n$2`));
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median, and the range in brackets. */
export function spread(values: number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)} (${least} to ${most})`;
}
