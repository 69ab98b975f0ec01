import type { ApiDocument } from "../openapi/document.ts";
import { readOperations } from "../openapi/scenarios.ts";
import { readArguments, readPort } from "./command-line.ts";
import { baseUrl, closeOnSignal, listen } from "./listen.ts";
import { listing } from "./listing.ts";
import { selectApis } from "./select.ts";
import { createMock } from "./server.ts";

const known = {
  port: { type: "string" },
  host: { type: "string" },
  quiet: { type: "boolean" },
  scenarios: { type: "boolean" },
} as const;

/** `mock [api…]`: serves the mock until Ctrl-C, or with `--scenarios` lists what it would answer. */
export async function mockCommand(args: string[], readDocuments: () => Promise<ApiDocument[]>): Promise<void> {
  const { options, operands: apis } = readArguments(args, known, { operands: true });
  const { host = "127.0.0.1", quiet = false, scenarios = false } = options;
  const port = readPort(options.port);
  const documents = selectApis(await readDocuments(), apis);
  if (scenarios) return print(listing(readOperations(documents), baseUrl({ address: host, port })));

  const mock = await createMock(documents, quiet ? {} : { log: print });
  const listening = await listen(mock, port, host);
  closeOnSignal(listening);
  print(`Mock of ${documents.map(({ name }) => name).join(", ")}: ${listening.url}\nCtrl-C stops it.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
