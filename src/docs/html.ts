import { Marked } from "marked";

/** A piece of HTML. Whatever else is put into one is text, and escaped. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Value = string | number | Html | undefined | readonly Value[];

/** Makes HTML of a template: texts are escaped, HTML is put in as it is, lists are joined, and nothing is left out as such. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

function render(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.source;
  if (typeof value === "object") return value.map(render).join("");
  return escapeText(String(value));
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** The level of the headings that the pages themselves have above any prose. */
const prosesLevel = 3;

/** Markdown may hold HTML and links of any scheme; of a document's, the first becomes text and the second only http. */
const marked = new Marked({
  renderer: {
    html: ({ text }) => escapeText(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^(https?:|#)/.test(href) ? `<a href="${escapeText(href)}">${text}</a>` : text;
    },
    image: ({ text }) => escapeText(text),
    codespan: ({ text }) => html`<code>${breakable(text)}</code>`.source,
    heading({ depth, tokens }) {
      const level = Math.min(depth + prosesLevel, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
  },
});

/** What a document's Markdown says, in paragraphs and tables. */
export function markdown(text: string): Html {
  return new Html(marked.parse(text, { async: false }));
}

/** What a line of a document's Markdown says, without a paragraph around it. */
export function inlineMarkdown(text: string): Html {
  return new Html(marked.parseInline(text, { async: false }));
}

/** A name that is no longer than this fits beside its label on a phone. */
const shortName = 20;

/** A name or path that may break behind its separators, if it is long. */
export function breakable(text: string): Html {
  if (text.length <= shortName) return codeText(text);
  const parts = text.split(/(?<=[._/])(?=[^/])/);
  return html`${parts.map((part, index) => html`${index === 0 ? undefined : html`<wbr>`}${codeText(part)}`)}`;
}

/** Code with its strings and comments marked: all that needs no grammar. */
export function coloured(code: string, language: string): Html {
  const tokens = tokensOf[language];
  if (!tokens) return codeText(code);
  const pieces: Html[] = [];
  let end = 0;
  for (const { 0: token, groups, index } of code.matchAll(tokens)) {
    // A name of JSON is no value.
    if (groups?.name !== undefined) continue;
    const kind = groups?.comment === undefined ? "s" : "c";
    pieces.push(html`${codeText(code.slice(end, index))}<span class="${kind}">${codeText(token)}</span>`);
    end = index + token.length;
  }
  return html`${pieces}${codeText(code.slice(end))}`;
}

/** Code is never in an attribute, and full of quotes, which are as they are between tags. */
function codeText(code: string): Html {
  return new Html(code.replace(/[&<>]/g, (character) => entities[character] as string));
}

const tokensOf: Record<string, RegExp> = {
  sh: /'[^']*'|"(?:[^"\\]|\\.)*"|(?<comment>(?<=^|\s)#.*$)/gm,
  ts: /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<comment>(?<!:)\/\/.*$)/gm,
  yaml: /(?<=: |- |\[|, )(?:"(?:[^"\\]|\\.)*"|'[^']*')|(?<comment>(?<=^|\s)#.*$)/gm,
  json: /(?<name>"(?:[^"\\\n]|\\.)*"\s*:)|"(?:[^"\\\n]|\\.)*"/g,
};
