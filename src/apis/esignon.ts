import { openConnection } from "../../generated/esignon/client.ts";
import type { components } from "../../generated/esignon/schema.ts";
import { type Adapter, judge, type Login, loginOf } from "../adapter.ts";
import type { Judgement, RefusalReason, Reply } from "../outcome.ts";
import { hasMembers, is, isString, isText, isToken, type Loose } from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export { createClient } from "../../generated/esignon/client.ts";
export type { paths } from "../../generated/esignon/schema.ts";

export interface Credentials {
  companyId: string;
  email: string;
  password: string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];

/** Without a prototype, because the service chooses the text that is looked up, and `constructor` is no reason. */
const reasons = {
  __proto__: null,
  10: "invalid_credentials",
  12: "invalid_request",
  95: "not_permitted",
  99: "server_error",
} as unknown as Record<string, RefusalReason>;

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = /* @__PURE__ */ hasMembers({
  header: /* @__PURE__ */ hasMembers({
    response_code: isText,
    result_code: /* @__PURE__ */ is("00"),
    result_msg: isText,
    session_id: isText,
  }),
  body: /* @__PURE__ */ hasMembers({
    access_token: isToken,
    comp_id: isText,
    device_id: isText,
    expire_date: isText,
    memb_email: isText,
  }),
}) as (reply: unknown) => reply is LoginReply;

const adapter: Adapter<"esignon", Credentials, LoginReply> = {
  api: "esignon",
  credentials: { companyId: isString, email: isString, password: isString },
  header: (token) => ({ name: "Authorization", value: `esignon ${token}` }),
  request: ({ companyId, email, password }) => [
    "POST",
    "/api/{companyId}/login",
    {
      params: { path: { companyId } },
      body: { header: { request_code: "1001Q" }, body: { memb_email: email, memb_pwd: password } },
    },
  ],
  grant: (body) => isLoginSuccess(body) && { value: body.body.access_token, expiresAt: instant(body.body.expire_date) },
  refusal(body) {
    const header = (body as Loose<"header">)?.header as Loose<"result_code" | "result_msg">;
    const code = header?.result_code;
    return isString(code) && code !== "00" && [code, header?.result_msg, reasons[code]];
  },
};

/** The page gives `expire_date` no format: only a date and time with its offset from UTC is an instant without doubt. */
function instant(text = ""): Date | undefined {
  const [day, time] = text.split("T") as [string, string];
  const end = new Date(text);
  const isInstant = /^[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(time) && +end;
  // Date takes 30 February for 2 March.
  return isInstant && new Date(day).toJSON()?.startsWith(day) ? end : undefined;
}

/** Reads a reply into a judgement, without a network. Throws `unexpected_reply` if it is neither success nor refusal. */
export const judgeLogin = (reply: Reply): Judgement<LoginReply> => judge(adapter, reply);

/** Logs in to eSignon, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"esignon", Credentials, LoginReply> = /* @__PURE__ */ loginOf(adapter);

/** Opens a session, which logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions): Session {
  return openSession(adapter, { isRejected: ({ status }) => status === 401 }, openConnection(options), options);
}
