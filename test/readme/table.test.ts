import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { factsOf } from "../../scripts/docs/facts.ts";
import { comparisonTable } from "../../scripts/docs/table.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { repository } from "../support/processes.ts";

const documents = await readDocuments();

/** The table of a text that has a column for each API, as it stands there. */
function tableIn(text: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`|  | \`${documents[0]?.name}\``));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start, end).join("\n");
}

test("the README compares the APIs as their documents do; `npm run docs -- --table` prints the table", async () => {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  expect(tableIn(readme)).toBe(comparisonTable(documents.map(factsOf)));
});

test("a cell of the table holds no bar of its own", () => {
  const [document] = documents;
  if (!document) throw new Error("There is no document.");
  const table = comparisonTable([{ ...factsOf(document), title: "This | that" }]);
  expect(table).toContain("| What | This \\| that |");
});
