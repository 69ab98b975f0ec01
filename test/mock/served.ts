import { readDocuments } from "../../scripts/documents.ts";
import { withAdmin } from "../../src/mock/admin.ts";
import { type CoreOptions, createCore } from "../../src/mock/core.ts";
import { handleOf, type MockHandle } from "../../src/mock/handle.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { nodeListener } from "../../src/mock/wire/node.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";

export interface ServedMock extends Listening {
  /** The lines that were logged so far. */
  log: string[];
  /** How many requests have come in. */
  arrivals: () => number;
}

const registry = await readDocuments();

/** A mock of the registry's documents, or of those given, on a free port. */
export async function serveMock(
  documents: ApiDocument[] = registry,
  { admin = false }: { admin?: boolean } = {},
): Promise<ServedMock> {
  const log: string[] = [];
  const core = createCore(documents, { log: (line) => log.push(line) });
  const mock = admin ? withAdmin(core, nodeListener(core)) : nodeListener(core);
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

/** A mock without a port, of the registry's documents or of those given, and the lines that it logged. */
export function heldMock(
  documents: ApiDocument[] = registry,
  options: CoreOptions = {},
): MockHandle & { log: string[] } {
  const log: string[] = [];
  const core = createCore(documents, { ...options, log: (line) => log.push(line) });
  return Object.assign(handleOf(core), { log });
}
