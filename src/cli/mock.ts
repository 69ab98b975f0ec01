import { withAdmin } from "../mock/admin.ts";
import { createCore, type MockCore } from "../mock/core.ts";
import { baseUrl, closeOnSignal, listen } from "../mock/listen.ts";
import { listing } from "../mock/listing.ts";
import { statefulService } from "../mock/stateful.ts";
import { nodeListener } from "../mock/wire/node.ts";
import { peers, requirePeers } from "../openapi/peers.ts";
import { readOperations } from "../openapi/scenarios.ts";
import { type DocumentSource, isFileName, sourceOf } from "../openapi/source.ts";
import { UserError } from "../openapi/user-error.ts";
import { watchFolders } from "../openapi/watch.ts";
import { print, readCommand, readPort } from "./command-line.ts";

const known = {
  port: { type: "string" },
  host: { type: "string" },
  quiet: { type: "boolean" },
  scenarios: { type: "boolean" },
  strict: { type: "boolean" },
  stateful: { type: "boolean" },
  lifetime: { type: "string" },
  account: { type: "string" },
  admin: { type: "boolean" },
  watch: { type: "boolean" },
} as const;

export const usage: string = `Usage: login-apis mock [api… | file…] [options]

Answers as the documents say, on one port of this machine, until Ctrl-C. Without a name: all APIs.

  --port <number>   where to listen; 4010, or PORT, unless told; 0 takes a free one
  --host <address>  the address to listen on; 127.0.0.1 unless told
  --quiet           logs nothing
  --scenarios       lists what it answers, each with a curl line for a POSIX shell, and ends
  --strict          refuses credentials that are no scenario's, and no account's
  --stateful        behaves like a login service: new tokens, which end, rotate and are revoked; accounts that lock
  --lifetime <s>    seconds after which a token ends, where the document says later, or never; with --stateful
  --account <file>  accounts beside those of the scenarios, in YAML or JSON: lists by API; with --stateful
  --admin           lets programs of this machine hold it: /_mock/requests, next, reset; of a
                    stateful one also advance, revoke and lock
  --watch           reads the documents anew when they change; of a stateful one tokens, locks and the clock
                    stay where the login is the same
  --help            this text
  --version         the package's version`;

/** `mock [api…]`: serves the mock until Ctrl-C, or with `--scenarios` lists what it would answer. */
export async function mockCommand(args: string[], registry: DocumentSource): Promise<void> {
  const asked = readCommand(args, known, usage);
  if (!asked) return;
  const { options, operands } = asked;
  const { host = "127.0.0.1", quiet = false, scenarios = false, strict = false, admin = false } = options;
  const port = readPort(options.port);
  const source = sourceOf(operands, registry);
  const readsFiles = operands.some(isFileName);
  if (readsFiles)
    requirePeers("login-apis mock", [...peers.reading, ...peers.checking, ...(scenarios ? [] : peers.mocking)]);
  const ending = new AbortController();
  const changes = options.watch ? await watchFolders(source.places, ending.signal) : [];
  const documents = await source.read();
  if (scenarios) return print(listing(readOperations(documents), baseUrl({ address: host, port })));

  const { stateful, account: accounts } = options;
  const lifetime = options.lifetime === undefined ? undefined : Number(options.lifetime);
  const service = await statefulService(documents, { stateful, lifetime, accounts, strict });
  const core = createCore(documents, { strict, ...(service && { service }), ...(quiet ? {} : { log: print }) });
  const listener = nodeListener(core);
  const listening = await listen(admin ? withAdmin(core, listener) : listener, port, host);
  // Who reads the log may leave; the mock stays.
  process.stdout.on("error", () => {});
  closeOnSignal(listening).addEventListener("abort", () => ending.abort());
  print(`Mock of ${documents.map(({ name }) => name).join(", ")}: ${listening.url}\nCtrl-C stops it.`);
  for await (const _ of changes) await reload(core, source);
}

/** Answers from the documents as they are now; from those before, as long as something is wrong with them. */
async function reload(core: MockCore, { read }: DocumentSource): Promise<void> {
  try {
    const documents = await read();
    core.reload(documents);
    print(`Read anew: ${documents.map(({ name }) => name).join(", ")}`);
  } catch (error) {
    const why = error instanceof UserError ? error.message : `The documents cannot be read: ${String(error)}`;
    process.stderr.write(`${why}\nThe documents before this change are still answered from.\n`);
  }
}
