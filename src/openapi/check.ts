import type { Problem } from "./document.ts";
import { limits } from "./limits.ts";
import { collisionsOf, operationsOf } from "./operations.ts";
import { read, type SourceDocument } from "./read.ts";
import { houseRules } from "./rules.ts";

/**
 * All that is wrong with some documents, by themselves and beside each other: a line `file:line:column: message` for
 * each. Empty, if nothing is. A document that cannot be read is judged by no rule.
 */
export async function check(files: string[]): Promise<string[]> {
  const { documents, problems } = await read(files);
  return [...problems, ...documents.flatMap(problemsOf), ...collisions(documents)];
}

function problemsOf({ document, placeOf }: SourceDocument): string[] {
  const rules = [...Object.values(limits), ...Object.values(houseRules)];
  const problems = rules.flatMap((rule) => [...rule(document)]);
  const lines = problems.map(({ at, message }: Problem) => `${placeOf(at)}: ${message}`);
  // What two operations share is found wrong in both.
  return [...new Set(lines)];
}

function collisions(documents: SourceDocument[]): string[] {
  const operations = documents.flatMap(({ name: api, document, placeOf }) =>
    operationsOf(document).map(({ method, path, at }) => ({ api, method, path, place: placeOf(at) })),
  );
  return collisionsOf(operations).map(({ one, other }) => {
    const method = other.method.toUpperCase();
    return `${other.place}: ${method} ${other.path} stands in ${one.place} too, as ${method} ${one.path}: no port can serve both.`;
  });
}
