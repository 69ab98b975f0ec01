import type { components } from "../../generated/refresh-login/schema.ts";
import { type Adapter, type CallOptions, type Login, loginOf, outcomeOf } from "../adapter.ts";
import { type ApiClient, type Call, callOperation } from "../client.ts";
import { LoginError } from "../errors.ts";
import type { Grant, Judgement, LoginOutcome, Reply, Token } from "../outcome.ts";
import { hasMembers, is, isLifetime, isString, isToken, judgeStatus, member, refusal } from "../reply.ts";

export { createClient } from "../../generated/refresh-login/client.ts";
export type { paths } from "../../generated/refresh-login/schema.ts";

export interface Credentials {
  user: string;
  password: string;
}

export type LoginReply = components["schemas"]["LoginSuccess"];
export type RefreshReply = components["schemas"]["RefreshSuccess"];

const tokenMembers = {
  token_type: isString,
  access_token: isToken,
  access_token_expires_in: isLifetime,
  refresh_token: isToken,
  refresh_token_expires_in: isLifetime,
};

/** Whether a login reply's body is a success: narrows what the raw client returned, both ways. */
export const isLoginSuccess: (reply: unknown) => reply is LoginReply = hasMembers(
  { code: is(0), result: hasMembers({ access_token: isToken }, tokenMembers) },
  { redirect: isString },
) as (reply: unknown) => reply is LoginReply;

const isRefreshSuccess = hasMembers({
  result: hasMembers({ code: is(0) }, { desc: isString, ...tokenMembers }),
}) as (reply: unknown) => reply is RefreshReply;

/** Credentials to a request, a reply to a judgement: for whoever judges replies without a network. */
export const adapter: Adapter<"refresh-login", Credentials, LoginReply> & Refreshing = {
  api: "refresh-login",
  credentials: { user: ["string"], password: ["string"] },
  header: (token) => ({ name: "Authorization", value: `Bearer ${token}` }),
  request: ({ user, password }) => ({ method: "POST", path: "/v1/api/auth/login", body: { user, password } }),
  judge(reply) {
    const { status, body } = reply;
    if (status === 200 && isLoginSuccess(body)) {
      const { access_token: value } = body.result;
      return { ok: true, grant: { ...grantOf(body.result), value }, reply: body };
    }
    return judgeCode(reply, member(body, "code"), undefined);
  },
  refreshRequest: (refresh_token) => ({ method: "POST", path: "/v1/api/auth/refresh", body: { refresh_token } }),
  judgeRefresh(reply) {
    const { status, body } = reply;
    if (status === 200 && isRefreshSuccess(body)) return { ok: true, grant: grantOf(body.result), reply: body };
    const text = member(body, "result", "desc") ?? member(body, "result", "error");
    return judgeCode(reply, member(body, "result", "code"), text);
  },
};

/** What an adapter has besides, whose API renews a token without the password. */
export interface Refreshing {
  refreshRequest(refreshToken: string): Call;
  /** A grant without a `value` extends the tokens already held. */
  judgeRefresh(
    reply: Reply,
  ): { ok: true; grant: Partial<Grant>; reply: RefreshReply } | Exclude<Judgement<never>, { ok: true }>;
}

function grantOf(result: Omit<RefreshReply["result"], "code">): Partial<Grant> {
  const { access_token: value, access_token_expires_in, refresh_token, refresh_token_expires_in } = result;
  return {
    ...(value === undefined ? {} : { value }),
    ...milliseconds(access_token_expires_in),
    ...(refresh_token === undefined
      ? {}
      : { refresh: { value: refresh_token, ...milliseconds(refresh_token_expires_in) } }),
  };
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? {} : { lifetime: seconds * 1000 });

/** No failure is documented, so that every code but 0 is unknown. */
function judgeCode(reply: Reply, code: unknown, message: unknown) {
  if (reply.status === 429 || !Number.isInteger(code) || code === 0) return judgeStatus(reply);
  return refusal("unknown", code, message, reply.body);
}

/** Logs in with user and password, with one request. Rejects with a `LoginError` if the service did not answer. */
export const login: Login<"refresh-login", Credentials, LoginReply> = loginOf(adapter);

/**
 * Renews a token by its refresh token, with one request. Where the reply brings no token, as documented, the outcome's
 * is the one that was given; how long it now lasts the reply does not say, so it has no `expiresAt`. Rejects with a
 * `LoginError` if the token has no refresh token, or if the service did not answer.
 */
export async function refresh(
  client: ApiClient<"refresh-login">,
  token: Token,
  options?: CallOptions,
): Promise<LoginOutcome<RefreshReply>> {
  const value = token?.refresh?.value;
  if (!isString(value) || !isString(token.value))
    throw new LoginError("invalid_argument", "The token has no refresh token.");
  const judgement = adapter.judgeRefresh(
    await callOperation(client, adapter.api, adapter.refreshRequest(value), options?.signal),
  );
  if (!judgement.ok) return outcomeOf(adapter, judgement, [value]);
  const grant = { value: token.value, refresh: { value }, ...judgement.grant };
  return outcomeOf(adapter, { ...judgement, grant }, []);
}
