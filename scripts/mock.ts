import type { RequestListener } from "node:http";
import { command, readPort, UserError } from "./command.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import { listen } from "./listen.ts";

await command(import.meta, { port: { type: "string" } }, async (options) => {
  const port = readPort(options.port);
  const documents = await readDocuments();
  const { url } = await listen(await mockOf(documents), port);
  console.log(`Mock of ${documents.map(({ name }) => name).join(", ")}: ${url}\nCtrl-C stops it.`);
});

/** The mock of the registry's documents. Throws a `UserError` if two of them claim the same method and path. */
export async function mockOf(documents: SourceDocument[]): Promise<RequestListener> {
  // Prism takes more than a second to load: what is wrong with the options or the documents is said before.
  const { CollisionError, createMock } = await import("../src/mock/server.ts");
  return createMock(documents).catch((error) => {
    throw error instanceof CollisionError ? new UserError(error.message) : error;
  });
}
