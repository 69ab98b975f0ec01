import { command } from "./command.ts";
import { readDocuments } from "./documents.ts";
import { redocly } from "./redocly.ts";
import { workflowFiles } from "./workflows.ts";

await command(import.meta, {}, async () => {
  // The house rules take a valid document for granted.
  const documents = await readDocuments();
  console.log(await redocly(["lint", ...documents.map(({ file }) => file), ...(await workflowFiles())]));
});
