import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A code block that names the file it is, or, as a `diff`, the file it changes. */
export interface Instruction {
  file: string;
  language: string;
  code: string;
}

/** The code blocks of a Markdown text whose first line names a file. */
export function instructionsOf(markdown: string): Instruction[] {
  return [...markdown.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms)].map(([, language = "", file = "", code = ""]) => ({
    language,
    file,
    code,
  }));
}

/** Does in a folder what an instruction says. Throws if a `diff` does not fit its file in exactly one place. */
export async function follow({ file, language, code }: Instruction, folder: string): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, language === "diff" ? patched(await readFile(path, "utf8"), code, file) : code);
}

/** Each line of a `diff` begins with a blank, if it stands there already, or with what becomes of it: `+` or `-`. */
function patched(text: string, diff: string, file: string): string {
  const lines = diff.split("\n").slice(0, -1);
  const without = (mark: string) =>
    lines
      .filter((line) => !line.startsWith(mark))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const places = text.split(without("+"));
  if (places.length !== 2) throw new Error(`The diff of ${file} fits ${places.length - 1} times:\n${diff}`);
  return places.join(without("-"));
}
