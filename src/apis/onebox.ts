import type { components } from "../../generated/onebox/schema.ts";
import { type Adapter, type Login, loginOf } from "../adapter.ts";
import type { RefusalReason } from "../outcome.ts";
import { hasMembers, is, isString, isToken, judgeStatus, jwtLifetime, member, refusal } from "../reply.ts";

export { createClient } from "../../generated/onebox/client.ts";
export type { paths } from "../../generated/onebox/schema.ts";

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
    const code = member(body, "records", "errorCode");
    return refusal(reasonOf(status, message), isString(code) || Number.isInteger(code) ? code : status, message, body);
  },
};

/** OneBox answers a used-up quota with the status of a wrong password; only the text tells them apart. */
function reasonOf(status: number, message: string): RefusalReason {
  if (/time limit|quota/i.test(message)) return "rate_limited";
  if (status >= 500) return "server_error";
  return status === 401 && /not authorized/i.test(message) ? "invalid_credentials" : "unknown";
}

/** Logs in to OneBox, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"onebox", Credentials, LoginReply> = loginOf(adapter);
