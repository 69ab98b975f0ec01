import { mockCommand } from "../src/mock/command.ts";
import { reportUserErrors } from "../src/mock/command-line.ts";
import { readDocuments, registry } from "./documents.ts";

await reportUserErrors(() => mockCommand(process.argv.slice(2), { places: [registry], read: readDocuments }));
