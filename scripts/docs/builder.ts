// A process that builds the docs once, so that a build neither keeps the mock from answering nor sees old templates.
import { type ServedFiles, served } from "../../src/docs/files.ts";
import type { Guide } from "../../src/docs/guide.ts";
import { UserError } from "../../src/openapi/user-error.ts";
import { buildDocs, type WrittenDocument } from "./build.ts";

/** What the process is told, in its one message. */
export interface BuildOrder {
  documents: WrittenDocument[];
  /** Where the mock behind the pages answers. */
  mock: string;
  /** Nothing until it is made. */
  reference: Guide[];
}

/** What it answers. */
export type Built = { files: ServedFiles } | { problem: string };

process.once("message", async (order: BuildOrder) => {
  const built = await build(order);
  process.send?.(built, () => process.disconnect());
});
process.once("disconnect", () => process.exit());

async function build({ documents, ...options }: BuildOrder): Promise<Built> {
  try {
    return { files: await served(await buildDocs(documents, options)) };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    return { problem: error instanceof Error ? String(error.stack) : String(error) };
  }
}
