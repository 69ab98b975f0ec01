import type { RequestListener } from "node:http";
import { operationsOf } from "../openapi/operations.ts";
import type { SourceDocument } from "../openapi/read.ts";
import type { ServedFiles } from "./files.ts";
import { answerFrom, type DocsAnswer, isReading, refusal, send, wantsPage } from "./server.ts";

/** What one port answers with. */
export interface Site {
  /** `undefined` until the first build is done. */
  docs: ServedFiles | undefined;
  mock: RequestListener;
  /** Whether the mock has an operation at a path, by whatever method. */
  isOfMock(path: string): boolean;
}

/**
 * Answers with the docs where they have a page, and with the mock everywhere else. `current` is asked at each request, so
 * that a new build is served from one request to the next. A page has its path for GET and HEAD alone: other methods are
 * the mock's, if it has an operation there. A browser that goes where neither has anything gets a small page.
 */
export function siteListener(current: () => Site): RequestListener {
  return (request, response) => {
    const { docs, mock, isOfMock } = current();
    const { method = "GET", url: target = "/", headers } = request;
    const [path = ""] = target.split("?");
    const answer = docs && answerFrom(docs, { method, target, headers });
    if (answer && (isReading(method) || !isOfMock(path))) return send(response, answer);

    if (!isReading(method) || isOfMock(path)) return mock(request, response);
    if (!docs) return send(response, stillBuilding(headers.accept));
    // What the mock says to a program lists what there is.
    if (!wantsPage(headers.accept)) return mock(request, response);
    return send(response, refusal(404, "There is no such page", headers.accept));
  };
}

function stillBuilding(accept: string | undefined): DocsAnswer {
  return refusal(503, "The docs are being built", accept, { "retry-after": "1", refresh: "1" });
}

/** A line, with its place, for each operation that nobody could ask since a page has its path. */
export function hiddenOperations(docs: ServedFiles, documents: SourceDocument[]): string[] {
  return documents.flatMap(({ document, placeOf }) =>
    operationsOf(document).flatMap(({ method, path, at }) => {
      const asked = method.toUpperCase();
      if (!isReading(asked) || !docs.has(path)) return [];
      return `${placeOf(at)}: ${asked} ${path} is a page of the docs, so that the mock beside them could not be asked. Give it to \`npm run mock\` alone, or rename the document.`;
    }),
  );
}

/** What the mock answers beside the documents' operations. */
const mocksOwn = ["/protected/", "/_mock/"];

/** Makes the test whether a path is the mock's: one of its own, or one of the documents', where `{name}` is a part of a segment. */
export function pathTest(documented: string[]): (path: string) => boolean {
  const patterns = documented.map((path) => {
    const literals = path.split(/\{[^}]*\}/).map((text) => text.replace(/[.*+?^$()|[\]\\}]/g, "\\$&"));
    return new RegExp(`^${literals.join("[^/]+")}$`);
  });
  return (path) => mocksOwn.some((own) => path.startsWith(own)) || patterns.some((pattern) => pattern.test(path));
}
