import { readDocuments } from "../../scripts/documents.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { createMock } from "../../src/mock/server.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";

export interface ServedMock extends Listening {
  /** The lines that were logged so far. */
  log: string[];
  /** How many requests have come in. */
  arrivals: () => number;
}

/** A mock of the registry's documents, or of those given, on a free port. */
export async function serveMock(documents?: ApiDocument[]): Promise<ServedMock> {
  const log: string[] = [];
  const mock = await createMock(documents ?? (await readDocuments()), { log: (line) => log.push(line) });
  let arrivals = 0;
  const listening = await listen((request, response) => {
    arrivals++;
    mock(request, response);
  }, 0);
  return { ...listening, log, arrivals: () => arrivals };
}

/** A document with one operation, for what the registry's documents have no example of. */
export function documentOf(path: string, method: string, operation: object, name = "test"): ApiDocument {
  return {
    name,
    document: {
      openapi: "3.1.0",
      info: { title: "Test" },
      paths: { [path]: { [method]: { operationId: "test", responses: {}, ...operation } } },
    },
  };
}

export const json = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof value === "string" ? value : JSON.stringify(value),
});
