import type { Rule } from "./document.ts";
import { limits } from "./limits.ts";
import { collisionsOf, operationsOf } from "./operations.ts";
import { read, readWhole, type SourceDocument } from "./read.ts";
import { documentRules, documentWarnings, houseRules } from "./rules.ts";
import { UserError } from "./user-error.ts";

const rulesForAll: Rule[] = [...Object.values(limits), ...Object.values(documentRules)];

/** What was found, a line `file:line:column: message` for each; behind it, indented, what may be written there. */
export interface Findings {
  problems: string[];
  warnings: string[];
}

/**
 * All that is wrong with some documents by this project's own rules, by themselves and beside each other: a line
 * `file:line:column: message` for each. Empty, if nothing is. A document that cannot be read is judged by no rule.
 */
export async function check(files: string[]): Promise<string[]> {
  const { documents, problems } = await read(files);
  const rules = [...Object.values(limits), ...Object.values(houseRules)];
  return [...problems, ...documents.flatMap((document) => linesOf(document, rules)), ...collisions(documents)];
}

/** What is wrong with anybody's documents, and what their readers had better know. */
export async function checkForAnybody(files: string[]): Promise<Findings> {
  const { documents, unsound, problems } = await read(files);
  const warnings = Object.values(documentWarnings);
  return {
    problems: [
      ...problems,
      ...unsound.flatMap((document) => linesOf(document, rulesForAll.map(asFarAsReadable))),
      ...documents.flatMap(problemsOf),
      ...collisions(documents),
    ],
    warnings: documents.flatMap((document) => linesOf(document, warnings)),
  };
}

/** Reads documents that code, a mock or docs are made of. Throws a `UserError` that names file, line and reason of all that is wrong. */
export async function readChecked(files: string[]): Promise<SourceDocument[]> {
  const documents = await readWhole(files);
  const problems = documents.flatMap(problemsOf);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return documents;
}

/** What keeps code, a mock or docs from being made of anybody's document. */
function problemsOf(document: SourceDocument): string[] {
  return linesOf(document, rulesForAll);
}

/** A rule for a document that may be broken anywhere: what it finds before it comes there. */
function asFarAsReadable(rule: Rule): Rule {
  return function* (document) {
    try {
      yield* rule(document);
    } catch {
      // The document is refused already, and where it is broken is said.
    }
  };
}

function linesOf({ document, placeOf }: SourceDocument, rules: Rule[]): string[] {
  const problems = rules.flatMap((rule) => [...rule(document)]);
  const lines = problems.map(({ at, message, example }) => {
    const shown = example === undefined ? "" : `\n${example.replace(/^/gm, "    ")}`;
    return `${placeOf(at)}: ${message}${shown}`;
  });
  // What two operations share is found wrong in both.
  return [...new Set(lines)];
}

function collisions(documents: SourceDocument[]): string[] {
  const operations = documents.flatMap(({ name: api, document, placeOf }) =>
    operationsOf(document).map(({ method, path, at }) => ({ api, method, path, place: () => placeOf(at) })),
  );
  return collisionsOf(operations).map(({ one, other }) => {
    const method = other.method.toUpperCase();
    return `${other.place()}: ${method} ${other.path} stands in ${one.place()} too, as ${method} ${one.path}: no port can serve both.`;
  });
}
