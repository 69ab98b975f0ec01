import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundleFile, pageScript, scriptNames } from "../src/docs/scripts.ts";
import { command, UserError } from "./command.ts";
import { readDocuments } from "./documents.ts";

const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript-7/package.json")), "bin", "tsc");

await command(import.meta, { out: { type: "string" } }, async ({ out = "dist" }) => {
  const documents = await readDocuments();
  // The package holds these folders whole: what an earlier build left in them would be published. The docs are not built here.
  for (const folder of ["openapi", "src", "generated"]) await rm(`${out}/${folder}`, { recursive: true, force: true });
  await mkdir(`${out}/openapi`, { recursive: true });
  for (const { name, document } of documents) await writeFile(`${out}/openapi/${name}.json`, JSON.stringify(document));

  await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", out]).catch(
    ({ stdout }) => {
      throw new UserError(stdout);
    },
  );
  // The compiler copies no JSON.
  for (const schema of ["x-login.schema.json", "x-verify.schema.json"])
    await copyFile(`src/openapi/${schema}`, `${out}/src/openapi/${schema}`);
  await copyFile("src/cli/document.yaml", `${out}/src/cli/document.yaml`);
  // Whoever has the package needs no bundler.
  for (const name of scriptNames) await writeFile(`${out}/src/docs/${bundleFile(name)}`, await pageScript(name));
  console.log(`Built ${out}/: the package's code, and ${documents.length} documents as JSON.`);
});
