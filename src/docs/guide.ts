import { posix } from "node:path";
import { Marked, type Token, type Tokens } from "marked";
import { linkTo } from "./layout.ts";

/** A page of prose: one of the project's own in docs/, or what a tool has written in Markdown. */
export interface Guide {
  /** Its name on the site: `sessions` for sessions.html, and sessions.md, its twin. */
  name: string;
  /** What links to it say, and its title. */
  title: string;
  /** Where the text stands, by which the links of other guides lead to it: `docs/sessions.md`. */
  path: string;
  /** Markdown as GitHub reads it, without HTML. */
  text: string;
  /** Whether another guide leads to it, so that the lists of guides need not. */
  isPart?: boolean;
}

/** A heading as it is led to. */
export interface GuideHeading {
  id: string;
  depth: number;
  text: string;
}

/** A guide as its page is made of it. */
export interface GuideContent {
  tokens: Token[];
  /** In the order of the text, the title among them. */
  headings: Map<Token, GuideHeading>;
  /** The first sentence. */
  summary: string;
}

/** The ids that each page has already. */
const taken = ["main", "page-data"];

const reader = new Marked();

/** Reads a guide: its text in tokens, each heading with the id that it has on the site, and the sentence that lists show. */
export function readGuide({ text }: Guide): GuideContent {
  const tokens = reader.lexer(text);
  const headings = new Map<Token, GuideHeading>();
  const counts = new Map(taken.map((id) => [id, 1]));
  for (const token of tokens) {
    if (!isHeading(token)) continue;
    const plain = plainText(token.tokens);
    headings.set(token, { id: idOf(plain, counts), depth: token.depth, text: plain });
  }
  const paragraph = tokens.find((token) => token.type === "paragraph") as Tokens.Paragraph | undefined;
  const [summary = ""] = /^.*?[.!?](?= |$)/.exec(plainText(paragraph?.tokens ?? []).replaceAll("\n", " ")) ?? [];
  return { tokens, headings, summary };
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === "heading";
}

/** The id that GitHub gives a heading, so that links within the repository lead to the same place on the site. */
function idOf(text: string, counts: Map<string, number>): string {
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
  const count = counts.get(base) ?? 0;
  counts.set(base, count + 1);
  return count === 0 ? base : `${base}-${count}`;
}

/** Inline Markdown without its marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ("tokens" in token && token.tokens ? plainText(token.tokens) : unescaped(token)))
    .join("");
}

function unescaped(token: Token): string {
  if (token.type === "br") return " ";
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

/** Finds where a guide's links lead on the site. */
export class GuideLinks {
  readonly #names: ReadonlyMap<string, string>;

  constructor(guides: readonly Guide[]) {
    this.#names = new Map(guides.map(({ path, name }) => [path, name]));
  }

  /**
   * What a link of a guide leads to: another site, a place on its own page, or another guide, as a page or as its twin.
   * `undefined` if it leads to a file of the repository that the site does not have.
   */
  resolve({ path }: Guide, href: string, ending: "html" | "md"): string | undefined {
    if (/^(https?:|#)/.test(href)) return href;
    const [file = "", fragment] = href.split("#");
    const name = this.#names.get(posix.join(posix.dirname(path), file));
    if (name === undefined) return undefined;
    return `${linkTo(name, "en", ending)}${fragment === undefined ? "" : `#${fragment}`}`;
  }
}

/** The guide in Markdown, with links that lead to the twins of others; what leads nowhere on the site is its text alone. */
export function guideMarkdown(guide: Guide, links: GuideLinks): string {
  return changedProse(guide.text, (prose) =>
    prose.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (_, text: string, href: string) => {
      const target = links.resolve(guide, href, "md");
      return target === undefined ? text : `[${text}](${target})`;
    }),
  );
}

/** A text in Markdown whose prose is changed, and whose blocks of code are as they were. */
export function changedProse(text: string, change: (prose: string) => string): string {
  const pieces = text.split(/(^```.*?^```$)/ms);
  return pieces.map((piece) => (piece.startsWith("```") ? piece : change(piece))).join("");
}
