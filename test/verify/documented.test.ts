import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { type OpenApiDocument, resolve } from "../../src/openapi/document.ts";
import { readLogin } from "../../src/openapi/login.ts";
import type { PlacedOperation } from "../../src/openapi/operations.ts";
import { callOf } from "../../src/openapi/stake.ts";
import { inferencesOf, probesOf, type Settlement } from "../../src/openapi/verification.ts";
import { isSo } from "../../src/verify/verdict.ts";

const documents = await readDocuments();

/** The replies of an operation that a document shows. */
function repliesOf(document: OpenApiDocument, { responses }: PlacedOperation) {
  return [...responses].flatMap(([status, { node }]) =>
    Object.values(node.content ?? {})
      .flatMap(({ examples = {} }) => Object.values(examples))
      .map((example) => ({
        status: Number(status),
        headers: { "Content-Type": "application/json" },
        body: resolve<{ value?: unknown }>(document, example).value,
      })),
  );
}

/** An example's token has ended long ago, and nothing is documented of another method. */
function isShown({ holds }: Settlement, method: string | undefined): boolean {
  return method === undefined && holds.every(({ jwtLife }) => jwtLife === undefined);
}

test.each(documents.map((source) => [source.name, source] as const))(
  "%s: what holds is so of a reply that the document shows",
  (_, { document, placeOf }) => {
    const { login } = readLogin(document);
    if (!login) throw new Error("the document has no login");
    const probes = probesOf(document);
    const unshown = inferencesOf(document).flatMap(({ at, settlements }) => {
      const wanting = settlements.filter((settlement) => {
        const probe = probes.get(settlement.probe);
        const call = probe && callOf(probe, login);
        if (!call || !isShown(settlement, probe.method)) return false;
        const { documented, kind } = call;
        const context = { document, login, call: { contract: documented.contract, kind } };
        const conditions = [...settlement.when, ...settlement.holds];
        return !repliesOf(document, documented.operation).some((reply) =>
          conditions.every((condition) => isSo(condition, reply, context)),
        );
      });
      return wanting.map(({ probe }) => `${placeOf(at)}: ${probe}`);
    });
    expect(unshown).toEqual([]);
  },
);
