import { openConnection } from "../../generated/onebox/client.ts";
import type { components } from "../../generated/onebox/schema.ts";
import { type Adapter, judge, type Login, loginOf, plainLogin } from "../adapter.ts";
import type { Judgement, Reply } from "../outcome.ts";
import {
  hasMembers,
  is,
  isString,
  isStringOrInteger,
  isText,
  isToken,
  jwtLifetime,
  type Loose,
  optional,
  peekJson,
} from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export { createClient } from "../../generated/onebox/client.ts";
export type { paths } from "../../generated/onebox/schema.ts";

export interface Credentials {
  email: string;
  password: string;
  siteId: number | string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];

/** Whether a reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = /* @__PURE__ */ hasMembers({
  response_code: /* @__PURE__ */ optional(/* @__PURE__ */ is("200")),
  response_status: isText,
  token: isToken,
}) as (reply: unknown) => reply is LoginReply;

const adapter: Adapter<"onebox", Credentials, LoginReply> = {
  api: "onebox",
  credentials: { email: isString, password: isString, siteId: isStringOrInteger },
  .../* @__PURE__ */ plainLogin("/api/authenticate"),
  grant: (body) => isLoginSuccess(body) && { value: body.token, lifetime: jwtLifetime(body.token) },
  refusal: (body, status, { userMessage, errorCode }: Records = (body as Loose<"records">)?.records ?? {}) =>
    isString(userMessage) && [
      errorCode,
      userMessage,
      // A used-up quota comes with the status of a wrong password; only the text tells them apart.
      /time limit|quota/i.test(userMessage)
        ? "rate_limited"
        : status === 401 && /not authorized/i.test(userMessage) && "invalid_credentials",
    ],
};
type Records = { userMessage?: unknown; errorCode?: unknown };

/** Reads a reply into a judgement, without a network. Throws `unexpected_reply` if it is neither success nor refusal. */
export const judgeLogin = (reply: Reply): Judgement<LoginReply> => judge(adapter, reply);

/** Logs in to OneBox, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"onebox", Credentials, LoginReply> = /* @__PURE__ */ loginOf(adapter);

async function isRejected(reply: Response): Promise<boolean> {
  if (reply.status !== 401) return false;
  const judgement = judgeLogin({ status: 401, body: await peekJson(reply) });
  return !judgement.ok && judgement.reason !== "rate_limited";
}

/** Opens a session, which logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions): Session {
  return openSession(adapter, { isRejected }, openConnection(options), options);
}
