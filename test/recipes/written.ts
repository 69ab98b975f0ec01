import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { readDocuments } from "../../scripts/documents.ts";
import { repository, startProcess, untilEnd } from "../support/processes.ts";
import { entries, readBlocks } from "../support/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The recipes of docs/recipes.md, each in the file that its first line names. */
export interface WrittenRecipes extends AsyncDisposable {
  folder: string;
  /** What stands in each. */
  files: Map<string, string>;
}

export interface LoadableRecipes extends WrittenRecipes {
  /** Loads a recipe anew, in this process. */
  load<Module>(file: string): Promise<Module>;
}

async function writeFiles(): Promise<WrittenRecipes> {
  const { folder, ...temporary } = await temporaryFolder();
  const blocks = (await readBlocks()).filter(({ page }) => page === "docs/recipes.md");
  const files = new Map(blocks.map(({ file = "", text }) => [file, text]));
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return { folder, files, ...temporary };
}

/** Writes the recipes beside all that this repository has installed, and the sources of the package. */
export async function writeRecipes(): Promise<LoadableRecipes> {
  const written = await writeFiles();
  const { folder } = written;
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
      alias: entries,
      logLevel: "error",
    });
    return outfile;
  }

  const bundled = new Map<string, Promise<string>>();
  let loads = 0;
  return {
    ...written,
    async load(file) {
      const outfile = bundled.get(file) ?? bundle(file);
      bundled.set(file, outfile);
      loads += 1;
      return import(`${pathToFileURL(await outfile).href}?${loads}`);
    },
  };
}

/** Writes the recipes beside the package as it is built, and those packages that are named, from folders that have them. */
export async function installRecipes(...installed: [from: string, names: string[]][]): Promise<WrittenRecipes> {
  const written = await writeFiles();
  const own = join(written.folder, "node_modules", "login-apis");
  await mkdir(own, { recursive: true });
  await cp(join(repository, "package.json"), join(own, "package.json"));
  const script = ["--import", "tsx", "scripts/build.ts", "--out", join(own, "dist")];
  const { code, stderr } = await untilEnd(startProcess(process.execPath, script, { cwd: repository }));
  if (code !== 0) throw new Error(`The package could not be built: ${stderr}`);
  for (const [from, names] of [[repository, ["openapi-fetch"]] as const, ...installed]) {
    for (const name of names) {
      const link = join(written.folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(from, "node_modules", name), link);
    }
  }
  return written;
}
