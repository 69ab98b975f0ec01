import { reportUserErrors } from "../src/cli/command-line.ts";
import { mockCommand } from "../src/cli/mock.ts";
import { readDocuments, registry } from "./documents.ts";

await reportUserErrors(() => mockCommand(process.argv.slice(2), { places: [registry], read: readDocuments }));
