import { buildDocs } from "../../scripts/docs/build.ts";
import { readDocuments, type SourceDocument } from "../../scripts/documents.ts";
import type { DocsFiles } from "../../src/docs/build.ts";
import type { Guide } from "../../src/docs/guide.ts";
import { createMock } from "../../src/mock/server.ts";
import { serve } from "../support/serve.ts";

/** The docs as they are built, with a mock behind them, on a port of this machine. */
export interface Site {
  documents: SourceDocument[];
  files: DocsFiles;
  pages: { path: string; html: string }[];
  url: string;
  close(): Promise<void>;
}

export async function openSite(
  reference: (documents: SourceDocument[]) => Promise<Guide[]> = async () => [],
): Promise<Site> {
  const documents = await readDocuments();
  const mock = await createMock(documents);
  let files: DocsFiles = new Map();
  const { url, close } = await serve((request, response) => {
    const file = files.get(request.url ?? "");
    if (file) response.writeHead(200, { "content-type": file.type }).end(file.body);
    else mock(request, response);
  });
  files = await buildDocs(documents, { mock: url, reference: await reference(documents) });
  const pages = [...files].flatMap(([path, { body }]) =>
    path.endsWith(".html") ? [{ path, html: String(body) }] : [],
  );
  return { documents, files, pages, url, close };
}
