import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { pageCodes, pageReplies } from "../pages/index.ts";
import { pageDifferences } from "./page-differences.ts";

const documents = await readDocuments();

test("every reply and every code of the source pages is in the documents", () => {
  expect(pageReplies).toHaveLength(7);
  expect(pageCodes).toHaveLength(8);
  expect(pageDifferences(documents)).toEqual([]);
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
])("%s that departs from its page is named", (_, api, from, to, named) => {
  expect(pageDifferences(changed(api, from, to)).join("\n")).toContain(named);
});
