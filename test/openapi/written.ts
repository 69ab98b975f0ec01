import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { loginProblems } from "../../src/openapi/login-rules.ts";

/** A document that nothing is wrong with. */
export const base: string = await readFile(new URL("base.yaml", import.meta.url), "utf8");

/** Marks the line of a document in which a test expects something to be wrong. */
export const here = " # here";

/** The base with a text of it replaced, which must stand in it once. */
export function altered(from: string, to: string): string {
  const parts = base.split(from);
  if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times in the base`);
  return parts.join(to);
}

/** Writes a document into a folder, and gives its file. */
export async function written(folder: string, name: string, text: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/**
 * What else is wrong with a document than its login, which a change often breaks too: login-problems.test.ts has what is
 * wrong with that.
 */
export function besideLogin(text: string, lines: string[]): string[] {
  const messages = [...loginProblems(parse(text) as OpenApiDocument)].map(({ message }) => message);
  return lines.filter((line) => !messages.some((message) => line.endsWith(`: ${message}`)));
}

/** The number of the line that is marked. */
export function markedLine(text: string): number {
  const lines = text.split("\n").flatMap((line, index) => (line.endsWith(here) ? [index + 1] : []));
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Error(`${lines.length} lines are marked`);
  return line;
}

/** Freezes a value in all its depth: whoever changes it throws. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) frozen(child);
  return value;
}
