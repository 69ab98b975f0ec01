// A process that builds the docs once, so that a build neither keeps the mock from answering nor sees old templates.
import { type ServedFiles, served } from "../../src/docs/files.ts";
import { hiddenOperations } from "../../src/docs/site.ts";
import { UserError } from "../command.ts";
import { readDocuments } from "../documents.ts";
import { type BuildOptions, buildDocs } from "./build.ts";

/** What the process answers to its one message, the options of a build. */
export type Built = { files: ServedFiles } | { problem: string };

process.once("message", async (options: BuildOptions) => {
  const built = await build(options);
  process.send?.(built, () => process.disconnect());
});
process.once("disconnect", () => process.exit());

async function build(options: BuildOptions): Promise<Built> {
  try {
    const documents = await readDocuments();
    const files = await served(await buildDocs(documents, options));
    const hidden = hiddenOperations(files, documents);
    return hidden.length > 0 ? { problem: hidden.join("\n") } : { files };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    return { problem: error instanceof Error ? String(error.stack) : String(error) };
  }
}
