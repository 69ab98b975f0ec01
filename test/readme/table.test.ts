import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { pageModel } from "../../src/docs/page-model.ts";
import { sampleBaseUrl } from "../../src/docs/samples.ts";
import { comparisonTables } from "../../src/docs/table.ts";
import { wordsOf } from "../../src/docs/words.ts";
import { repository } from "../support/processes.ts";

const documents = await readDocuments();
const words = wordsOf("en");
const pages = documents.map((document) => pageModel(document, words, sampleBaseUrl));

test("the README compares the APIs as their documents do; `npm run docs -- --table` prints the tables", async () => {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  const tables = comparisonTables(pages, words);
  const [header] = tables.split("\n");
  const start = readme.indexOf(`${header}`);
  expect(readme.slice(start, start + tables.length)).toBe(tables);
});

test("a cell of the table holds no bar of its own", () => {
  const [page] = pages;
  if (!page) throw new Error("There is no document.");
  const glance = { ...page.glance, success: "`this` | `that`" };
  expect(comparisonTables([{ ...page, glance }], words)).toContain(" | `this` \\| `that` | ");
});
