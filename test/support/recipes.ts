import { readdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A block of code of a page. */
export interface PageBlock {
  /** README.md, or a page of docs/. */
  page: string;
  language: string;
  /** The file that its first line names: `// usage.ts`, `# shop.yaml`. */
  file: string | undefined;
  text: string;
}

/** Every block of code of README.md and of all pages in docs/, as they are listed. */
export async function readBlocks(): Promise<PageBlock[]> {
  const names = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).sort();
  const pages = ["README.md", ...names.map((name) => `docs/${name}`)];
  const texts = await Promise.all(pages.map((page) => readFile(join(root, page), "utf8")));
  return pages.flatMap((page, index) => blocksOf(page, texts[index] ?? ""));
}

export function blocksOf(page: string, markdown: string): PageBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => {
    const [, file] = /^(?:\/\/|#) ([\w./-]+\.\w+)\n/.exec(text) ?? [];
    return { page, language, file, text };
  });
}

/** The TypeScript of README.md or a page of docs/ whose first line names it. */
export async function readRecipe(name: string): Promise<string> {
  const found = (await readBlocks()).filter(({ language, file }) => language === "ts" && file === name);
  const [block] = found;
  if (block === undefined || found.length > 1)
    throw new Error(`${found.length} code blocks of README.md and docs/ begin with "// ${name}", in place of one.`);
  return block.text.slice(block.text.indexOf("\n") + 1);
}

/** What the package's exports lead to, in the sources. */
export const entries: Record<string, string> = {
  "login-apis": join(root, "src/index.ts"),
  "login-apis/mock": join(root, "src/mock/index.ts"),
  "login-apis/runtime": join(root, "src/runtime.ts"),
  "login-apis/store": join(root, "src/store/store.ts"),
  "login-apis/file": join(root, "src/store/file.ts"),
  "login-apis/redis": join(root, "src/store/redis.ts"),
  ...Object.fromEntries(
    readdirSync(join(root, "generated")).map((name) => [
      `login-apis/${name}`,
      join(root, "generated", name, "index.ts"),
    ]),
  ),
};

export interface Bundled {
  /** A file for each recipe. */
  files: string[];
  remove(): Promise<void>;
}

/** Makes files of recipes that Node runs as they are; what they have in common is loaded once. */
export async function bundleRecipes(...recipes: string[]): Promise<Bundled> {
  const outdir = await mkdtemp(join(tmpdir(), "login-apis-recipe-"));
  const names = recipes.map((_, index) => `recipe-${index}`);
  await build({
    entryPoints: names,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    alias: entries,
    logLevel: "error",
    plugins: [
      {
        name: "recipes",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^recipe-\d+$/ }, ({ path }) => ({ path, namespace: "recipe" }));
          onLoad({ filter: /./, namespace: "recipe" }, ({ path }) => {
            const contents = recipes[names.indexOf(path)] ?? "";
            return { contents, loader: "ts", resolveDir: root };
          });
        },
      },
    ],
  });
  return {
    files: names.map((name) => join(outdir, `${name}.mjs`)),
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
