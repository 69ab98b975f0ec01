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

/** Markdown may hold HTML and links of any scheme; of a document's, the first becomes text and the second only http. */
const marked = new Marked({
  renderer: {
    html: ({ text }) => escapeText(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^(https?:|#)/.test(href) ? `<a href="${escapeText(href)}">${text}</a>` : text;
    },
    image: ({ text }) => escapeText(text),
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
