import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { repository } from "../support/processes.ts";

/** The names of the APIs that have each of the three parts. */
interface Registered {
  documents: string[];
  adapters: string[];
  entries: string[];
}

/** What each API lacks that has at least one of the three parts. */
function missingParts({ documents, adapters, entries }: Registered): string[] {
  const apis = [...new Set([...documents, ...adapters, ...entries])].sort();
  return apis.flatMap((api) => [
    ...(documents.includes(api) ? [] : [`openapi/${api}.yaml`]),
    ...(adapters.includes(api) ? [] : [`src/apis/${api}.ts`]),
    ...(entries.includes(api) ? [] : [`package.json: exports["./${api}"]`]),
  ]);
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  const files = await readdir(join(repository, folder));
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
}

test("every API has a document, an adapter and an entry of the package", async () => {
  const { exports }: { exports: Record<string, unknown> } = JSON.parse(
    await readFile(join(repository, "package.json"), "utf8"),
  );
  const entries = Object.keys(exports)
    .map((entry) => entry.replace(/^\.\//, ""))
    .filter((name) => {
      const built = `./dist/src/apis/${name}`;
      return isDeepStrictEqual(exports[`./${name}`], { types: `${built}.d.ts`, default: `${built}.js` });
    });
  const documents = await namesIn("openapi", ".yaml");
  expect(documents).not.toHaveLength(0);
  expect(missingParts({ documents, adapters: await namesIn("src/apis", ".ts"), entries })).toEqual([]);
});

test.each([
  { documents: [], missing: ["openapi/a.yaml"] },
  { adapters: [], missing: ["src/apis/a.ts"] },
  { entries: [], missing: ['package.json: exports["./a"]'] },
  { adapters: ["a", "b"], missing: ["openapi/b.yaml", 'package.json: exports["./b"]'] },
  { missing: [] },
])("an API without one of the three is noticed: $missing", ({ missing, ...parts }) => {
  expect(missingParts({ documents: ["a"], adapters: ["a"], entries: ["a"], ...parts })).toEqual(missing);
});
