import { command } from "./command.ts";
import { documentFiles } from "./documents.ts";
import { redocly } from "./redocly.ts";
import { workflowFiles } from "./workflows.ts";

await command(import.meta, {}, async () =>
  console.log(await redocly(["lint", ...(await documentFiles()), ...(await workflowFiles())])),
);
