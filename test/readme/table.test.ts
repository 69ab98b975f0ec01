import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { pageModel } from "../../src/docs/page-model.ts";
import { sampleBaseUrl } from "../../src/docs/samples.ts";
import { comparisonTable } from "../../src/docs/table.ts";
import { wordsOf } from "../../src/docs/words.ts";
import { repository } from "../support/processes.ts";

const documents = await readDocuments();
const words = wordsOf("en");
const pages = documents.map((document) => pageModel(document, words, sampleBaseUrl));

/** The table of a text that has a column for each API, as it stands there. */
function tableIn(text: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`|  | \`${documents[0]?.name}\``));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start, end).join("\n");
}

test("the README compares the APIs as their documents do; `npm run docs -- --table` prints the table", async () => {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  expect(tableIn(readme)).toBe(comparisonTable(pages, words));
});

test("a cell of the table holds no bar of its own", () => {
  const [page] = pages;
  if (!page) throw new Error("There is no document.");
  const table = comparisonTable([{ ...page, title: "This | that" }], words);
  expect(table).toContain("| What | This \\| that |");
});
