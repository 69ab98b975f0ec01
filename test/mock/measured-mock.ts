// Two mocks, one with a state, in a process of their own that says how much memory it holds, for the test beside it.
import { setImmediate } from "node:timers/promises";
import { readDocuments } from "../../scripts/documents.ts";
import { listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";
import { createService } from "../../src/mock/service/service.ts";

const documents = await readDocuments();
// With so few tokens remembered, their number has reached its limit before memory is measured.
const stateful = await createMock(documents, { service: (all) => createService(all, { limit: 50 }) });
const mocks = await Promise.all([await createMock(documents), stateful].map((mock) => listen(mock, 0)));
process.on("message", async () => {
  // What one collection finalizes is free after the next.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ held: heapUsed + external });
});
process.send?.({ urls: mocks.map(({ url }) => url) });
