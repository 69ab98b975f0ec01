import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/processes.ts";
import { differences, type Outcome, readTable } from "./table.ts";

const read = (path: string) => readFile(join(repository, path), "utf8");
const passed = (name: string, version: string): Outcome => ({ name, version, result: "passed", detail: "" });

test("docs/runtimes.md names the versions that are locked", async () => {
  const table = readTable(await read("docs/runtimes.md"));
  const { optionalDependencies }: { optionalDependencies: Record<string, string> } = JSON.parse(
    await read("test/runtimes/versions/package.json"),
  );
  for (const [name, locked] of Object.entries(optionalDependencies)) {
    const [, version = ""] = /@([\d.]+)$/.exec(locked) ?? [];
    // workerd says the day that is in its version.
    const day = version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3");
    const [row] = [...table].filter(([known]) => known.toLowerCase().replace(" ", "-") === name);
    expect(row?.[1]).toBe(day);
  }
});

test("of a page's tables that of the runtimes is read alone", () => {
  const page =
    "| what | how |\n|---|---|\n| Jest | so |\n\n| runtime | version |\n|---|---|\n| Bun | 1.4.5 |\n\n| a | b |\n";
  expect([...readTable(page)]).toEqual([["Bun", "1.4.5"]]);
});

describe("a table that is not what came of it is noticed", () => {
  const table = new Map([
    ["Node 20", "20.19.0"],
    ["Chromium", "150 or later"],
  ]);

  test.each<[string, Outcome[], RegExp[]]>([
    ["all is as it says", [passed("Node 20", "20.19.0"), passed("Chromium", "151.0.1")], []],
    ["another version", [passed("Node 20", "20.20.0"), passed("Chromium", "150.0.0")], [/20\.19\.0, and is 20\.20\.0/]],
    ["an older browser", [passed("Node 20", "20.19.0"), passed("Chromium", "99.0.0")], [/150 or later, and is 99/]],
    ["a row that nobody tried", [passed("Node 20", "20.19.0")], [/Chromium is not a runtime that was tried/]],
    [
      "a runtime without a row",
      [...table.keys(), "Bun"].map((name): Outcome => ({ name, version: "-", result: "skipped", detail: "" })),
      [/Bun is not there/],
    ],
  ])("%s", (_, outcomes, expected) => {
    expect(differences(table, outcomes)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});
