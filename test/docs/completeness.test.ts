import { join } from "node:path";
import { expect, test } from "vitest";
import { apiPage } from "../../src/docs/api-page.ts";
import { markdownPage } from "../../src/docs/markdown-page.ts";
import type { ApiPage } from "../../src/docs/model.ts";
import { pageModel } from "../../src/docs/page-model.ts";
import { wordsOf } from "../../src/docs/words.ts";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { broughtDocuments, loginDocuments, readDocument } from "../support/login-documents.ts";
import { linesOfHtml, linesOfMarkdown, missing } from "./completeness.ts";

const everything = { name: "everything", document: readDocument(join(import.meta.dirname, "everything.yaml")) };
const words = wordsOf("en");

/** What the two forms of a page lack. */
async function lacking(document: OpenApiDocument, page: ApiPage): Promise<{ html: string[]; markdown: string[] }> {
  const options = { words, others: [], home: "index.html", samples: new Map(), mock: undefined };
  const html = linesOfHtml(await apiPage(page, options));
  const markdown = linesOfMarkdown(markdownPage(page, options));
  return { html: missing(document, html, words), markdown: missing(document, markdown, words) };
}

test.each([everything, ...loginDocuments(broughtDocuments)])(
  "the page of $name says all that its document says, in both forms",
  async (api) => {
    const page = pageModel(api, words, "http://127.0.0.1");
    expect(await lacking(api.document, page)).toEqual({ html: [], markdown: [] });
  },
);

/** One thing taken out of a page, and what the check says of it. */
const takenOut: [string, (page: ApiPage) => void, string][] = [
  ["a member of a reply", (page) => page.operations[0]?.parts[1]?.members.splice(1, 1), "token_value"],
  ["a member of a request", (page) => page.operations[0]?.body?.parts[0]?.members.pop(), "secret_word"],
  [
    "whether a member is required",
    ({ operations: [first] }) => rowsOf(first)[1]?.("required", false),
    "required, string",
  ],
  ["the type of a member", ({ operations: [first] }) => rowsOf(first)[1]?.("facts", []), "required, string"],
  [
    "a bound",
    ({ operations: [first] }) => rowsOf(first)[2]?.("facts", [{ keyword: "type", value: "integer" }]),
    "37, 98765",
  ],
  ["a parameter", ({ operations: [first] }) => first?.parameters.pop(), "page_size"],
  ["a code of a reply", ({ operations: [first] }) => first?.replies.splice(1, 1), "Refused-text."],
  ["a scenario", ({ operations: [first] }) => first?.scenarios.splice(1, 1), "wrongPassword"],
  ["a reason of provenance", ({ notes }) => notes.splice(4, 1), "Reason-of-token."],
  [
    "a day of observation",
    (page) =>
      Object.assign(page, JSON.parse(JSON.stringify(page, (key, value) => (key === "observed" ? undefined : value)))),
    "2026-11-25",
  ],
  ["a credential", ({ glance }) => glance.credentials.splice(3, 1), "credential holder"],
  ["a rule of a refusal", ({ glance }) => glance.reasons.pop(), "pattern-of-message"],
  ["a rule of a refresh", ({ staying }) => staying.refresh?.reasons.pop(), "E-955"],
  ["a rule of rejection", ({ staying }) => staying.rejection.splice(1, 1), "quota-of-rejection"],
  ["prose", (page) => Object.assign(page, { description: "" }), "cell-of-a-table"],
  ["an operation", ({ operations }) => operations.pop(), "Odd-text."],
];

/** Sets something of a row of the second schema of an operation's replies. */
function rowsOf(operation: ApiPage["operations"][number] | undefined): ((name: string, value: unknown) => void)[] {
  const rows = operation?.parts[1]?.members ?? [];
  return rows.map((row) => (name, value) => Object.assign(row, { [name]: value }));
}

test.each(takenOut)("without %s, the check says so of both forms", async (_, change, said) => {
  const page = structuredClone(pageModel(everything, words, "http://127.0.0.1"));
  change(page);
  const { html, markdown } = await lacking(everything.document, page);
  expect(html.join("\n")).toContain(said);
  expect(markdown.join("\n")).toContain(said);
});
