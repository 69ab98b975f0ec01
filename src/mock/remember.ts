import type { IncomingMessage } from "node:http";
import type { DocumentedOperation } from "../openapi/scenarios.ts";

type Decide<Decision> = (request: IncomingMessage, text: string) => Decision;

/** How many decisions are remembered, and of bodies of how many characters. */
const maximumCount = 1000;
const maximumText = 4096;

/**
 * Makes a function that does not decide twice what was decided before, if it `lasts`. Two requests are the same if all
 * is that a decision can depend on. When it is full it forgets everything.
 */
export function remembering<Decision>(
  operations: DocumentedOperation[],
  decide: Decide<Decision>,
  lasts: (decision: Decision) => boolean,
): Decide<Decision> {
  const parameters = operations.flatMap((operation) => operation.parameters);
  const own = parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name.toLowerCase());
  const names = [...new Set(["prefer", "content-type", ...own])];
  const decisions = new Map<string, Decision>();

  return (request, text) => {
    if (text.length > maximumText) return decide(request, text);
    const { method, url, headers } = request;
    // An array, so that no part can pass for another: what is absent is `null`, which no header is.
    const key = JSON.stringify([method, url, text, ...names.map((name) => headers[name])]);
    const known = decisions.get(key);
    if (known) return known;

    const decision = decide(request, text);
    if (lasts(decision)) {
      if (decisions.size >= maximumCount) decisions.clear();
      decisions.set(key, decision);
    }
    return decision;
  };
}
