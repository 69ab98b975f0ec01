import { expect, test } from "vitest";
import { buildDocs } from "../../scripts/docs/build.ts";
import { readEntries, readReference } from "../../scripts/docs/reference.ts";
import { readDocuments } from "../../scripts/documents.ts";

const documents = await readDocuments();
const entries = await readEntries(documents.map(({ name }) => name));

test("every member of the package's interface is documented, and each entry has a page that leads to the others", async () => {
  const reference = await readReference(entries);
  const names = entries.map(({ name }) => name);
  expect(reference.map(({ title }) => title)).toEqual(["Reference", ...names]);
  for (const api of documents.map(({ name }) => name)) {
    const page = reference.find(({ title }) => title.endsWith(`/${api}`));
    for (const heading of ["## login()", "## createSession()", "## Credentials"]) expect(page?.text).toContain(heading);
  }

  const files = await buildDocs(documents, { reference });
  const pages = reference.map(({ name }) => `/${name}.html`);
  const html = (path: string) => String(files.get(path)?.body);
  const idsOf = (path: string) => new Set([...html(path).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  const ids = new Map([...files.keys()].filter((path) => path.endsWith(".html")).map((path) => [path, idsOf(path)]));
  const links = pages.flatMap((path) =>
    [...html(path).matchAll(/ href="([^":]*)"/g)].map(([, href = ""]) => {
      const [file, id] = href.split("#");
      return { path, href, target: file ? `/${file}` : path, id };
    }),
  );
  const isAstray = ({ target, id }: (typeof links)[number]) =>
    !files.has(target) || (id !== undefined && !ids.get(target)?.has(id));
  expect(links.filter(isAstray)).toEqual([]);
  // From page to page too, and from the first page to the first of them.
  expect(links.filter(({ path, target, id }) => id !== undefined && target !== path).length).toBeGreaterThan(50);
  expect(html("/index.html")).toContain('href="reference.html"');
  for (const path of pages.slice(1)) expect(html("/reference.html")).toContain(`href="${path.slice(1)}"`);
});

test("what has no documentation, what cannot be imported, and a link that leads nowhere are said", async () => {
  const file = "test/docs/undocumented/index.ts";
  const settings = { tsconfig: "test/docs/undocumented/tsconfig.json", intentionallyNotExported: [] };
  const entry = { name: "login-apis/undocumented", file };
  const error = await readReference([entry], settings).catch((reason: Error) => reason.message);
  expect(String(error).split("\n").sort()).toEqual([
    expect.stringMatching(/"Options\.nowhere"/),
    expect.stringMatching(/^Hidden, .* is referenced by .*Options\.hidden but not included/),
    expect.stringMatching(/Options\.silent \(Property\), .* does not have any documentation/),
    expect.stringMatching(/undocumented \(CallSignature\), .* does not have any documentation/),
  ]);
});
