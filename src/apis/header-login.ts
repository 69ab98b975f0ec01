import { openConnection } from "../../generated/header-login/client.ts";
import type { components } from "../../generated/header-login/schema.ts";
import { type Adapter, judge, type Login, loginOf } from "../adapter.ts";
import type { Judgement, RefusalReason, Reply } from "../outcome.ts";
import { hasMembers, is, isString, isToken, type Loose, peekJson } from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export { createClient } from "../../generated/header-login/client.ts";
export type { paths } from "../../generated/header-login/schema.ts";

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

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = /* @__PURE__ */ hasMembers({
  status: /* @__PURE__ */ is("ok"),
  code: /* @__PURE__ */ is(200),
  token: isToken,
}) as (reply: unknown) => reply is LoginReply;

const adapter: Adapter<"header-login", Credentials, LoginReply> = {
  api: "header-login",
  credentials: { userName: isString, password: isString },
  header: (value) => ({ name: "Token", value }),
  request: ({ userName, password }) => [
    "GET",
    "/login",
    { params: { header: { "User-Name": userName, Password: password } } },
  ],
  // "Works for the next 30 minutes", as the page has it.
  grant: (body) => isLoginSuccess(body) && { value: body.token, lifetime: 30 * 60_000 },
  refusal(body, httpStatus) {
    const { code, status, message } = (body ?? {}) as NonNullable<Loose<"code" | "status" | "message">>;
    // The page does not say whether the HTTP status of a refusal is its code or 200, so both are heard. An expired token
    // comes with the status "ok": its code says nothing about the credentials.
    const isHeard = Number.isInteger(code) && (httpStatus === 200 || httpStatus === code);
    const isRefusal = status === "error" || (status === "ok" && code !== 200);
    return isHeard && isRefusal && [code as number, message, status !== "ok" && reasons[code as number]];
  },
};

/** Reads a reply into a judgement, without a network. Throws `unexpected_reply` if it is neither success nor refusal. */
export const judgeLogin = (reply: Reply): Judgement<LoginReply> => judge(adapter, reply);

/** Logs in by request headers, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"header-login", Credentials, LoginReply> = /* @__PURE__ */ loginOf(adapter);

/** What a refusal begins like, so that no other reply is waited for longer than its first characters take to come. */
const flatObject = /^\s*({[^[{]*)?$/;

/** A token that is not valid is reported as 401, one that has expired as 498; on that HTTP status, or on 200. */
async function isRejected(reply: Response): Promise<boolean> {
  const code = reply.status === 200 ? ((await peekJson(reply, flatObject)) as Loose<"code">)?.code : reply.status;
  return code === 401 || code === 498;
}

/** Opens a session, which logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions & { baseUrl: string }): Session {
  return openSession(adapter, { isRejected }, openConnection(options), options);
}
