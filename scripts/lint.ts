import { command } from "./command.ts";
import { findTranslations, translate } from "./docs/translations.ts";
import { documentFiles, readDocuments } from "./documents.ts";
import { redocly } from "./redocly.ts";
import { workflowFiles } from "./workflows.ts";

await command(import.meta, {}, async () => {
  const translations = await findTranslations();
  const files = [...(await documentFiles()), ...(await workflowFiles()), ...translations.map(({ file }) => file)];
  console.log(await redocly(["lint", ...files]));

  const documents = await readDocuments();
  for (const translation of translations) {
    await translate(translation, documents);
    console.log(`${translation.file}: translates all prose of ${translation.name}, and changes nothing else.`);
  }
});
