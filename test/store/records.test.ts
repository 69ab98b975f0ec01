import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fileRecords } from "../../src/store/file-records.ts";
import { sealed } from "../../src/store/sealed.ts";
import { memoryRecords } from "../support/memory-records.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeRecords } from "./contract.ts";

describeRecords("records in memory", () => memoryRecords());

describeRecords("records in files", async () => {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return fileRecords(join(temporary.folder, "records"));
});

const secret = crypto.getRandomValues(new Uint8Array(32));
describeRecords("sealed records", () => sealed(memoryRecords(), async () => secret));
