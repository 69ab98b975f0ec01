import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";
import { contents } from "../support/project-copy.ts";

/** The pattern language of VS Code's YAML extension, as far as the settings use it: `*` is anything within one folder. */
const matches = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`).test(path);

test("an editor validates the documents, and no other file, against the schema of OpenAPI 3.1", async () => {
  const settings: { "yaml.schemas": Record<string, string[]> } = JSON.parse(
    await readFile(join(repository, ".vscode/settings.json"), "utf8"),
  );
  const [[schema = "", patterns = []] = [], ...others] = Object.entries(settings["yaml.schemas"]);
  expect(others).toEqual([]);
  expect(schema).toMatch(/^https:\/\/spec\.openapis\.org\/oas\/3\.1\/schema\/\d{4}-\d{2}-\d{2}$/);

  const files = Object.entries(await contents(join(repository, "openapi")));
  const documents = files.filter(([, text]) => text.startsWith("openapi: 3.1.")).map(([name]) => name);
  const validated = files
    .map(([name]) => name)
    .filter((name) => patterns.some((pattern) => matches(pattern, `openapi/${name}`)));
  expect(validated).toEqual(documents.filter((name) => !name.startsWith("released/")));
  expect(validated).not.toHaveLength(0);

  const { recommendations }: { recommendations: string[] } = JSON.parse(
    await readFile(join(repository, ".vscode/extensions.json"), "utf8"),
  );
  expect(recommendations).toContain("redhat.vscode-yaml");
});
