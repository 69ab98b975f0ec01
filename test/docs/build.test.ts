import { join } from "node:path";
import { expect, test } from "vitest";
import { buildDocs } from "../../src/docs/build.ts";
import { pageModel } from "../../src/docs/page-model.ts";
import { wordsOf } from "../../src/docs/words.ts";
import type { ApiDocument, OpenApiDocument } from "../../src/openapi/document.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { readDocument } from "../support/login-documents.ts";

/** A copy of the document that has one of each. */
function everything(change: (document: OpenApiDocument) => void = () => {}): ApiDocument {
  const document = readDocument(join(import.meta.dirname, "everything.yaml"));
  change(document);
  return { name: "everything", document };
}

const words = wordsOf("en");
const mock = "http://127.0.0.1:4711";

async function textOf(documents: Parameters<typeof buildDocs>[0], path: string, options = {}): Promise<string> {
  return String((await buildDocs(documents, options)).get(path)?.body);
}

const inferred = (reason: string) => ({ "x-provenance": "inferred", "x-provenance-reason": reason });

test("equal reasons share a number, and each place that is not documented leads there and is led back to", async () => {
  const api = everything(({ info, servers }) => {
    Object.assign(info, { "x-provenance": [inferred("Said twice."), inferred("Said once.")] });
    Object.assign(servers?.[0] ?? {}, inferred("Said twice."));
  });
  const { notes, glance, descriptionMarks } = pageModel(api, words, mock);
  const [number] = glance.hostMarks.map((mark) => mark.number);
  expect(descriptionMarks.map((mark) => mark.number)[0]).toBe(number);
  const note = notes.find((each) => each.number === number);
  expect(note).toMatchObject({ kind: "inferred", reason: "Said twice." });
  expect(note?.uses.map(({ place }) => place)).toEqual(["Host", "description", "server"]);
  const html = await textOf([api], "/everything.html");
  for (const { id } of note?.uses ?? []) {
    expect(html).toContain(`id="${id}" href="#note-${number}"`);
    expect(html).toContain(`href="#${id}"`);
  }
  expect(await textOf([api], "/everything.md")).toContain(
    `[^${number}]: inferred: Said twice. (Host, description, server)`,
  );
});

test("a reason whose place is not on the page is among the reasons all the same", () => {
  const api = everything((document) =>
    Object.assign(document.components ?? {}, { links: { Unused: inferred("Nobody refers to it.") } }),
  );
  const { notes } = pageModel(api, words, mock);
  expect(notes.find(({ reason }) => reason === "Nobody refers to it.")?.uses).toMatchObject([
    { place: "elsewhere in the document" },
  ]);
});

test("texts of a document are text in every file, whatever they hold", async () => {
  const hostile = `</script><script>alert(1)</script> "'& <img src=x onerror=alert(1)> [here](javascript:alert(1))`;
  const api = everything((document) => {
    const spoil = (node: unknown) => {
      if (typeof node !== "object" || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (
          ["title", "summary", "description", "x-provenance-reason", "token_value"].includes(key) &&
          typeof value === "string"
        )
          Object.assign(node, { [key]: hostile });
        spoil(value);
      }
    };
    spoil(document);
  });
  const files = await buildDocs([api], { mock });
  for (const path of ["/index.html", "/everything.html"]) {
    const html = String(files.get(path)?.body);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toMatch(/<script>|<img|="javascript/);
    expect(html.match(/<script/g)).toHaveLength(2);
  }
});

test("where no mock stands behind the pages, there is nothing to send to, and no script but the page's own", async () => {
  const files = await buildDocs([everything()]);
  expect([...files.keys()].sort()).toEqual(
    ["/everything.html", "/everything.json", "/everything.md", "/everything.yaml", "/index.html", "/llms.txt"].sort(),
  );
  const html = String(files.get("/everything.html")?.body);
  expect(html).toMatch(/script-src &#39;sha256-[^ ]+&#39;; connect-src &#39;self&#39;;/);
  expect(html).toContain(`"hasMock":false`);
  const withMock = await buildDocs([everything()], { mock });
  expect(withMock.has("/try.js")).toBe(true);
  expect(String(withMock.get("/everything.html")?.body)).toMatch(
    /script-src &#39;sha256-[^ ]+&#39; &#39;self&#39;; connect-src &#39;self&#39;;/,
  );
});

test("docs of somebody's documents say nothing of this project's, and how a mock of them is started", async () => {
  const files = await buildDocs([everything()]);
  const first = String(files.get("/index.html")?.body).replaceAll("<wbr>", "");
  expect(first).toContain("<code>npx login-apis mock everything.yaml</code>");
  for (const path of ["/index.html", "/llms.txt", "/everything.html", "/everything.md"])
    expect(String(files.get(path)?.body)).not.toMatch(/publish(es)? (none|no|a) ?(contract)?|id="guides"|## Guides/);
  const unsummed = everything(({ info }) => Object.assign(info, { summary: "" }));
  expect(String((await buildDocs([unsummed])).get("/llms.txt")?.body)).toMatch(/\]\(everything\.md\)$/m);
  const own = await buildDocs([everything()], { guides: [] });
  expect(String(own.get("/index.html")?.body)).toContain("none publishes a contract");
  expect(String(own.get("/llms.txt")?.body)).toContain("that publish no contract");
});

const guides = [
  {
    name: "first",
    title: "The first",
    path: "docs/first.md",
    text: `# The *first*

It says <b>one</b> thing. And another: [next](second.md#what-it-does-1), [its file](../LICENSE), [here](#a-table).

## A table

|  | what |
| --- | --- |
| a cell | [elsewhere](https://example.org/) |

## [Linked](second.md)

\`\`\`ts
const address = "http://127.0.0.1:4010"; // [not](second.md)
\`\`\`
`,
  },
  { name: "second", title: "Second", path: "docs/second.md", text: "# Second\n\n## What it does\n\n## What it does\n" },
  { name: "part", title: "Part", path: "docs/reference/part.md", text: "# Part\n\n[Up](../first.md)\n", isPart: true },
];

test("a guide is a page and a twin, whose links lead to pages and to twins", async () => {
  const files = await buildDocs([everything()], { guides, mock });
  const page = String(files.get("/first.html")?.body);
  expect(page).toContain("<h1>The <em>first</em></h1>");
  expect(page).toContain("It says &lt;b&gt;one&lt;/b&gt; thing.");
  expect(page).toContain('<a href="second.html#what-it-does-1">next</a>, its file, <a href="#a-table">here</a>');
  expect(page).toContain('<h2 id="a-table"><a href="#a-table">A table</a></h2>');
  expect(page).toContain('<h2 id="linked"><a href="second.html">Linked</a></h2>');
  expect(page).toContain(
    '<td role="cell" data-label="what"><div><a href="https://example.org/">elsewhere</a></div></td>',
  );
  // The mock behind the page is what its code asks.
  expect(page).toContain(`<span class="s">"${mock}"</span>`);
  const twin = String(files.get("/first.md")?.body);
  expect(twin).toContain("[next](second.md#what-it-does-1), its file, [here](#a-table)");
  expect(twin).toContain("// [not](second.md)");
  expect(String(files.get("/second.html")?.body)).toContain('<h2 id="what-it-does-1">');
  expect(String(files.get("/part.html")?.body)).toContain('<a href="first.html">Up</a>');
});

test("guides are listed on the first page, in llms.txt and by each other, a part of one by llms.txt alone", async () => {
  const files = await buildDocs([everything()], { guides });
  const text = (path: string) => String(files.get(path)?.body);
  expect(text("/index.html")).toContain('<a href="first.html">The first</a>: It says &lt;b&gt;one&lt;/b&gt; thing.');
  expect(text("/second.html")).toContain('<a href="first.html">The first</a>');
  expect(text("/llms.txt")).toContain("- [Part](part.md)");
  for (const path of ["/index.html", "/first.html"]) expect(text(path)).not.toContain('href="part.html"');
});

test("no page has a button that does nothing without its script", async () => {
  for (const [path, { body, type }] of await buildDocs([everything()], { mock })) {
    if (path.endsWith(".html")) expect(String(body)).not.toContain("<button");
    expect(type).toMatch(/; charset=utf-8$/);
  }
});

test("a document whose name is taken by another page is refused", async () => {
  const named = (name: string) => ({ ...everything(), name });
  await expect(buildDocs([named("index")])).rejects.toThrow(
    "index.html would be its page, and is a page of all APIs already. Rename the file.",
  );
  const written = (name: string) => ({ ...named(name), file: `openapi/${name}.yaml` });
  const { document } = everything();
  const translation = { name: "a", language: "ja", document, file: "openapi/overlays/a.ja.yaml" };
  await expect(buildDocs([written("a"), translation, written("a.ja")])).rejects.toThrow(
    "openapi/a.ja.yaml:1:1: a.ja.html would be its page, and is that of openapi/overlays/a.ja.yaml already.",
  );
  await expect(buildDocs([written("a.redoc"), written("a")], { redoc: true })).rejects.toThrow(
    "openapi/a.yaml:1:1: a.redoc.html would be its page, and is that of openapi/a.redoc.yaml already.",
  );
  expect([...(await buildDocs([named("login"), named("llms"), named("404")])).keys()]).toContain("/llms.html");
});

test("a document whose login is not whole has no page, and is told why", async () => {
  const api = everything((document) => {
    Object.assign(Object(readLogin(document).login?.operation.operation)["x-login"], {
      token: "$response.body#/nowhere",
    });
  });
  await expect(buildDocs([api])).rejects.toThrow("everything: $response.body#/nowhere leads nowhere");
});

test("a translation leads to its original and back, and its comparing page says which page is in another language", async () => {
  const { document } = everything();
  const other = { ...everything(), name: "untranslated" };
  const files = await buildDocs([everything(), other, { name: "everything", language: "ja", document }], { mock });
  const text = (path: string) => String(files.get(path)?.body);
  expect(text("/everything.html")).toContain('<a href="everything.ja.html" hreflang="ja" lang="ja">日本語</a>');
  expect(text("/everything.ja.html")).toContain('<a href="everything.html" hreflang="en" lang="en">English</a>');
  expect(text("/everything.ja.html")).toContain('href="index.ja.html"');
  expect(text("/untranslated.html")).not.toContain("日本語");
  expect(text("/index.ja.html")).toContain('<a href="untranslated.html" hreflang="en">');
  await expect(buildDocs([{ ...everything(), language: "tlh" }])).rejects.toThrow('no words for the language "tlh"');
});

/** Every text of some words, by its name; what makes a sentence makes it of marks. */
function textsOf(words: object, at = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[`${at}${key}`, value]];
    return typeof value === "object" ? textsOf(value, `${at}${key}.`) : [];
  });
}

test("all words are there in Japanese", () => {
  const english = new Map(textsOf(wordsOf("en")));
  const ofNoLanguage = [
    "language",
    "colon",
    "places.cookie",
    "places.body",
    "places.basic",
    "tab.curl",
    "tab.typescript",
  ];
  const others = textsOf(wordsOf("ja")).filter(([name]) => !ofNoLanguage.includes(name));
  expect(others.filter(([name, text]) => english.get(name) === text || !/[ぁ-ヶ一-龠、]/.test(text))).toEqual([]);
  expect(others.length).toBeGreaterThan(80);
});

test("a page of thousands of rows says what a component consists of once, where many hold it and each other", () => {
  const count = 100;
  const names = Array.from({ length: count }, (_, index) => `Link${index}`);
  const { name, document } = everything(({ paths, components }) => {
    for (const [index, each] of names.entries()) {
      const schema = { $ref: `#/components/schemas/${each}` };
      const responses = { "200": { description: "It.", content: { "application/json": { schema } } } };
      Object.assign(paths, { [`/${each}`]: { get: { operationId: `get${each}`, responses } } });
      const next = { $ref: `#/components/schemas/${names[index + 1] ?? each}` };
      const properties = { [`own${index}`]: { type: "string" }, next };
      Object.assign(components?.schemas ?? {}, { [each]: { type: "object", properties } });
    }
  });
  const { operations } = pageModel({ name, document }, words, mock);
  const rows = operations.flatMap(({ parts }) => parts.flatMap(({ members }) => members));
  // All of them in full would be as many as the square of the chain.
  expect(rows.length).toBeLessThan(3_000);
  for (const index of names.keys()) expect(rows.some((row) => row.name.endsWith(`own${index}`))).toBe(true);
  const again = rows.flatMap(({ facts }) => facts.filter(({ keyword }) => keyword === "recursive"));
  expect(again.map(({ value }) => value)).toContain("Link50");
});
