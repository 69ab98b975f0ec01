import { readdir, readFile } from "node:fs/promises";
import type { Guide } from "../../src/docs/guide.ts";

/** What stands at the top of the repository and is a page as well. */
const atTop = ["SECURITY.md", "CONTRIBUTING.md"];

/** Where all pages of prose come from. */
export const guidePlaces: string[] = ["README.md", "docs", ...atTop];

/** The pages of prose: the README, every file of docs/ in the order in which the README lists them, and what else is at the top. */
export async function readGuides(): Promise<Guide[]> {
  const readme = await readFile("README.md", "utf8");
  const inDocs = (await readdir("docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  const place = (path: string) => readme.lastIndexOf(`(${path})`);
  // One that the README does not list comes last.
  const isListed = (path: string) => place(path) >= 0;
  const listed = inDocs.filter(isListed).sort((one, other) => place(one) - place(other));
  const others = inDocs.filter((path) => !isListed(path)).sort();
  const guides = await Promise.all([...listed, ...others, ...atTop].map(readPage));
  return [{ name: "readme", title: "Start", path: "README.md", text: readme }, ...guides];
}

async function readPage(path: string): Promise<Guide> {
  const text = await readFile(path, "utf8");
  const [, title = path] = /^# (.*)$/m.exec(text) ?? [];
  const [file = ""] = path.split("/").slice(-1);
  return { name: file.replace(/\.md$/, "").toLowerCase(), title, path, text };
}
