import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The TypeScript of the README whose first line names it. */
export async function readRecipe(name: string): Promise<string> {
  const text = await readFile(join(root, "README.md"), "utf8");
  const [, code] = text.split(`\`\`\`ts\n// ${name}\n`);
  if (code === undefined) throw new Error(`README.md has no code block that begins with "// ${name}".`);
  return code.slice(0, code.indexOf("\n```") + 1);
}

/** What the package's exports lead to, in the sources. */
export const entries: Record<string, string> = {
  "login-apis": join(root, "src/index.ts"),
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
