// The mock in a process of its own that says how much memory it holds, for the test beside it.
import { setImmediate } from "node:timers/promises";
import { readDocuments } from "../../scripts/documents.ts";
import { listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";

const { url } = await listen(await createMock(await readDocuments()), 0);
process.on("message", async () => {
  // What one collection finalizes is free after the next.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ held: heapUsed + external });
});
process.send?.({ url });
