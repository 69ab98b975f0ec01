import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { applyOverlay, findTranslations, translate, translationProblems } from "../../scripts/docs/translations.ts";
import { readDocuments } from "../../scripts/documents.ts";
import { wordsOf } from "../../src/docs/words.ts";
import { type OpenApiDocument, resolve } from "../../src/openapi/document.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const documents = await readDocuments();
const [japanese] = await findTranslations();
if (!japanese) throw new Error("There is no translation.");
const original = documents.find(({ name }) => name === "esignon")?.document as OpenApiDocument;
const translated = await translate(japanese, documents);
const login = "/api/{companyId}/login";
const overlay = parse(await readFile(japanese.file, "utf8"));

test("esignon is there in Japanese, and the check finds nothing wrong with it", () => {
  expect(japanese).toEqual({ name: "esignon", language: "ja", file: "openapi/overlays/esignon.ja.yaml" });
  expect(translationProblems(overlay, original, translated)).toEqual([]);
});

test("the wire values are those of the Japanese source page", () => {
  const replies = readOperations([{ name: "esignon", document: translated }]).flatMap((operation) => operation.replies);
  const said = replies.map(({ name, example: { value } }) => [
    name,
    (value as { header: { result_msg: string } }).header.result_msg,
  ]);
  expect(Object.fromEntries(said)).toEqual({
    success: "成功裏にログインされました。",
    wrongPassword: "ログイン情報が正確ではありません。",
    malformedBody: "受信メッセージのBody情報が正しくない形のため、パスできませんでした。",
    companyNotAllowed: "APIを呼び出せない会社です。 管理者にお問い合わせください。",
    unexpectedException: "Unexpected exception（誤ったフォーマット）",
  });
});

/** Names, and what stands as it is on the Japanese page. */
const names =
  /\b(eSignon|API|HTTP|ID|JSON|ASCII|UTC|Reference|MIT|Login|Body|Unexpected exception|[12]\d{3}[QA]|5009[QA])\b/g;

/** The English in a text, apart from code, quotations and names. */
function englishIn(text: string): string[] {
  return (
    text
      .replace(/`[^`]*`|"[^"]*"|「[^」]*」/g, "")
      .replace(names, "")
      .match(/[A-Za-z]{2,}/g) ?? []
  );
}

/** Every text of a document that people read: prose, and the examples of messages. */
function* textsOf(node: unknown, key = ""): Generator<string> {
  const keys = ["title", "summary", "description", "x-provenance-reason", "x-verify-reason", "x-invalid", "result_msg"];
  if (typeof node === "string" && (keys.includes(key) || /[a-z] [a-z]/i.test(node))) yield node;
  if (typeof node !== "object" || node === null) return;
  // What a service's own texts are is no prose.
  for (const [name, child] of Object.entries(node))
    if (name !== "holds" && name !== "when") yield* textsOf(child, name);
}

test("no English is left but names and quotations", () => {
  // The request that the English page prints is a quotation.
  const body = resolve(translated, translated.paths[login]?.post?.requestBody);
  const { malformedBody } = Object(body?.content["application/json"]?.examples);
  expect(malformedBody.value).toContain("{User email}");
  const texts = [...textsOf(translated)].filter((text) => text !== malformedBody.value);
  expect(texts.flatMap(englishIn)).toEqual([]);
  expect(texts.length).toBeGreaterThan(80);
  expect(englishIn("The `token` of the vendor's page")).toEqual(["The", "of", "the", "vendor", "page"]);
});

/** The check's findings when something of the translated document stands changed. */
function problemsWith(change: (document: Record<string, never>) => void): string[] {
  const document = structuredClone(translated);
  change(document as unknown as Record<string, never>);
  return translationProblems(overlay, original, document);
}

const schemas = "components/schemas";

test("an action that matches nothing is found", () => {
  const actions = [...overlay.actions, { target: "$.components.schemas.Gone", update: {} }];
  expect(translationProblems({ actions }, original, translated)).toEqual([
    `actions[${overlay.actions.length}] matches nothing: $.components.schemas.Gone`,
  ]);
});

test.each([
  ["a description", ["components", "schemas", "SessionId", "description"], `${schemas}/SessionId/description`],
  ["a summary", ["info", "summary"], "info/summary"],
  [
    "a reason",
    ["components", "schemas", "LoginFailure", "x-provenance-reason"],
    `${schemas}/LoginFailure/x-provenance-reason`,
  ],
  [
    "a reason in a list",
    ["info", "x-provenance", "1", "x-provenance-reason"],
    "info/x-provenance/1/x-provenance-reason",
  ],
  [
    "a reason of a rule",
    ["paths", login, "post", "x-login", "reasons", "0", "x-provenance-reason"],
    `paths/${login}/post/x-login/reasons/0/x-provenance-reason`,
  ],
])("%s that stays untranslated is found", (_, keys, place) => {
  const last = keys.at(-1) ?? "";
  const at = (document: object) =>
    keys.slice(0, -1).reduce((node, key) => (node as Record<string, object>)[key] ?? {}, document) as Record<
      string,
      unknown
    >;
  const problems = problemsWith((document) => {
    at(document)[last] = at(original)[last];
  });
  expect(problems).toEqual([`leaves ${place} untranslated`]);
});

test("what is no prose, and what is new, is found", () => {
  expect(problemsWith((document) => Object.assign(document, { openapi: "3.1.1" }))).toEqual([
    "changes openapi, which is neither prose nor an example's value",
  ]);
  expect(problemsWith((document) => Object.assign(document, { "x-new": "neu" }))).toEqual(["adds x-new"]);
  const place = `paths/${login}/post/x-login/message`;
  const rule = (document: OpenApiDocument) =>
    Object.assign(Object(document.paths[login]?.post)["x-login"], { message: "$response.body#/header/response_code" });
  expect(problemsWith((document) => rule(document as unknown as OpenApiDocument))).toEqual([
    `changes ${place}, which is neither prose nor an example's value`,
  ]);
});

test("an overlay's actions are done one after another, to a copy", () => {
  const document = {
    info: { title: "A", contact: { name: "B", email: "b@example.com" } },
    tags: [{ name: "one" }, { name: "two" }, { name: "three" }],
    servers: [{ url: "/" }],
  } as unknown as OpenApiDocument;
  const before = structuredClone(document);
  const actions = [
    { target: "$.info", update: { title: "C", contact: { name: "D" }, summary: "E" } },
    { target: "$", update: { tags: [{ name: "four" }] } },
    { target: "$.servers", update: { url: "/new" } },
    { target: "$.tags[?@.name != 'two']", remove: true },
    { target: "$.info.contact.email", remove: true },
  ];
  expect(applyOverlay({ actions }, document)).toEqual({
    info: { title: "C", contact: { name: "D" }, summary: "E" },
    tags: [{ name: "two" }],
    servers: [{ url: "/" }, { url: "/new" }],
  });
  expect(document).toEqual(before);
});

test("a translation of no document, or into a language that the pages have no words for, is said", async () => {
  const orphan = { name: "gone", language: "ja", file: "openapi/overlays/gone.ja.yaml" };
  await expect(translate(orphan, documents)).rejects.toThrow("there is no document openapi/gone.yaml");
  expect(() => wordsOf("tlh")).toThrow('no words for the language "tlh"');
});

test("what is wrong with a translation is said with its place", async () => {
  await using temporary = await temporaryFolder();
  const text = await readFile(japanese.file, "utf8");
  const lines = text.split("\n").length;
  const translateWith = async (added: string) => {
    const file = join(temporary.folder, "faulty.yaml");
    await writeFile(file, text + added);
    return translate({ ...japanese, file }, documents);
  };
  await expect(translateWith("  - target: [")).rejects.toThrow(
    new RegExp(`faulty\\.yaml:${lines}:\\d+: Flow sequence`),
  );
  const last = `faulty.yaml:${lines}:5: actions[${overlay.actions.length}]`;
  await expect(translateWith("  - target: $.info[\n    update: {}\n")).rejects.toThrow(
    `${last} has a target that is no JSONPath: `,
  );
  await expect(translateWith("  - update: {}\n")).rejects.toThrow(`${last} has no target.`);
  await expect(translateWith("  - target: $.info\n")).rejects.toThrow(`${last} neither updates nor removes anything.`);
  const without = join(temporary.folder, "without.yaml");
  await writeFile(without, "");
  await expect(translate({ ...japanese, file: without }, documents)).rejects.toThrow(
    "without.yaml:1:1: An overlay has a list of `actions`",
  );
  await expect(translateWith("  - target: $.nowhere\n    update: {}\n")).rejects.toThrow(
    `faulty.yaml:${lines}:5: actions[${overlay.actions.length}] matches nothing: $.nowhere`,
  );
});
