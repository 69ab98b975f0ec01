import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { readDocuments } from "../../scripts/documents.ts";
import { repository } from "../support/processes.ts";
import { entries } from "../support/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The recipes of the page, each in the file that its first line names. */
export interface WrittenRecipes extends AsyncDisposable {
  folder: string;
  /** What stands in each. */
  files: Map<string, string>;
  /** Loads a recipe anew, in this process, with the sources of the package. */
  load<Module>(file: string): Promise<Module>;
}

/** The blocks of docs/recipes.md that are files. */
async function recipeFiles(): Promise<Map<string, string>> {
  const page = await readFile(join(repository, "docs", "recipes.md"), "utf8");
  const blocks = [...page.matchAll(/^```tsx?\n\/\/ (\S+)\n(.*?)^```$/gms)];
  return new Map(blocks.map(([, file = "", text = ""]) => [file, text]));
}

/** Writes the recipes into a folder of their own, as their reader would have them. */
export async function writeRecipes(): Promise<WrittenRecipes> {
  const { folder, ...temporary } = await temporaryFolder();
  const files = await recipeFiles();
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "openapi"));
  for (const { name, document } of await readDocuments())
    await writeFile(join(folder, "openapi", `${name}.json`), JSON.stringify(document));

  async function bundle(file: string): Promise<string> {
    // Two folders down, as in the package, whose mock finds the documents from there.
    const outfile = join(folder, "bundled", "recipes", `${file.replaceAll("/", "-")}.mjs`);
    await build({
      entryPoints: [join(folder, file)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      alias: { ...entries, "login-apis/mock": join(repository, "src/mock/index.ts") },
      logLevel: "error",
    });
    return outfile;
  }

  const bundled = new Map<string, Promise<string>>();
  let loads = 0;
  return {
    folder,
    files,
    async load(file) {
      const outfile = bundled.get(file) ?? bundle(file);
      bundled.set(file, outfile);
      return import(`${pathToFileURL(await outfile).href}?${loads++}`);
    },
    [Symbol.asyncDispose]: temporary[Symbol.asyncDispose],
  };
}
