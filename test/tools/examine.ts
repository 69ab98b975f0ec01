// Examines the documents with one tool, in a process of its own, and writes down what was found: `findings.json` in the
// folder that it is given. What tools print is their own affair.
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readDocuments } from "../../scripts/documents.ts";
import { tools } from "./tools.ts";

const [name, installed, folder] = process.argv.slice(2);
const tool = tools.find((each) => each.name === name);
if (!tool || !installed || !folder) throw new Error("examine.ts wants the name of a tool, and two folders.");

// Absolute, because hey-api takes a relative path for something on its maker's platform.
const documents = (await readDocuments()).map((document) => ({ ...document, file: resolve(document.file) }));
const found = await tool.examine({ documents, installed, folder });
await writeFile(join(folder, "findings.json"), JSON.stringify(found));
