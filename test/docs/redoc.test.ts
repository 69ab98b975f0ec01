import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { redocFiles } from "../../scripts/docs/redoc.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { buildDocs } from "../../src/docs/build.ts";

const [original] = await readDocuments();
if (!original) throw new Error("There is no document.");
const { name, document } = original;
const site = "https://docs.example.com/login/";

test("Redoc's page is beside ours, which leads there, and asks for its own script alone", async () => {
  const own = await buildDocs([{ name, document }], { redoc: true });
  const files = await redocFiles(own);
  expect([...files.keys()]).toEqual([`/${name}.redoc.html`, "/redoc.js", "/redoc-logo.svg"]);
  expect(own.get(`/${name}.html`)?.body).toContain(`href="${name}.redoc.html"`);

  const [page = "", script = ""] = [...files.values()].map(({ body }) => String(body));
  expect(page).toContain(document.info.title);
  expect(page).not.toMatch(/<(script|link|img)[^>]* (src|href)="https?:|from "https?:/);
  expect(page).toContain('from "./redoc.js"');
  expect(page).toContain(`integrity="sha384-${createHash("sha384").update(script).digest("base64")}"`);
  expect(script).toContain("`redoc-logo.svg`");
  expect(script).not.toContain("cdn.redoc.ly");
});

test("with the address of a site, pages say where they are and are listed in a sitemap; without it nothing is", async () => {
  const documents = [
    { name, document },
    { name, document, language: "ja" },
  ];
  const files = await buildDocs(documents, { site });
  const bodyOf = (path: string) => String(files.get(path)?.body);
  expect(bodyOf("/index.html")).toContain(`<link rel="canonical" href="${site}">`);
  for (const language of ["", ".ja"]) {
    const page = bodyOf(`/${name}${language}.html`);
    expect(page).toContain(`<link rel="canonical" href="${site}${name}${language}.html">`);
    expect(page).toContain(`<link rel="alternate" hreflang="en" href="${site}${name}.html">`);
    expect(page).toContain(`<link rel="alternate" hreflang="ja" href="${site}${name}.ja.html">`);
  }
  const listed = [...bodyOf("/sitemap.xml").matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address);
  const pages = [...files.keys()].filter((path) => path.endsWith(".html") && path !== "/index.html");
  expect(listed.sort()).toEqual([site, ...pages.map((path) => site + path.slice(1))].sort());

  const without = await buildDocs([{ name, document }]);
  expect(without.has("/sitemap.xml")).toBe(false);
  expect(without.get(`/${name}.html`)?.body).not.toContain("canonical");
});
