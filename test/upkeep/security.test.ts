import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";

test("every test that SECURITY.md names is there", async () => {
  const text = await readFile(join(repository, "SECURITY.md"), "utf8");
  const named = [...text.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, path = ""]) => path);
  expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});
