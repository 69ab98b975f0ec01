import { expect, onTestFinished, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { buildDocs } from "../../src/docs/build.ts";
import { served } from "../../src/docs/files.ts";
import { hiddenOperations, pathTest, type Site, siteListener } from "../../src/docs/site.ts";
import { createMock } from "../../src/mock/server.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { serve } from "../support/serve.ts";

const documents = await readDocuments();
const [original] = documents;
if (!original) throw new Error("There is no document.");

/** Serves docs and mock of some documents. */
async function serveSite(apis: ApiDocument[]) {
  const operations = readOperations(apis);
  const site = {
    docs: await served(await buildDocs(apis)),
    mock: await createMock(apis),
    isOfMock: pathTest(operations.map(({ path }) => path)),
  };
  const server = await serve(siteListener(() => site));
  onTestFinished(() => server.close());
  return { url: server.url, operations };
}

/** The document with its first operation at another path. */
function movedTo(path: string) {
  const document = structuredClone(original?.document ?? Object());
  document.paths = { [path]: Object.values(document.paths)[0] };
  return document;
}

async function success(url: string, { operations }: Pick<Awaited<ReturnType<typeof serveSite>>, "operations">) {
  const [operation] = operations;
  const reply = operation?.replies[0];
  if (!operation || !reply) throw new Error("The document has no operation.");
  const { path, ...request } = wireRequest(operation, reply);
  const response = await fetch(url + path, request);
  return { said: await response.json(), documented: reply.example.value };
}

const names = ["login", "llms", "404", "日本 #1?%20"];

test(`documents named ${names.join(", ")} have their pages and their mocks`, async () => {
  const apis = documents.map(({ document }, index) => ({ name: names[index] ?? `api-${index}`, document }));
  const site = await serveSite(apis);
  const list = await (await fetch(`${site.url}/llms.txt`)).text();
  for (const { name, document } of apis) {
    const page = await (await fetch(`${site.url}/${encodeURIComponent(name)}.html`)).text();
    expect(page).toContain(document.info.title);
    const twin = `${encodeURIComponent(name)}.md`;
    expect(list).toContain(`(${twin})`);
    expect(page).toContain(`href="${twin}"`);
    expect((await fetch(`${site.url}/${twin}`)).status).toBe(200);
    const operations = site.operations.filter(({ api }) => api === name);
    const { said, documented } = await success(site.url, { operations });
    expect(said).toEqual(documented);
  }
});

test("a document named index is refused: that is the comparing page's name", async () => {
  await expect(buildDocs([{ name: "index", document: original.document }])).rejects.toThrow("index.html");
});

test("a login at a page's path keeps the page for reading, and its mock for sending", async () => {
  for (const path of ["/", `/${original.name}.html`]) {
    const site = await serveSite([{ name: original.name, document: movedTo(path) }]);
    expect((await fetch(site.url + path)).headers.get("content-type")).toBe("text/html; charset=utf-8");
    const { said, documented } = await success(site.url, site);
    expect(said).toEqual(documented);
    expect((await fetch(`${site.url}/llms.txt`, { method: "POST" })).status).toBe(405);
  }
});

test("an operation that a page would hide is refused, with its place", () => {
  const docs = new Map([["/taken.html", { type: "text/html", etag: "", bodies: { identity: new Uint8Array() } }]]);
  const item = Object.values(original.document.paths)[0];
  const [operation] = Object.values(item ?? {});
  const document = {
    ...original.document,
    paths: { "/taken.html": { get: operation, post: operation }, "/free": { get: operation } },
  };
  const placeOf = (at: (string | number)[]) => `openapi/api.yaml:${at.join(".")}`;
  expect(hiddenOperations(docs, [{ ...original, document, placeOf } as typeof original])).toEqual([
    "openapi/api.yaml:paths./taken.html.get: GET /taken.html is a page of the docs, so that the mock beside them could not be asked. Give it to `npm run mock` alone, or rename the document.",
  ]);
});

test("a browser that goes nowhere gets a page, a program what the mock says, and both the mock's own paths", async () => {
  const { url } = await serveSite(documents);
  const ask = async (path: string, accept: string) => {
    const { status, headers } = await fetch(url + path, { headers: { accept } });
    return [status, headers.get("content-type")?.split(";")[0]];
  };
  expect(await ask("/nowhere", "text/html,*/*;q=0.8")).toEqual([404, "text/html"]);
  expect(await ask("/nowhere", "*/*")).toEqual([404, "application/problem+json"]);
  for (const { path, method } of readOperations(documents)) {
    if (method === "get") continue;
    expect(await ask(path.replace(/\{.*?\}/g, "x"), "text/html")).toEqual([405, "application/problem+json"]);
  }
});

test("while the docs are being built, a browser is told to come again, and the mock answers", async () => {
  const operations = readOperations(documents);
  const isOfMock = pathTest(operations.map(({ path }) => path));
  const site: Site = { docs: undefined, mock: await createMock(documents), isOfMock };
  const server = await serve(siteListener(() => site));
  onTestFinished(() => server.close());
  const waiting = await fetch(server.url, { headers: { accept: "text/html" } });
  expect([waiting.status, waiting.headers.get("retry-after")]).toEqual([503, "1"]);
  const { said, documented } = await success(server.url, { operations });
  expect(said).toEqual(documented);

  site.docs = await served(new Map([["/index.html", { type: "text/html", body: "here" }]]));
  expect(await (await fetch(server.url)).text()).toBe("here");
});

test("a path is the mock's where a document's is like it, and only there", () => {
  const isOfMock = pathTest(["/login", "/api/{company}/login", "/v1.0/{a}-{b}"]);
  for (const path of ["/login", "/api/x/login", "/v1.0/1-2", "/protected/x", "/_mock/scenarios"])
    expect(isOfMock(path), path).toBe(true);
  for (const path of ["/", "/login/", "/api//login", "/api/x/y/login", "/v1x0/1-2", "/api/x/login/", "/protected"])
    expect(isOfMock(path), path).toBe(false);
});
