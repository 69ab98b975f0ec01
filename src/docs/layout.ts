import { createHash } from "node:crypto";
import type { PageData } from "./browser/data.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icon.ts";
import { pageScript } from "./scripts.ts";
import { languageName, type Words } from "./words.ts";

/** What a page is, around its content. */
export interface Layout {
  words: Words;
  title: string;
  description: string;
  /** The file of the page without its ending and language, such as `billing`. */
  stem: string;
  /** The links to the page's own parts. */
  parts: { id: string; text: string }[];
  /** The same page in other languages. */
  others: readonly string[];
  /** Its other forms: the ending, and what it is called. */
  forms: { ending: string; text: string }[];
  /** The comparing page. */
  home: string;
  /** Where the mock behind the page answers. */
  mock: string | undefined;
  /** The address of the site, with a slash at its end. */
  site: string | undefined;
  style: string;
  content: Html;
}

/** The file of a page in a language; English needs no naming. */
export function fileOf(stem: string, language: string, ending: string): string {
  return `${stem}${language === "en" ? "" : `.${language}`}.${ending}`;
}

/** The link to such a file; an API may be called `a#b`. */
export function linkTo(stem: string, language: string, ending: string): string {
  return encodeURIComponent(fileOf(stem, language, ending));
}

/** Where a file is on a site; the comparing page is the site's first. */
export function addressOf(site: string, file: string): string {
  return file === "index.html" ? site : `${site}${encodeURIComponent(file)}`;
}

/** Puts a page together: whole without its script, and asking nothing of anybody but the mock. */
export async function layOut(page: Layout): Promise<string> {
  const { words, title, description, stem, others, forms, mock, style } = page;
  const { language } = words;
  const script = await pageScript("page");
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'${mock === undefined ? "" : " 'self'"}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const markdownForm = forms.find(({ ending }) => ending === "md");
  const head = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="${icon}">
${addressLinks(page)}${
  markdownForm ? html`<link rel="alternate" type="text/markdown" href="${linkTo(stem, language, "md")}">\n` : undefined
}`;
  const body = html`</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="bar">
<a class="home" href="${page.home}">login-apis</a>
${
  page.parts.length > 0
    ? html`<nav aria-label="${words.onThisPage}">${page.parts.map(({ id, text }) => html`<a href="#${id}">${text}</a> `)}</nav>\n`
    : undefined
}<nav class="forms" aria-label="${words.otherForms}">${others.map(
    (other) =>
      html`<a href="${linkTo(stem, other, "html")}" hreflang="${other}" lang="${other}">${languageName(other)}</a> `,
  )}${forms.map(({ ending, text }) => html`<a href="${linkTo(stem, language, ending)}">${text}</a> `)}</nav>
</header>
<main id="main">
${page.content}
</main>
`;
  // A "<" would end the element.
  const pageData: PageData = { words: words.script, hasMock: mock !== undefined };
  const data = JSON.stringify(pageData).replaceAll("<", "\\u003c");
  return [
    head.source,
    // As they are, because their hashes are those of their bytes.
    `<style>${style}</style>\n`,
    body.source,
    `<script type="application/json" id="page-data">${data}</script>\n`,
    `<script type="module">${script}</script>\n</body>\n</html>\n`,
  ].join("");
}

/** Where the page is, and where in other languages. Search engines want whole addresses, and a page's own among them. */
function addressLinks({ words: { language }, stem, others, site }: Layout): Html[] {
  if (site === undefined) return [];
  const address = (each: string) => addressOf(site, fileOf(stem, each, "html"));
  const languages = others.length > 0 ? [language, ...others] : [];
  return [
    html`<link rel="canonical" href="${address(language)}">\n`,
    ...languages.map((each) => html`<link rel="alternate" hreflang="${each}" href="${address(each)}">\n`),
  ];
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
