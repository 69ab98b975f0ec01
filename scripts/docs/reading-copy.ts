import {
  type ApiDocument,
  copyOf,
  type Example,
  nodesOf,
  type OpenApiDocument,
  type Operation,
  type Response,
  resolve,
} from "../../src/openapi/document.ts";
import { operationsOf, type PlacedOperation } from "../../src/openapi/operations.ts";
import type { Sample } from "./samples.ts";
import type { Words } from "./words.ts";

/**
 * A document as Redoc is to show it. Redoc leaves out much that a reader needs (where a fact is from, what a reply comes
 * to, how the token is used), so that is written into the descriptions, and the samples into their operations.
 */
export function readingCopy(
  { name, document }: ApiDocument,
  samples: Map<string, Sample[]>,
  words: Words,
): OpenApiDocument {
  const copy = copyOf(document) as OpenApiDocument & { tags?: unknown };
  for (const { node } of nodesOf(copy)) sayProvenance(node, words);
  sayTokenUse(copy, words);
  // Redoc does not render Markdown there.
  for (const server of (copy.servers ?? []) as { description?: string }[])
    if (server.description) server.description = server.description.replaceAll("`", "");
  // Tags make Redoc fold the operations away: a page of one or two is better without.
  delete copy.tags;
  const said = new Set<Response>();
  for (const { operation, responses } of operationsOf(copy) as (PlacedOperation & { operation: Shown })[]) {
    delete operation.tags;
    for (const { node } of responses.values()) said.add(node);
    operation["x-codeSamples"] = (samples.get(`${name}/${operation.operationId}`) ?? []).map(
      ({ language, label, source }) => ({ lang: language, label, source }),
    );
  }
  for (const response of said) sayReplies(copy, response, words);
  return copy;
}

interface Shown extends Operation {
  tags?: unknown;
  "x-codeSamples"?: unknown;
}

function sayProvenance(node: Record<string, unknown>, words: Words): void {
  const said = provenance(node, words);
  if (said && !("value" in node)) node.description = [node.description, said].filter(Boolean).join("\n\n");
}

interface Provenance {
  "x-provenance": string;
  "x-provenance-reason": string;
  "x-observed"?: string;
}

/** What is said of a node's provenance: one entry, which stands in the node itself, or a list of them. */
function provenance(node: object, words: Words): string | undefined {
  const { "x-provenance": marked } = node as { "x-provenance"?: string | Provenance[] };
  if (marked === undefined) return undefined;
  const entries = Array.isArray(marked) ? marked : [node as Provenance];
  return entries.map((entry) => entryText(entry, words)).join("  \n  ");
}

function entryText(
  { "x-provenance": kind, "x-provenance-reason": reason, "x-observed": date = "" }: Provenance,
  words: Words,
): string {
  const kinds: Record<string, string> = {
    inferred: words.inferred,
    "sibling-page": words.siblingPage,
    observed: words.observed.replace("{date}", date),
  };
  return `*${kinds[kind] ?? kind} ${reason}*`;
}

function sayTokenUse(copy: OpenApiDocument, words: Words): void {
  const info = copy.info as { description?: string };
  const schemes = Object.values(copy.components?.securitySchemes ?? {}) as { description?: string }[];
  info.description = [
    info.description ?? "",
    `## ${words.usingTheToken}`,
    ...schemes.map(({ description = "" }) => description),
  ].join("\n\n");
}

function sayReplies(copy: OpenApiDocument, response: Response, words: Words): void {
  const entries = Object.values(response.content ?? {}).flatMap(({ examples }) =>
    Object.entries(examples ?? {}).map(([name, reference]) => {
      const example = resolve<Example>(copy, reference);
      const meaning = [example.summary, provenance(example, words)].filter(Boolean).join("  \n  ");
      return `- \`${name}\` → \`${example["x-outcome"]}\`  \n  ${meaning}`;
    }),
  );
  if (entries.length > 0) response.description = `${response.description}\n\n${entries.join("\n")}`;
}
