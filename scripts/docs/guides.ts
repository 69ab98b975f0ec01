import { readdir, readFile } from "node:fs/promises";
import type { Guide } from "../../src/docs/guide.ts";

/** What stands at the top of the repository and is a page as well, with the title of its page. */
const before = [{ path: "README.md", title: "Start" }];
const after = [
  { path: "SECURITY.md", title: "Security" },
  { path: "CONTRIBUTING.md", title: "Contributing" },
];

/** The pages of prose: every file of docs/, and what stands at the top of the repository. */
export async function readGuides(): Promise<Guide[]> {
  const names = (await readdir("docs")).filter((name) => name.endsWith(".md")).sort();
  const pages: { path: string; title?: string }[] = [
    ...before,
    ...names.map((name) => ({ path: `docs/${name}` })),
    ...after,
  ];
  return Promise.all(
    pages.map(async ({ path, title }) => {
      const text = await readFile(path, "utf8");
      const [, heading = path] = /^# (.*)$/m.exec(text) ?? [];
      const [file = ""] = path.split("/").slice(-1);
      return { name: file.replace(/\.md$/, "").toLowerCase(), title: title ?? heading, path, text };
    }),
  );
}
