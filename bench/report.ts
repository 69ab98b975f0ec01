import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { folder } from "./peers.ts";

/**
 * Prints a table, how it was measured and on what, and puts all of it into the section of README.md that is marked with
 * its name: no figure is copied by hand.
 */
export function report(section: string, how: string, header: string[], rows: (string | number)[][]): void {
  const table = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const where = `Node ${process.versions.node}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}.`;
  const text = `${table}\n\n${how} ${where}`;
  console.log(`\n${section}\n\n${text}`);

  const file = join(folder, "README.md");
  const readme = readFileSync(file, "utf8");
  const marked = new RegExp(`(<!-- ${section} -->\n)[^]*?(<!-- /${section} -->)`);
  if (!marked.test(readme)) throw new Error(`README.md has no section <!-- ${section} -->`);
  writeFileSync(
    file,
    readme.replace(marked, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`),
  );
}

/** The exact versions of packages that are installed beside this file. */
export function versions(...packages: string[]): string {
  return packages
    .map((name) => {
      const { version } = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
      return `${name} ${version}`;
    })
    .join(", ");
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median of what each round's value is of the same round's base. */
export function medianRatio(values: number[], bases: number[]): number {
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

/** The median, and the range in brackets. */
export function spread(values: number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)} (${least} to ${most})`;
}
