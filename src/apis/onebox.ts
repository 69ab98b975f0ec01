import { createClient } from "../../generated/onebox/client.ts";
import type { components } from "../../generated/onebox/schema.ts";
import { type Adapter, type Login, loginOf } from "../adapter.ts";
import { hasMembers, is, isString, isToken, judgeStatus, jwtLifetime, member, peekJson, refusal } from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export type { paths } from "../../generated/onebox/schema.ts";
export { createClient };

export interface Credentials {
  email: string;
  password: string;
  siteId: number | string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = hasMembers(
  { token: isToken },
  { response_code: is("200"), response_status: isString },
) as (reply: unknown) => reply is LoginReply;

/** Credentials to a request, a reply to a judgement: for whoever judges replies without a network. */
export const adapter: Adapter<"onebox", Credentials, LoginReply> = {
  api: "onebox",
  credentials: { email: ["string"], password: ["string"], siteId: ["number", "string"] },
  header: (token) => ({ name: "Authorization", value: `Bearer ${token}` }),
  async isRejected(reply) {
    return reply.status === 401 && !isQuota(String(member(await peekJson(reply), "records", "userMessage")));
  },
  request: ({ email, password, siteId }) => ({
    method: "POST",
    path: "/api/authenticate",
    body: { email, password, siteId },
  }),
  judge(reply) {
    const { status, body } = reply;
    if (status === 200 && isLoginSuccess(body))
      return { ok: true, grant: { value: body.token, ...jwtLifetime(body.token) }, reply: body };

    const message = member(body, "records", "userMessage");
    if (status === 429 || !isString(message)) return judgeStatus(reply);
    const reason = isQuota(message)
      ? "rate_limited"
      : status === 401 && /not authorized/i.test(message)
        ? "invalid_credentials"
        : "unknown";
    return refusal(reason, member(body, "records", "errorCode") ?? status, message, body);
  },
};

/** OneBox answers a used-up quota with the status of a wrong password; only the text tells them apart. */
const isQuota = (message: string) => /time limit|quota/i.test(message);

/** Logs in to OneBox, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"onebox", Credentials, LoginReply> = loginOf(adapter);

/** Opens a session that logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions): Session {
  return openSession(adapter, createClient(options), options);
}
