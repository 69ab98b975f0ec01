import type { components } from "../../generated/esignon/schema.ts";
import { type Adapter, type Login, loginOf } from "../adapter.ts";
import type { RefusalReason } from "../outcome.ts";
import { hasMembers, is, isString, isToken, judgeStatus, member, refusal } from "../reply.ts";

export { createClient } from "../../generated/esignon/client.ts";
export type { paths } from "../../generated/esignon/schema.ts";

export interface Credentials {
  companyId: string;
  email: string;
  password: string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];

/** A Map, because the service chooses the text that is looked up: an object would know `constructor` too. */
const reasons = new Map<string, RefusalReason>([
  ["10", "invalid_credentials"],
  ["12", "invalid_request"],
  ["95", "not_permitted"],
  ["99", "server_error"],
]);

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = hasMembers({
  header: hasMembers(
    { result_code: is("00") },
    { response_code: isString, result_msg: isString, session_id: isString },
  ),
  body: hasMembers(
    { access_token: isToken },
    { comp_id: isString, device_id: isString, expire_date: isString, memb_email: isString },
  ),
}) as (reply: unknown) => reply is LoginReply;

/** Credentials to a request, a reply to a judgement: for whoever judges replies without a network. */
export const adapter: Adapter<"esignon", Credentials, LoginReply> = {
  api: "esignon",
  credentials: { companyId: ["string"], email: ["string"], password: ["string"] },
  header: (token) => ({ name: "Authorization", value: `esignon ${token}` }),
  request: ({ companyId, email, password }) => ({
    method: "POST",
    path: "/api/{companyId}/login",
    params: { path: { companyId } },
    body: { header: { request_code: "1001Q" }, body: { memb_email: email, memb_pwd: password } },
  }),
  judge(reply) {
    const { status, body } = reply;
    if (status === 200 && isLoginSuccess(body)) {
      const { access_token: value, expire_date: expires = "" } = body.body;
      return { ok: true, grant: { value, ...instant(expires) }, reply: body };
    }
    const code = member(body, "header", "result_code");
    if (status === 429 || !isString(code) || code === "00") return judgeStatus(reply);
    return refusal(reasons.get(code) ?? "unknown", code, member(body, "header", "result_msg"), body);
  },
};

/** The page gives `expire_date` no format: only a date and time with its offset from UTC is an instant without doubt. */
function instant(text: string): { expiresAt?: Date } {
  const [, day, dayOfMonth] = /^(\d{4}-\d\d-(\d\d))T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const expiresAt = new Date(text);
  // Date takes 30 February for 2 March.
  const exists = day && new Date(day).getUTCDate() === Number(dayOfMonth) && !Number.isNaN(expiresAt.getTime());
  return exists ? { expiresAt } : {};
}

/** Logs in to eSignon, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"esignon", Credentials, LoginReply> = loginOf(adapter);
