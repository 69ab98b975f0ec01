import type { RequestListener } from "node:http";
import sirv from "sirv";
import { closeOnSignal, listen } from "../src/mock/listen.ts";
import { createMock } from "../src/mock/server.ts";
import { command, readPort } from "./command.ts";
import { docsFolder, writeDocs } from "./docs.ts";
import { readDocuments } from "./documents.ts";
import { writeGenerated } from "./generate.ts";

await command(import.meta, { port: { type: "string" } }, async (options) => {
  const port = readPort(options.port);
  const documents = await readDocuments();
  const mock = await createMock(documents, { log: console.log });

  // The port is taken first: whether it is free should not be learnt after the work is done.
  let answer: RequestListener = (_, response) => response.writeHead(503).end("The docs are being built.\n");
  const listening = await listen((request, response) => answer(request, response), port);
  const stopped = closeOnSignal(listening);
  try {
    console.log(await writeGenerated(documents));
    console.log(await writeDocs(documents, { mock: listening.url, signal: stopped }));
  } catch (error) {
    if (stopped.aborted) return;
    await listening.close();
    throw error;
  }
  const docs = sirv(docsFolder);
  answer = (request, response) => docs(request, response, () => mock(request, response));
  console.log(
    `Docs: ${listening.url}/\nMock: ${listening.url} (${documents.map(({ name }) => name).join(", ")})\nCtrl-C stops both.`,
  );
});
