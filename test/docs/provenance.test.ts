import { expect, test } from "vitest";
import { factsOf } from "../../scripts/docs/facts.ts";
import { firstPage } from "../../scripts/docs/first-page.ts";
import { readingCopy } from "../../scripts/docs/reading-copy.ts";
import { wordsOf } from "../../scripts/docs/words.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { readLogin } from "../../src/openapi/login.ts";

const [original] = await readDocuments();
if (!original) throw new Error("There is no document.");

/** The first document with other provenances of its info and its login. */
function marked(entries: object[], ofLogin: object) {
  const document = structuredClone(original?.document ?? Object());
  const { login } = readLogin(document);
  Object.assign(document.info, { "x-provenance": entries });
  Object.assign(Object(login?.operation.operation)["x-login"], { provenance: ofLogin });
  return { name: "example", document };
}

const inferred = { "x-provenance": "inferred", "x-provenance-reason": "Nothing says it." };
const sibling = { "x-provenance": "sibling-page", "x-provenance-reason": "Another page says it." };
const observed = { "x-provenance": "observed", "x-provenance-reason": "It came so.", "x-observed": "2026-11-25" };
const api = marked([sibling, observed], { ends: observed, token: inferred });

test("what is not of the page is told by kind, by day where it was observed, and by all its places", () => {
  const { notSaid } = factsOf(api);
  expect(notSaid).toContainEqual({ kind: "sibling-page", reason: "Another page says it.", places: ["description"] });
  const login = expect.stringMatching(/^[A-Z]+ \/.+, x-login ends$/);
  expect(notSaid).toContainEqual({
    kind: "observed",
    reason: "It came so.",
    observed: "2026-11-25",
    places: ["description", login],
  });
});

test("the first page shows and counts what was observed", async () => {
  const page = await firstPage({ apis: [factsOf(api)], samples: new Map(), translations: [] });
  expect(page).toContain("the service itself, observed on 2026-11-25");
  expect(page).toMatch(/\d+ inferred, \d+ from other pages, 2 observed/);
});

test.each([
  ["en", "*From a sibling page. Another page says it.*", "*Observed on 2026-11-25. It came so.*"],
  ["ja", "*関連ページによる。 Another page says it.*", "*2026-11-25 に実際のサービスで確認。 It came so.*"],
])("a reading copy in %s says every entry of a list", (language, ...said) => {
  const { description } = readingCopy(api, new Map(), wordsOf(language)).info;
  for (const text of said) expect(description).toContain(text);
});

test("a document whose login is not whole has no page, and is told why", () => {
  const document = structuredClone(api.document);
  Object(readLogin(document).login?.operation.operation)["x-login"].token = "$response.body#/nowhere";
  expect(() => factsOf({ name: "example", document })).toThrow("example: $response.body#/nowhere leads nowhere");
});
