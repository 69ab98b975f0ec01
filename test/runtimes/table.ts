/** What came of one runtime. */
export interface Outcome {
  name: string;
  version: string;
  result: "passed" | "failed" | "skipped";
  /** How much was checked, what is wrong, or why it was skipped. */
  detail: string;
}

/** The versions in the table of runtimes of docs/runtimes.md, by name; the page has other tables too. */
export function readTable(page: string): Map<string, string> {
  const [table = ""] = /^\| *runtime *\|.*\n(?:\|.*\n)+/m.exec(page) ?? [];
  const rows = table.matchAll(/^\| *([^|]+?) *\| *([^|]+?) *\|/gm);
  return new Map(
    [...rows]
      .map(([, name = "", version = ""]) => [name, version] as const)
      .filter(([name]) => !/^(runtime|-+)$/.test(name)),
  );
}

/** Where the table says something else than what came of it. A runtime that was skipped must be in it, and no more is known. */
export function differences(table: Map<string, string>, outcomes: Outcome[]): string[] {
  const tried = new Set(outcomes.map(({ name }) => name));
  return [
    ...[...table.keys()].filter((name) => !tried.has(name)).map((name) => `${name} is not a runtime that was tried.`),
    ...outcomes.flatMap(({ name, version, result }) => {
      const said = table.get(name);
      if (said === undefined) return [`${name} is not there.`];
      return result === "skipped" || agrees(said, version) ? [] : [`${name} is said to be ${said}, and is ${version}.`];
    }),
  ];
}

/** Whether a version is the one that the table names, or one of those: `150 or later`, for what is not ours to choose. */
function agrees(said: string, version: string): boolean {
  const [, oldest] = /^(\d+) or later$/.exec(said) ?? [];
  return oldest === undefined ? said === version : Number.parseInt(version, 10) >= Number(oldest);
}
