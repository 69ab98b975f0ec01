import { expect, test } from "vitest";
import { findTranslations, translate } from "../../scripts/docs/translations.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { brokenRequest } from "../pages/index.ts";

const documents = await readDocuments();
const [japanese] = await findTranslations();
if (!japanese) throw new Error("There is no translation.");
const translated = await translate(japanese, documents);

/** What stands in a document at a path of keys. */
function at(document: unknown, keys: string[]): Record<string, unknown> {
  return keys.reduce((node, key) => Object(node)[key], document) as Record<string, unknown>;
}

const documentOf = (api: string) => documents.find(({ name }) => name === api)?.document;
const schema = (api: string, name: string) => at(documentOf(api), ["components", "schemas", name]);
const entries = (node: Record<string, unknown>) => node["x-provenance"] as Record<string, string>[];

test("OneBox's body of a used-up quota has empty texts and null as its publisher prints them", () => {
  const example = ["responses", "401", "content", "application/json", "examples", "quotaReached", "value", "records"];
  expect(at(documentOf("onebox"), ["paths", "/api/authenticate", "post", ...example])).toEqual({
    errorCode: 401,
    userMessage: "time limit reached please try again tomorrow at 18:00 - 06:00",
    devMessage: "",
    more: null,
    applicationCode: "",
  });
});

test.each(["AccessTokenLifetime", "RefreshTokenLifetime"])(
  "%s: unit and bounds are inferred, of no other page",
  (name) => {
    const marked = entries(schema("refresh-login", name));
    expect(marked.map((entry) => entry["x-provenance"])).toEqual(["inferred", "inferred", "inferred"]);
    expect(marked[0]?.["x-provenance-reason"]).toContain("No page names the unit");
    expect(marked[2]?.["x-provenance-reason"]).toContain("No page gives bounds");
  },
);

test.each(["LoginFailure", "RefreshFailure"])(
  "%s: that 0 means success is said, that all else is a refusal inferred",
  (name) => {
    const { "x-provenance": kind, "x-provenance-reason": reason } = schema("refresh-login", name);
    expect(kind).toBe("inferred");
    expect(reason).toContain("says that 0 means success, and that any other number is a refusal is inferred");
  },
);

test("the header login's page lists Data not found, and does not say which request leads to it", () => {
  const { description } = at(documentOf("header-login"), ["components", "examples", "DataNotFound"]);
  expect(description).toBe(
    "The page lists it among the errors of the login, and does not say which request leads to it.",
  );
});

test.each(["401", "498"])(
  "HTTP %s of the header login: the code is a sibling page's, its being the status inferred",
  (status) => {
    const marked = entries(at(documentOf("header-login"), ["paths", "/login", "get", "responses", status]));
    expect(marked.map((entry) => entry["x-provenance"])).toEqual(["sibling-page", "inferred"]);
    expect(marked[0]?.["x-provenance-reason"]).not.toContain("inferred");
  },
);

test("the malformed request is the English page's but for white space, also in Japanese", () => {
  const place = ["paths", "/api/{companyId}/login", "post", "requestBody", "content", "application/json", "examples"];
  const original = at(documentOf("esignon"), [...place, "malformedBody"]);
  const { value, description } = at(translated, [...place, "malformedBody"]);
  const solid = (text: unknown) => String(text).replace(/\s/g, "");
  expect(solid(original.value)).toBe(solid(brokenRequest));
  expect(value).toBe(original.value);
  expect(original.description).toContain("English page prints it, but for its white space");
  expect(description).toContain("英語版のページに載っているリクエスト(空白と改行を除く)");
});

test("eSignon's expire_date is an instant where it carries an offset", () => {
  const { description } = at(schema("esignon", "LoginSuccess"), ["properties", "body", "properties", "expire_date"]);
  expect(description).toContain("A date and time with its offset from UTC is taken for the instant");
});

test.each(documents)("$name: a union is an anyOf, with a name", ({ document }) => {
  expect(JSON.stringify(document)).not.toContain('"oneOf"');
  expect(JSON.stringify(document.paths)).not.toContain('"anyOf"');
});

test("the house rule takes what was observed, with its date", () => {
  const [document] = documents.map((each) => structuredClone(each.document));
  if (!document) throw new Error("There is no document.");
  const observed = { "x-provenance": "observed", "x-provenance-reason": "A login answered so." };
  const problems = (info: object) => [
    ...(houseRules.provenance?.({ ...document, info: { title: "", ...info } }) ?? []),
  ];
  expect(problems({ ...observed, "x-observed": "2026-11-25" })).toEqual([]);
  expect(problems(observed)).toHaveLength(1);
});
