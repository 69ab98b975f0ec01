import { openConnection } from "../../generated/refresh-login/client.ts";
import type { components } from "../../generated/refresh-login/schema.ts";
import {
  type Adapter,
  type CallOptions,
  type Judging,
  judge,
  type Login,
  loginOf,
  outcomeOf,
  plainLogin,
} from "../adapter.ts";
import type { Call } from "../connection.ts";
import { LoginError } from "../errors.ts";
import type { Grant, Judgement, LoginOutcome, Reply, Token } from "../outcome.ts";
import { type ApiClient, send } from "../registry.ts";
import { isLifetime, isString, isText, isToken, type Loose, milliseconds, optional } from "../reply.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";

export { createClient } from "../../generated/refresh-login/client.ts";
export type { paths } from "../../generated/refresh-login/schema.ts";

export interface Credentials {
  user: string;
  password: string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];
export type RefreshReply = components["schemas"]["RefreshSuccess"];

/** What the members of a reply grant that have to do with tokens; nothing if one of them is malformed. */
function readGrant(result: Partial<LoginReply["result"]> | null | undefined): Partial<Grant> | undefined {
  const {
    token_type: type,
    access_token: value,
    access_token_expires_in: lifetime,
    refresh_token: refresh,
    refresh_token_expires_in: refreshLifetime,
  } = result ?? {};
  const tokens = [value, refresh].every(optional(isToken));
  return isText(type) && tokens && [lifetime, refreshLifetime].every(optional(isLifetime))
    ? {
        ...(value && { value }),
        lifetime: milliseconds(lifetime),
        ...(refresh && { refresh: { value: refresh, lifetime: milliseconds(refreshLifetime) } }),
      }
    : undefined;
}

const adapter: Adapter<"refresh-login", Credentials, LoginReply> = {
  api: "refresh-login",
  credentials: { user: isString, password: isString },
  .../* @__PURE__ */ plainLogin("/v1/api/auth/login"),
  grant(body) {
    const { code, result, redirect } = (body ?? {}) as Partial<LoginReply>;
    return code === 0 && isText(redirect) && result?.access_token ? (readGrant(result) as Grant) : undefined;
  },
  refusal: (body) => refusalOf((body as Loose<"code">)?.code),
};

/** Whether a login reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess = (reply: unknown): reply is LoginReply => adapter.grant(reply) !== undefined;

const refreshing: Judging<RefreshReply, Partial<Grant>> = {
  grant(body) {
    const result = (body as Partial<RefreshReply> | null | undefined)?.result;
    return result?.code === 0 && isText(result.desc) ? readGrant(result) : undefined;
  },
  refusal(body) {
    const result = (body as Loose<"result">)?.result as Loose<"code" | "desc" | "error">;
    return refusalOf(result?.code, result?.desc ?? result?.error);
  },
};

/** No failure is documented, so that every code but 0 is unknown. */
function refusalOf(code: unknown, message?: unknown) {
  return Number.isInteger(code) && code !== 0 && ([code as number, message] as const);
}

function refreshCall(refresh_token: string): Call {
  return ["POST", "/v1/api/auth/refresh", { body: { refresh_token } }];
}

/** Reads a reply into a judgement, without a network. Throws `unexpected_reply` if it is neither success nor refusal. */
export const judgeLogin = (reply: Reply): Judgement<LoginReply> => judge(adapter, reply);

/** As `judgeLogin`, for a refresh; a grant without a `value` extends the tokens already held. */
export const judgeRefresh = (reply: Reply): Judgement<RefreshReply, Partial<Grant>> => judge(refreshing, reply);

/** Logs in with user and password, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"refresh-login", Credentials, LoginReply> = /* @__PURE__ */ loginOf(adapter);

/**
 * Renews a token by its refresh token, with one request. Where the reply brings no token, as documented, the outcome's
 * is the one that was given; how long it now lasts the reply does not say, so it has no `expiresAt`. Rejects with a
 * `LoginError` if the token has no refresh token, or if the service did not answer.
 */
export async function refresh(
  client: ApiClient<"refresh-login">,
  token: Token,
  { signal }: CallOptions = {},
): Promise<LoginOutcome<RefreshReply>> {
  const held = token?.refresh?.value;
  if (!isString(held) || !isString(token.value)) throw new LoginError("invalid_argument", "token has no refresh token");
  const judgement = judgeRefresh(await send(client, adapter.api, refreshCall(held), signal));
  const granted = judgement.ok && { grant: { value: token.value, refresh: { value: held }, ...judgement.grant } };
  return outcomeOf({ ...judgement, ...granted } as Judgement<RefreshReply>, adapter.header, [held]);
}

/** Opens a session, which logs in when a token is needed, keeps it fresh and sends it. Throws a `LoginError` if an option cannot be used. */
export function createSession(options: Credentials & SessionOptions & { baseUrl: string }): Session {
  const isRejected = ({ status }: Response) => status === 401;
  return openSession(adapter, { isRejected, refreshCall, judgeRefresh }, openConnection(options), options);
}
