import { readFileSync } from "node:fs";

/** A reply as a source page prints it: the page's own text, placeholders and all. */
export interface PageReply {
  page: string;
  api: string;
  operationId: string;
  status: number;
  /** The body as printed. Text in braces, such as `{accesstoken}`, is the page's placeholder. */
  body: unknown;
}

/** A row of a page's table of codes: the code, where a reply carries it, and the text that the page prints for it. */
export interface PageCode {
  page: string;
  api: string;
  /** Keys that lead to the code and the text in a reply. */
  at: { code: string[]; text: string[] };
  code: string | number;
  /** `HEADER` and `FIELD` in it are the page's placeholders. */
  text: string;
}

export const pageReplies: PageReply[] = [
  reply("000", "esignon", "login", 200, "000-esignon-success"),
  reply("001", "esignon", "login", 200, "001-esignon-success"),
  reply("002", "header-login", "login", 200, "002-header-login-success"),
  reply("003", "onebox", "login", 401, "003-onebox-401"),
  reply("003", "onebox", "login", 200, "003-onebox-success"),
  reply("004", "refresh-login", "login", 200, "004-refresh-login-success"),
  reply("004", "refresh-login", "refresh", 200, "004-refresh-login-refresh"),
];

const esignon = {
  page: "000",
  api: "esignon",
  at: { code: ["header", "result_code"], text: ["header", "result_msg"] },
};
const headerLogin = { page: "002", api: "header-login", at: { code: ["code"], text: ["message"] } };

/** The failures that the pages list. Page 001 lists the codes of page 000, with Japanese texts. */
export const pageCodes: PageCode[] = [
  { ...esignon, code: "10", text: "Your login information is incorrect." },
  {
    ...esignon,
    code: "12",
    text: "Parsing failed because the body information of the received message is incorrect.",
  },
  { ...esignon, code: "95", text: "The company is unable to call the API. Please contact the customer center." },
  { ...esignon, code: "99", text: "Unexpected exception (incorrect format)" },
  { ...headerLogin, code: 402, text: "Required field < HEADER > is not specified." },
  { ...headerLogin, code: 402, text: "Required field < HEADER > is empty." },
  { ...headerLogin, code: 404, text: "Field < FIELD > not found." },
  { ...headerLogin, code: 404, text: "Data not found." },
];

function reply(page: string, api: string, operationId: string, status: number, file: string): PageReply {
  const body: unknown = JSON.parse(readFileSync(new URL(`${file}.json`, import.meta.url), "utf8"));
  return { page, api, operationId, status, body };
}
