import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { repository } from "../support/processes.ts";
import { contents } from "../support/project-copy.ts";

test.each(["src", "scripts"])("no file of %s/ names an API", async (folder) => {
  const names = (await readDocuments()).map(({ name }) => name);
  const files = Object.entries(await contents(join(repository, folder)));
  const found = files.flatMap(([file, text]) =>
    names.filter((name) => text.includes(name)).map((name) => [file, name]),
  );
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(10);
});
