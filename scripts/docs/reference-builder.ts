// A process that makes the reference once, after the other pages: it takes longer than all of them, and nobody waits for it.
import { setPriority } from "node:os";
import type { Guide } from "../../src/docs/guide.ts";
import { UserError } from "../command.ts";
import { readEntries, readReference } from "./reference.ts";

/** What the process is told, in its one message. */
export interface ReferenceOrder {
  /** The names of the documents. */
  apis: string[];
}

/** What it answers. */
export type MadeReference = { guides: Guide[] } | { problem: string };

/** The lowest, so that what is being served or built comes first. */
setPriority(19);

process.once("message", async ({ apis }: ReferenceOrder) => {
  const made = await make(apis);
  process.send?.(made, () => process.disconnect());
});
process.once("disconnect", () => process.exit());

async function make(apis: string[]): Promise<MadeReference> {
  try {
    return { guides: await readReference(await readEntries(apis)) };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    return { problem: error instanceof Error ? String(error.stack) : String(error) };
  }
}
