import { reportUserErrors } from "../src/cli/command-line.ts";
import { verifyCommand } from "../src/cli/verify.ts";
import { selectApis } from "../src/openapi/select.ts";
import { readDocuments } from "./documents.ts";

await reportUserErrors(() =>
  verifyCommand(process.argv.slice(2), async (name) => {
    const [document] = selectApis(await readDocuments(), [name]);
    if (!document) throw new Error(`${name} was selected, and is not there`);
    return document;
  }),
);
