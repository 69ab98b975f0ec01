import { command } from "./command.ts";
import { findTranslations, translate } from "./docs/translations.ts";
import { readDocuments } from "./documents.ts";
import { lint } from "./redocly.ts";
import { workflowFiles } from "./workflows.ts";

await command(import.meta, {}, async () => {
  // The house rules take a valid document for granted.
  const documents = await readDocuments();
  const translations = await findTranslations();
  const files = [...documents, ...translations].map(({ file }) => file);
  console.log(await lint([...files, ...(await workflowFiles())]));
  for (const translation of translations) {
    await translate(translation, documents);
    console.log(`${translation.file}: translates all prose of ${translation.name}, and changes nothing else.`);
  }
});
