import { expect, test } from "vitest";
import { findTranslations, translate } from "../../scripts/docs/translations.ts";
import { readDocuments } from "../../scripts/documents.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { pageCalls, pageCodes, pageInputs, pageReplies, pageTexts } from "../pages/index.ts";
import { entryOf } from "../support/calling.ts";
import { operations } from "../support/operations.ts";
import { pageDifferences } from "./page-differences.ts";

const originals = await readDocuments();
const translations = await findTranslations();
/** The documents, and each translation under a name such as `esignon.ja`. */
const documents: ApiDocument[] = [
  ...originals,
  ...(await Promise.all(
    translations.map(async (translation) => ({
      name: `${translation.name}.${translation.language}`,
      document: await translate(translation, originals),
    })),
  )),
];

test("every fact of the source pages is in the documents", () => {
  expect([pageReplies, pageCodes, pageCalls, pageInputs, pageTexts].map(({ length }) => length)).toEqual([
    8, 12, 6, 24, 15,
  ]);
  expect(pageDifferences(documents)).toEqual([]);
});

test("the pages' replies come to what the pages say of them", async () => {
  const minutes = 60_000;
  const judgements = pageReplies.map(async ({ api, operationId, status, body }) => {
    // The Japanese page's reply is one of the same API.
    const name = `${api.split(".")[0]} ${operationId}`;
    const operation = operations.find((each) => each.name === name);
    const { judgeLogin, judgeRefresh } = await entryOf(operation?.api ?? "");
    const judgement = (operation?.kind === "refresh" ? judgeRefresh : judgeLogin)({ status, body });
    if (!judgement.ok) return judgement.reason;
    const { value, lifetime, refresh } = judgement.grant;
    return { hasToken: value !== undefined, lifetime, refreshLifetime: refresh?.lifetime };
  });
  const granted = (lifetime?: number, refreshLifetime?: number) => ({ hasToken: true, lifetime, refreshLifetime });
  expect(await Promise.all(judgements)).toEqual([
    granted(),
    granted(),
    granted(),
    granted(30 * minutes),
    "invalid_credentials",
    granted(15 * minutes),
    granted(30 * minutes, 240 * minutes),
    { ...granted(), hasToken: false },
  ]);
});

/** A copy of the documents in which every occurrence of a piece of JSON text stands changed in one of them. */
function changed(api: string, from: string, to: string): ApiDocument[] {
  return documents.map((each) => {
    if (each.name !== api) return each;
    const text = JSON.stringify(each.document);
    expect(text).toContain(from);
    return { ...each, document: JSON.parse(text.replaceAll(from, to)) };
  });
}

test.each([
  [
    "a code",
    "esignon",
    '"const":"00"',
    '"const":"01"',
    "page 000, esignon login 200: the page's reply breaks the schema",
  ],
  [
    "a failure code",
    "header-login",
    '"code":402',
    '"code":403',
    'page 002, header-login: no example has code 402 and the text "Required',
  ],
  [
    "a member",
    "onebox",
    '"userMessage":{',
    '"message":{',
    "page 003, onebox login 401: the page's reply breaks the schema",
  ],
  [
    "an example",
    "refresh-login",
    "pw/reset",
    "pw/change",
    "page 004, refresh-login login 200: no example is the page's reply; nearest: success, which differs at redirect",
  ],
  [
    "a text",
    "esignon",
    "Your login information",
    "The login information",
    'page 000, esignon: no example has code 10 and the text "Your',
  ],
  [
    "an operation",
    "refresh-login",
    '"operationId":"refresh"',
    '"operationId":"renew"',
    "page 004, refresh-login refresh 200: not described",
  ],
  ["a path", "onebox", "/api/authenticate", "/api/login", "onebox login: the path is not /api/authenticate"],
  ["a method", "onebox", '"post":', '"put":', "onebox login: the method is not post"],
  [
    "a host",
    "esignon",
    "https://docs.esignon.net",
    "https://esignon.net",
    "the server is not https://docs.esignon.net",
  ],
  ["a parameter", "header-login", '"User-Name"', '"User"', "header-login login: User-Name is not described"],
  [
    "a required mark",
    "refresh-login",
    '"required":["user","password"]',
    '"required":["user"]',
    "refresh-login login: password is not required",
  ],
  [
    "a mark that a member is not required",
    "refresh-login",
    '"properties":{"refresh_token"',
    '"required":["refresh_token"],"properties":{"refresh_token"',
    "refresh-login refresh: refresh_token is required",
  ],
  [
    "a type of the request",
    "esignon",
    '"memb_pwd":{"type":"string"',
    '"memb_pwd":{"type":"object"',
    "esignon login: body.memb_pwd is no string",
  ],
  [
    "a media type",
    "refresh-login",
    "application/json",
    "text/plain",
    "refresh-login refresh: Content-Type is not application/json",
  ],
  ["a constant", "esignon", '"request_code":"1001Q"', '"request_code":"1"', "login: header.request_code is not 1001Q"],
  [
    "a type of the reply",
    "header-login",
    '"message":{"type":"string"',
    '"message":{"type":"object"',
    "header-login login: message is no string",
  ],
  ["a value", "header-login", '"const":"error"', '"const":"failed"', 'header-login login: status is never "error"'],
  ["a Japanese text", "esignon.ja", "正確ではありません", "違います", "page 001, esignon.ja: no example has code 10"],
  ["a quotation", "header-login", "30 minutes", "an hour", 'page 002, header-login: the text "30 minutes"'],
  ["a lifetime", "header-login", '"in":1800', '"in":3600', "header-login: no token ends after 1800 seconds"],
])("%s that departs from its page is named", (_, api, from, to, named) => {
  expect(pageDifferences(changed(api, from, to), api).join("\n")).toContain(named);
});
