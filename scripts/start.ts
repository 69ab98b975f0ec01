import type { RequestListener } from "node:http";
import sirv from "sirv";
import { command, readPort } from "./command.ts";
import { buildDocs, docsFolder } from "./docs.ts";
import { readDocuments } from "./documents.ts";
import { generate } from "./generate.ts";
import { listen } from "./listen.ts";
import { mockOf } from "./mock.ts";

await command(import.meta, { port: { type: "string" } }, async (options) => {
  const port = readPort(options.port);
  const documents = await readDocuments();
  const mock = await mockOf(documents);

  // The port is taken first: whether it is free should not be learnt after the work is done.
  let answer: RequestListener = (_, response) => response.writeHead(503).end("The docs are being built.\n");
  const { url, server, stopped } = await listen((request, response) => answer(request, response), port);
  try {
    console.log(await generate(documents));
    console.log(await buildDocs(documents, stopped));
  } catch (error) {
    if (stopped.aborted) return;
    server.close();
    throw error;
  }
  const docs = sirv(docsFolder);
  answer = (request, response) => docs(request, response, () => mock(request, response));
  console.log(`Docs: ${url}/\nMock: ${url} (${documents.map(({ name }) => name).join(", ")})\nCtrl-C stops both.`);
});
