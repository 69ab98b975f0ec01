import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { command, UserError } from "./command.ts";
import { readDocuments } from "./documents.ts";

await command(import.meta, { out: { type: "string" } }, async ({ out = "dist" }) => {
  const documents = await readDocuments();
  await mkdir(`${out}/openapi`, { recursive: true });
  for (const { name, document } of documents) await writeFile(`${out}/openapi/${name}.json`, JSON.stringify(document));

  const compiler = import.meta
    .resolve("typescript")
    .replace(/typescript\.js$/, "tsc.js")
    .replace("file://", "");
  await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", out]).catch(
    ({ stdout }) => {
      throw new UserError(stdout);
    },
  );
  console.log(`Built ${out}/: the package's code, and ${documents.length} documents as JSON.`);
});
