import type { Fact } from "./model.ts";
import type { Words } from "./words.ts";

/** What a keyword says, in Markdown. One that has no words is said as it stands in the document, so that none is left out. */
export function factText({ keyword, value }: Fact, words: Words): string {
  if (keyword === "recursive") return words.recursive(String(value));
  const text = words.fact(keyword, value);
  if (text !== undefined) return keyword === "pattern" ? codeSpan(String(value)) : text;
  return `${keyword} ${codeSpan(typeof value === "string" ? value : JSON.stringify(value))}`;
}

/** Code in Markdown, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const isPadded = text.startsWith("`") || text.endsWith("`");
  return isPadded ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}
