import { decode } from "./parameters.ts";

/** A path's template, segment by segment: a text, or an expression for the parameters in it. */
export type PathPattern = readonly (string | { names: string[]; expression: RegExp })[];

export function pathPattern(template: string): PathPattern {
  return template.split("/").map((segment) => {
    const names = [...segment.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
    if (names.length === 0) return decode(segment);
    const literals = segment.split(/\{[^}]*\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return { names, expression: new RegExp(`^${literals.join("(.*?)")}$`, "s") };
  });
}

/** The texts that a path has for the parameters of its template, percent-encoded; `undefined`, if it is another path. */
export function pathTexts(pattern: PathPattern, path: string): Map<string, string> | undefined {
  const segments = path.split("/");
  if (segments.length !== pattern.length) return undefined;
  const texts = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (typeof part === "string") {
      if (segment !== part && decode(segment) !== part) return undefined;
      continue;
    }
    const match = part.expression.exec(segment);
    if (!match) return undefined;
    for (const [position, name] of part.names.entries()) texts.set(name, match[position + 1] ?? "");
  }
  return texts;
}
