import { readDocuments, type SourceDocument } from "../../scripts/documents.ts";
import { type DocumentedOperation, readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { serve } from "../support/serve.ts";

export const documents: SourceDocument[] = await readDocuments();
export const operations: DocumentedOperation[] = readOperations(documents);

/** What a server answers to the success request of each operation, and what the documents say it does. */
export async function successes(
  url: string,
  asked: DocumentedOperation[] = operations,
): Promise<{ answered: unknown[]; documented: unknown[] }> {
  const replies = asked.flatMap((operation) =>
    operation.replies.filter(({ name }) => name === "success").map((reply) => ({ operation, reply })),
  );
  const answered = await Promise.all(
    replies.map(async ({ operation, reply }) => {
      const { path, ...request } = wireRequest(operation, reply);
      const response = await fetch(url + path, request);
      return { status: response.status, value: await response.json() };
    }),
  );
  const documented = replies.map(({ reply: { status, example } }) => ({ status, value: example.value }));
  return { answered, documented };
}

/** Throws if the port is not free. */
export async function listenAgainAt(url: string): Promise<void> {
  const again = await serve((_, response) => void response.end(), Number(new URL(url).port));
  await again.close();
}
