import { checkFolder, writeFolder } from "../src/generate/folder.ts";
import { generate } from "../src/generate/generate.ts";
import { command } from "./command.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";

const folder = "generated";
const remedy = "npm run generate";
const settings = { runtime: "../../src/runtime.ts", schema: "./schema.ts", command: remedy };

/** All of the folder is generated, whatever stands in it. */
const isGenerated = () => true;

await command(import.meta, { check: { type: "boolean" } }, async ({ check }) => {
  const documents = await readDocuments();
  console.log(check ? await checkGenerated(documents) : await writeGenerated(documents));
});

/** Writes what belongs to the documents, removes what belongs to none, and says so. */
async function writeGenerated(documents: SourceDocument[]): Promise<string> {
  const files = await render(documents);
  await writeFolder(folder, files, isGenerated);
  return `Generated ${files.size} files for ${documents.map(({ name }) => name).join(", ")}.`;
}

async function checkGenerated(documents: SourceDocument[]): Promise<string> {
  await checkFolder(folder, await render(documents), isGenerated, remedy);
  return `${folder}/ is up to date with ${documents.length} documents.`;
}

async function render(documents: SourceDocument[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const document of documents) {
    for (const [name, content] of await generate(document, settings)) files.set(`${document.name}/${name}`, content);
  }
  return files;
}
