import { createClient } from "../../generated/header-login/client.ts";
import type { components } from "../../generated/header-login/schema.ts";
import { type Adapter, type Login, loginOf } from "../adapter.ts";
import type { RefusalReason } from "../outcome.ts";
import { hasMembers, is, isToken, judgeStatus, member, peekJson, refusal } from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export type { paths } from "../../generated/header-login/schema.ts";
export { createClient };

export interface Credentials {
  userName: string;
  password: string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];

const reasons: Record<number, RefusalReason> = {
  401: "invalid_credentials",
  402: "invalid_request",
  404: "not_found",
};

/** What a refusal begins like, so that no other reply is waited for longer than its first characters take to come. */
const flatObject = /^\s*({[^[{]*)?$/;

/** "Works for the next 30 minutes", as the page has it. */
const lifetime = 30 * 60_000;

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = hasMembers({
  status: is("ok"),
  code: is(200),
  token: isToken,
}) as (reply: unknown) => reply is LoginReply;

/** Credentials to a request, a reply to a judgement: for whoever judges replies without a network. */
export const adapter: Adapter<"header-login", Credentials, LoginReply> = {
  api: "header-login",
  credentials: { userName: ["string"], password: ["string"] },
  header: (token) => ({ name: "Token", value: token }),
  async isRejected(reply) {
    const code = reply.status === 200 ? member(await peekJson(reply, flatObject), "code") : reply.status;
    return code === 401 || code === 498;
  },
  request: ({ userName, password }) => ({
    method: "GET",
    path: "/login",
    params: { header: { "User-Name": userName, Password: password } },
  }),
  judge(reply) {
    const { status, body } = reply;
    if (status === 200 && isLoginSuccess(body))
      return { ok: true, grant: { value: body.token, lifetime }, reply: body };

    // The page does not say whether the HTTP status of a refusal is its code or 200, so both are heard.
    const code = member(body, "code");
    const result = member(body, "status");
    const heard = Number.isInteger(code) && (result === "error" || (result === "ok" && code !== 200));
    if (!heard || status === 429 || (status !== 200 && status !== code)) return judgeStatus(reply);

    // An expired token is reported with the status "ok": its code says nothing about the credentials.
    const reason = result === "error" ? reasons[code as number] : undefined;
    return refusal(reason ?? "unknown", code, member(body, "message"), body);
  },
};

/** Logs in by request headers, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"header-login", Credentials, LoginReply> = loginOf(adapter);

/** Opens a session that logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions & { baseUrl: string }): Session {
  return openSession(adapter, createClient(options), options);
}
