import { Marked, type Tokens } from "marked";
import { type Guide, type GuideContent, type GuideHeading, type GuideLinks, plainText, readGuide } from "./guide.ts";
import { breakable, coloured, Html, html } from "./html.ts";
import { layOut, linkTo } from "./layout.ts";
import { sampleBaseUrl } from "./samples.ts";
import { guideStyle } from "./style.ts";
import type { Words } from "./words.ts";

export interface GuidePageOptions {
  words: Words;
  /** All guides of the site. */
  guides: readonly Guide[];
  links: GuideLinks;
  /** Where the mock behind the pages answers: TypeScript that is shown asks that. */
  mock: string | undefined;
  /** The address of the site, with a slash at its end. */
  site: string | undefined;
}

/**
 * The page of a guide: its text with the site's look, a table of its contents, and links to the other guides. To put
 * Markdown on the site that something else has written, give `buildDocs` a `Guide` of it: that makes the page and its twin.
 */
export async function guidePage(guide: Guide, options: GuidePageOptions): Promise<string> {
  const { words, guides, mock, site } = options;
  const content = readGuide(guide);
  return layOut({
    words,
    title: `${guide.title}: login-apis`,
    description: content.summary || guide.title,
    stem: guide.name,
    parts: [],
    others: [],
    forms: [{ ending: "md", text: "Markdown" }],
    home: linkTo("index", words.language, "html"),
    mock,
    site,
    style: await guideStyle(),
    content: html`<article class="guide">
${new Html(rendered(guide, content, options))}</article>
<nav class="guides" aria-label="${words.guides}">${guides
      .filter((each) => each !== guide && !each.isPart)
      .map(({ name, title }) => html`<a href="${linkTo(name, "en", "html")}">${title}</a> `)}</nav>`,
  });
}

function rendered(guide: Guide, { tokens, headings }: GuideContent, options: GuidePageOptions): string {
  const { links, mock = sampleBaseUrl } = options;
  const marked = new Marked({
    renderer: {
      html: ({ text }) => html`${text}`.source,
      image: ({ text }) => html`${text}`.source,
      link({ href, tokens }) {
        const text = new Html(this.parser.parseInline(tokens));
        const target = links.resolve(guide, href, "html");
        return target === undefined ? text.source : html`<a href="${target}">${text}</a>`.source;
      },
      codespan: ({ text }) => html`<code>${breakable(text)}</code>`.source,
      code({ text, lang }) {
        const code = lang === "ts" ? text.replaceAll(sampleBaseUrl, mock) : text;
        return html`<pre class="copy"><code>${coloured(code, lang ?? "")}</code></pre>\n`.source;
      },
      heading(token) {
        const heading = headings.get(token);
        if (!heading) return html`<p><b>${plainText(token.tokens)}</b></p>\n`.source;
        const { id, depth } = heading;
        const text = new Html(this.parser.parseInline(token.tokens));
        if (depth === 1) return html`<h1>${text}</h1>\n${contents([...headings.values()], options)}`.source;
        const tag = new Html(`h${depth}`);
        return html`<${tag} id="${id}">${selfLinked(id, text)}</${tag}>\n`.source;
      },
      table(token) {
        return table(token, (cell) => new Html(this.parser.parseInline(cell.tokens))).source;
      },
    },
  });
  return marked.parser(tokens);
}

/** A heading that leads somewhere else already cannot lead to itself too. */
function selfLinked(id: string, text: Html): Html {
  return text.source.includes("<a ") ? text : html`<a href="#${id}">${text}</a>`;
}

/** From that many sections on, a page has a table of its contents. */
const fewestSections = 3;

function contents(headings: readonly GuideHeading[], { words }: GuidePageOptions): Html | undefined {
  const sections = headings.filter(({ depth }) => depth === 2);
  if (sections.length < fewestSections) return undefined;
  return html`<nav class="contents" aria-label="${words.onThisPage}">${sections.map(
    ({ id, text }) => html`<a href="#${id}">${text}</a> `,
  )}</nav>\n`;
}

/** A table whose rows stand below each other on a phone: roles, because it is none there for a browser. */
function table({ header, rows }: Tokens.Table, inline: (cell: Tokens.TableCell) => Html): Html {
  const labels = header.map(({ tokens }) => plainText(tokens));
  const isNamed = labels.some((label) => label !== "");
  return html`<table role="table">
${
  isNamed
    ? html`<thead role="rowgroup"><tr role="row">${header.map((cell, index) =>
        labels[index] === ""
          ? html`<td role="cell"></td>`
          : html`<th scope="col" role="columnheader">${inline(cell)}</th>`,
      )}</tr></thead>\n`
    : undefined
}<tbody role="rowgroup">
${rows.map(
  ([first, ...others]) =>
    html`<tr role="row">${first && html`<th scope="row" role="rowheader">${inline(first)}</th>`}${others.map(
      (cell, index) => html`<td role="cell" data-label="${labels[index + 1] ?? ""}"><div>${inline(cell)}</div></td>`,
    )}</tr>\n`,
)}</tbody>
</table>
`;
}
