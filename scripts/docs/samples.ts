import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { DocumentedOperation } from "../../src/openapi/scenarios.ts";

/** Where the samples' files send their requests: the mock, where `npm run mock` starts it. */
export const sampleBaseUrl = "http://127.0.0.1:4010";

export interface Sample {
  label: string;
  /** What Redoc highlights it as. */
  language: string;
  source: string;
}

const kinds = [
  { ending: "sh", label: "curl", language: "shell" },
  { ending: "ts", label: "TypeScript", language: "typescript" },
];

/** The files that an operation's samples are. */
export function sampleFiles({ api, operation }: DocumentedOperation): string[] {
  return kinds.map(({ ending }) => `samples/${api}/${operation.operationId}.${ending}`);
}

/** Reads the samples that there are, by `<api>/<operationId>`, with a mock's own base URL in them. */
export async function readSamples(operations: DocumentedOperation[], baseUrl: string): Promise<Map<string, Sample[]>> {
  const samples = operations.map(async (operation) => {
    const present = sampleFiles(operation).flatMap((file, index) =>
      existsSync(file) ? { file, ...(kinds[index] as (typeof kinds)[number]) } : [],
    );
    const read = present.map(async ({ file, label, language }) => {
      return { label, language, source: (await readFile(file, "utf8")).trimEnd().replaceAll(sampleBaseUrl, baseUrl) };
    });
    return [`${operation.api}/${operation.operation.operationId}`, await Promise.all(read)] as const;
  });
  return new Map(await Promise.all(samples));
}
