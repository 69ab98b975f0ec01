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

/** A call as a page prints it. */
export interface PageCall {
  page: string;
  api: string;
  operationId: string;
  /** Absent where the page names none. */
  method?: string;
  /** Dots in place of the host are the page's own. */
  url: string;
}

/** A parameter, or a member of the body, of a call. */
export interface PageInput {
  page: string;
  api: string;
  operationId: string;
  in: "path" | "header" | "body";
  /** Members within members, with dots between. */
  name: string;
  /** Absent where the page names none. */
  type?: string;
  /** Absent where the page does not say. */
  required?: boolean;
  /** The value that the page gives: the only one, or its example. */
  value?: string | number;
}

/** A member of a reply, in a table of its own. */
export interface PageMember {
  page: string;
  api: string;
  operationId: string;
  name: string;
  type: string;
  /** The values that the page lists. */
  values?: string[];
}

/** A text of a page that its document quotes. */
export interface PageText {
  page: string;
  api: string;
  text: string;
}

export const pageReplies: PageReply[] = [
  reply("000", "esignon", "login", 200, "000-esignon-success"),
  reply("001", "esignon", "login", 200, "001-esignon-success"),
  reply("001", "esignon.ja", "login", 200, "001-esignon-success"),
  reply("002", "header-login", "login", 200, "002-header-login-success"),
  reply("003", "onebox", "login", 401, "003-onebox-401"),
  reply("003", "onebox", "login", 200, "003-onebox-success"),
  reply("004", "refresh-login", "login", 200, "004-refresh-login-success"),
  reply("004", "refresh-login", "refresh", 200, "004-refresh-login-refresh"),
];

/** The body of page 000's request, which has commas too many and is no JSON. */
export const brokenRequest: string = readFileSync(new URL("000-esignon-request.txt", import.meta.url), "utf8");

const english = { page: "000", api: "esignon", operationId: "login" };
const japanese = { page: "001", api: "esignon.ja", operationId: "login" };
const header = { page: "002", api: "header-login", operationId: "login" };
const onebox = { page: "003", api: "onebox", operationId: "login" };
const login = { page: "004", api: "refresh-login", operationId: "login" };
const refresh = { page: "004", api: "refresh-login", operationId: "refresh" };

export const pageCalls: PageCall[] = [
  { ...english, method: "post", url: "https://docs.esignon.net/api/:companyId/login" },
  { ...japanese, method: "post", url: "https://docs.esignon.net/api/:companyId/login" },
  { ...header, url: "https://........../login" },
  { ...onebox, method: "post", url: "https://cloud.onebox.co.id/api/authenticate" },
  { ...login, method: "post", url: "https://example.com/v1/api/auth/login" },
  { ...refresh, method: "post", url: "http://example.com/v1/api/auth/refresh" },
];

/** `Content-Type` is among them: its value is the media type of the body. */
export const pageInputs: PageInput[] = [
  { ...english, in: "path", name: "companyId", type: "string", required: true },
  { ...english, in: "header", name: "Content-Type", required: true, value: "application/json" },
  { ...english, in: "body", name: "header", type: "object", required: true },
  { ...english, in: "body", name: "header.request_code", type: "string", required: true, value: "1001Q" },
  { ...english, in: "body", name: "body", type: "object", required: true },
  { ...english, in: "body", name: "body.memb_email", type: "string", required: true },
  { ...english, in: "body", name: "body.memb_pwd", type: "string", required: true },
  { ...japanese, in: "path", name: "companyId", type: "string" },
  { ...japanese, in: "header", name: "Content-Type", value: "application/json" },
  { ...japanese, in: "body", name: "header", type: "object" },
  { ...japanese, in: "body", name: "header.request_code", type: "string", value: "1001Q" },
  { ...japanese, in: "body", name: "body", type: "object" },
  { ...japanese, in: "body", name: "body.memb_email", type: "string" },
  { ...japanese, in: "body", name: "body.memb_pwd", type: "string" },
  { ...header, in: "header", name: "Password", type: "string", required: true, value: "password_test" },
  { ...header, in: "header", name: "User-Name", type: "string", required: true, value: "user_test" },
  { ...onebox, in: "body", name: "email", value: "userdemo@gmail.com" },
  { ...onebox, in: "body", name: "password", value: "userdemo" },
  { ...onebox, in: "body", name: "siteId", value: 123 },
  // "Supported type: Json".
  { ...login, in: "header", name: "Content-Type", required: true, value: "application/json" },
  { ...login, in: "body", name: "user", type: "string", required: true },
  { ...login, in: "body", name: "password", type: "string", required: true },
  { ...refresh, in: "header", name: "Content-Type", required: true, value: "application/json" },
  { ...refresh, in: "body", name: "refresh_token", type: "string", required: false },
];

/** Page 002 also has `token` as an "associative array", which its own example contradicts. */
export const pageMembers: PageMember[] = [
  { ...header, name: "status", type: "string", values: ["ok", "error"] },
  { ...header, name: "code", type: "integer" },
  { ...header, name: "message", type: "string" },
];

export const pageTexts: PageText[] = [
  { ...english, text: "{Expired}" },
  { ...english, text: "customer center" },
  { ...japanese, text: "{満了日}" },
  { ...japanese, text: "管理者" },
  { ...japanese, text: "パスできませんでした" },
  { ...header, text: "30 minutes" },
  { ...header, text: "associative array" },
  { ...header, text: "report sections" },
  { ...header, text: "not found in the database" },
  { ...onebox, text: "{host}" },
  { ...onebox, text: "a mandatory parameter for each API (example: List)" },
  { ...onebox, text: "will expire within a certain period" },
  { ...onebox, text: "invalid email or password" },
  { ...login, text: "https://example.com" },
  { ...login, text: "http://example.com" },
];

/** How long a token lasts, in seconds, where a page says it: 002 has "works for the next 30 minutes". */
export const pageLifetimes: { page: string; api: string; seconds: number }[] = [{ ...header, seconds: 30 * 60 }];

const resultCode = { at: { code: ["header", "result_code"], text: ["header", "result_msg"] } };
const esignon = { page: "000", api: "esignon", ...resultCode };
const esignonJapanese = { page: "001", api: "esignon.ja", ...resultCode };
const headerLogin = { page: "002", api: "header-login", at: { code: ["code"], text: ["message"] } };

/** The failures that the pages list. */
export const pageCodes: PageCode[] = [
  { ...esignon, code: "10", text: "Your login information is incorrect." },
  {
    ...esignon,
    code: "12",
    text: "Parsing failed because the body information of the received message is incorrect.",
  },
  { ...esignon, code: "95", text: "The company is unable to call the API. Please contact the customer center." },
  { ...esignon, code: "99", text: "Unexpected exception (incorrect format)" },
  { ...esignonJapanese, code: "10", text: "ログイン情報が正確ではありません。" },
  {
    ...esignonJapanese,
    code: "12",
    text: "受信メッセージのBody情報が正しくない形のため、パスできませんでした。",
  },
  { ...esignonJapanese, code: "95", text: "APIを呼び出せない会社です。 管理者にお問い合わせください。" },
  { ...esignonJapanese, code: "99", text: "Unexpected exception（誤ったフォーマット）" },
  { ...headerLogin, code: 402, text: "Required field < HEADER > is not specified." },
  { ...headerLogin, code: 402, text: "Required field < HEADER > is empty." },
  { ...headerLogin, code: 404, text: "Field < FIELD > not found." },
  { ...headerLogin, code: 404, text: "Data not found." },
];

function reply(page: string, api: string, operationId: string, status: number, file: string): PageReply {
  const body: unknown = JSON.parse(readFileSync(new URL(`${file}.json`, import.meta.url), "utf8"));
  return { page, api, operationId, status, body };
}
