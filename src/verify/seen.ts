import type { Scalar } from "../login/contract.ts";
import { type AnyReply, at } from "../login/place.ts";
import { nodesOf, type OpenApiDocument } from "../openapi/document.ts";
import type { Condition } from "../openapi/verification.ts";
import { outcomeOf, type ProbeContext } from "./verdict.ts";

/**
 * What was seen of a reply where a condition looks, in words that can be shown to anybody: a status, a constant or a code
 * that the document itself has, and of all else its type alone, since a service may answer anything.
 */
export function seen(condition: Condition, reply: AnyReply, context: ProbeContext): string {
  const parts: string[] = [];
  if (condition.status !== undefined) parts.push(`HTTP ${reply.status}`);
  if (condition.outcome !== undefined) parts.push(outcomeOf(reply, context) ?? "neither a success nor a refusal");
  if (condition.fits !== undefined) parts.push(`a body (${shape(reply.body)}) beside ${condition.fits}`);
  if (condition.at !== undefined)
    parts.push(`${condition.at} is ${worded(at(condition.at, reply), condition, context)}`);
  if (condition.jwtLife !== undefined) parts.push("the token's own life beside the one that the reply states");
  if (condition.rejected !== undefined) parts.push(`HTTP ${reply.status} to the call`);
  return parts.join(", ");
}

/** A value that the document has too, as it is; any other by its type. */
function worded(value: unknown, { is }: Condition, { document }: ProbeContext): string {
  if (value === undefined) return "absent";
  const asked = [is?.const, ...(is?.enum ?? [])];
  const isKnown = [...asked, ...constantsOf(document)].some((constant) => constant === value);
  return isKnown ? JSON.stringify(value) : shape(value);
}

function shape(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (value === "") return "an empty string";
  return Number.isInteger(value) ? "an integer" : `a ${typeof value}`;
}

/** Every constant and listed code of a document's schemas. */
function constantsOf(document: OpenApiDocument): Scalar[] {
  return nodesOf(document).flatMap(({ node }) => {
    const listed = Array.isArray(node.enum) ? (node.enum as Scalar[]) : [];
    return "const" in node ? [node.const as Scalar, ...listed] : listed;
  });
}
