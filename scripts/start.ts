import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ServedFiles } from "../src/docs/files.ts";
import type { Guide } from "../src/docs/guide.ts";
import { hiddenOperations, pathTest, type Site, siteListener } from "../src/docs/site.ts";
import { closeOnSignal, listen } from "../src/mock/listen.ts";
import { createMock } from "../src/mock/server.ts";
import { readOperations } from "../src/openapi/scenarios.ts";
import { watchFolders } from "../src/openapi/watch.ts";
import { command, readPort, UserError } from "./command.ts";
import type { BuildOrder, Built } from "./docs/builder.ts";
import { guidePlaces } from "./docs/guides.ts";
import type { MadeReference, ReferenceOrder } from "./docs/reference-builder.ts";
import { documentFiles, readDocuments, registry, type SourceDocument } from "./documents.ts";

const usage = `Usage: npm start -- [--port <number>] [--host <address>]

Serves the docs at / and the mock of all APIs beside them, and follows every change of a document, a translation, a
sample, a guide or a template. What is faulty is named with file and line, and what was served before is served on.

  --port  the port to listen on; else PORT, else 4010; 0 takes a free one
  --host  the address to listen on; 127.0.0.1 unless told otherwise`;

/** Where all that is served comes from. */
const sources = [registry, "samples", ...guidePlaces, "src/docs", "scripts/docs"];

/** What the processes run that build the docs, and the reference. */
const docsBuilder = fileURLToPath(new URL("docs/builder.ts", import.meta.url));
const referenceBuilder = fileURLToPath(new URL("docs/reference-builder.ts", import.meta.url));

await command(import.meta, { port: { type: "string" }, host: { type: "string" } }, run, usage);

async function run(options: { port?: string; host?: string }): Promise<void> {
  const port = readPort(options.port);
  const ending = new AbortController();
  try {
    await serve(port, options.host, ending);
  } finally {
    ending.abort();
  }
}

async function serve(port: number, host: string | undefined, ending: AbortController): Promise<void> {
  const changes = await watchFolders(sources, ending.signal);
  // It loads what it needs while the mock is made.
  const build = startBuilder<BuildOrder, Built>(docsBuilder, ending.signal);
  const documents = await readDocuments();
  let reference: Guide[] = [];
  let site: Site = { ...(await mockOf(documents)), docs: undefined };
  const listener = siteListener(() => site);
  const listening = await listen(listener, port, host);
  const stopped = closeOnSignal(listening);
  stopped.addEventListener("abort", () => ending.abort());
  console.log(`Mock: ${listening.url} (${documents.map(({ name }) => name).join(", ")})`);

  const mock = reachable(listening.url);
  try {
    site = { ...site, docs: await docsOf(documents, { mock, reference }, build) };
    console.log(`Docs: ${listening.url}/`);
  } catch (error) {
    if (stopped.aborted) return;
    console.error(`${await problemOf(error)}\nThe mock answers; the docs come when this is mended.`);
  }
  if (stopped.aborted) return;
  console.log("Both follow the changes of their sources. Ctrl-C stops both.");

  const report = async (error: unknown, otherwise: string) => {
    if (!stopped.aborted) console.error(`${await problemOf(error)}\n${otherwise}`);
  };
  // One after the other, whatever calls for it.
  let updated = Promise.resolve();
  const update = (work: () => Promise<void>) => {
    updated = updated.then(work).catch((error) => report(error, "Docs and mock stay as they were."));
    return updated;
  };

  const addReference = ({ guides }: { guides: Guide[] }) =>
    update(async () => {
      reference = guides;
      if (!site.docs) return;
      const build = startBuilder<BuildOrder, Built>(docsBuilder, ending.signal);
      site = { ...site, docs: await docsOf(await readDocuments(), { mock, reference }, build) };
      console.log(`Reference of the package: ${listening.url}/reference.html`);
    });
  const makeReference = startBuilder<ReferenceOrder, MadeReference>(referenceBuilder, ending.signal);
  makeReference({ apis: documents.map(({ name }) => name) }).then(addReference, (error) =>
    report(error, "The docs stay without the reference of the package."),
  );

  for await (const _ of changes) {
    await update(async () => {
      const build = startBuilder<BuildOrder, Built>(docsBuilder, ending.signal);
      const documents = await readDocuments();
      const options = { mock, reference };
      const [answering, docs] = await Promise.all([mockOf(documents), docsOf(documents, options, build)]);
      site = { ...answering, docs };
      console.log("Docs and mock are up to date.");
    });
  }
}

async function mockOf(documents: SourceDocument[]): Promise<Omit<Site, "docs">> {
  const paths = readOperations(documents).map(({ path }) => path);
  return { mock: await createMock(documents, { log: console.log }), isOfMock: pathTest(paths) };
}

/** The address that code on this machine asks: one that stands for all addresses can only be listened on. */
function reachable(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

type Builder<Order, Answer> = (order: Order) => Promise<Exclude<Answer, { problem: string }>>;

/** The docs of the documents. Throws a `UserError` if one of them has an operation that a page would hide. */
async function docsOf(
  documents: SourceDocument[],
  options: Omit<BuildOrder, "documents">,
  build: Builder<BuildOrder, Built>,
): Promise<ServedFiles> {
  // Functions cannot be sent to another process.
  const sent = documents.map(({ name, file, document }) => ({ name, file, document }));
  const { files: docs } = await build({ documents: sent, ...options });
  const hidden = hiddenOperations(docs, documents);
  if (hidden.length > 0) throw new UserError(hidden.join("\n"));
  return docs;
}

/** Starts a process that makes what the docs are made of, once it is told of what. */
function startBuilder<Order extends object, Answer extends object>(
  script: string,
  signal: AbortSignal,
): Builder<Order, Answer> {
  const child = fork(script, { serialization: "advanced", signal });
  // Whoever stops it knows; who waits for it hears of it too.
  child.on("error", () => {});
  const message: Promise<[Answer | { problem: string }]> = Promise.race([
    (once(child, "message") as Promise<[Answer | { problem: string }]>).catch((error: Error) => {
      throw new UserError(`The docs could not be built: ${error.message}.`);
    }),
    once(child, "exit").then(([code]) => {
      throw new UserError(`The docs could not be built: the process that builds them ended with code ${code}.`);
    }),
  ]);
  // Nobody may ask for it, if there is no mock.
  message.catch(() => {});
  return async (order) => {
    if (child.connected) child.send(order);
    const [answer] = await message;
    if ("problem" in answer) throw new UserError(answer.problem);
    return answer as Exclude<Answer, { problem: string }>;
  };
}

/** What is wrong, with file and line wherever the documents themselves are at fault. */
async function problemOf(error: unknown): Promise<string> {
  if (!(error instanceof UserError)) return error instanceof Error ? String(error.stack) : String(error);
  const saysWhere = /:\d+:\d+: /.test(error.message);
  const found = saysWhere ? [] : await checked();
  return found.length > 0 ? found.join("\n") : error.message;
}

/** The rules are loaded when something is wrong: they take a third of the time that the mock takes to listen. */
async function checked(): Promise<string[]> {
  const { check } = await import("../src/openapi/check.ts");
  return documentFiles().then(check, () => []);
}
