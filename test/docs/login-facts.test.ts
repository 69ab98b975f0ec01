import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { houseRules } from "../../scripts/lint/house-rules.ts";
import { loginFacts, loginFactsOf } from "../../scripts/login-facts.ts";
import type { OpenApiDocument } from "../../src/mock/document.ts";

const documents = await readDocuments();

/** What a house rule finds in a document that was changed. */
function findings(rule: string, change: (document: OpenApiDocument) => void): string[] {
  const document = structuredClone(documents[0]?.document) as OpenApiDocument;
  change(document);
  return [...(houseRules[rule]?.(document) ?? [])].map(({ at, message }) => `${at.join("/")}: ${message}`);
}

test("every document says how its login shows success and failure, how long a token lasts and how it is renewed", () => {
  for (const { document } of documents)
    for (const fact of loginFacts) expect(loginFactsOf(document)[fact]).toMatch(/^\S.*\.$/s);
});

test("the lint names the facts that a document leaves unsaid", () => {
  const without = (info: object) => findings("login-facts", (document) => Object.assign(document.info, info));
  expect(without({})).toEqual([]);
  expect(without({ "x-login": undefined })).toEqual([
    "info: info.x-login says, a sentence for each: success, failure, lifetime, renewal.",
  ]);
  expect(without({ "x-login": { success: "So.", failure: " ", lifetime: 30, renewal: "So." } })).toEqual([
    "info: info.x-login says, a sentence for each: failure, lifetime.",
  ]);
});

test("the lint reads a default response, too", () => {
  const problems = findings("provenance", ({ paths }) => {
    const fallback = Object.values(paths)[0]?.post?.responses.default;
    Object.assign(fallback ?? {}, { "x-provenance": "guessed" });
  });
  expect(problems).toEqual([
    "paths//api/{companyId}/login/post/responses/default/x-provenance: x-provenance is one of: inferred, sibling-page.",
  ]);
});
