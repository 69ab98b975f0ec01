import { reportUserErrors } from "../src/mock/command-line.ts";
import { selectApis } from "../src/mock/select.ts";
import { verifyCommand } from "../src/verify/command.ts";
import { readDocuments } from "./documents.ts";

await reportUserErrors(() =>
  verifyCommand(process.argv.slice(2), async (name) => {
    const [document] = selectApis(await readDocuments(), [name]);
    if (!document) throw new Error(`${name} was selected, and is not there`);
    return document;
  }),
);
