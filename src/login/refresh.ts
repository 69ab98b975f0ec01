import { LoginError } from "../errors.ts";
import { buildRequest, type Call } from "../http/call.ts";
import { exchange } from "../http/exchange.ts";
import { connect } from "../http/options.ts";
import type { Api, RefreshContract } from "./contract.ts";
import { checkCredentials, secretsOf, withoutSecrets } from "./credentials.ts";
import { judgeRefresh } from "./judge.ts";
import type { LoginOptions } from "./login.ts";
import type { LoginOutcome, Token } from "./outcome.ts";
import { tokenHeader, tokenOf } from "./token.ts";

/** An API whose document has an `x-refresh`. */
export interface RefreshableApi<Credentials extends object> extends Api<Credentials> {
  /** The operation that renews a token. */
  refresh: RefreshContract<Credentials>;
}

/**
 * Renews a token by its refresh token, with one request, and resolves to what the service said. Where the reply brings no
 * token, the outcome's is the one that was given; how long that lasts now the reply does not say, so that it has no
 * `expiresAt`. Rejects as `logIn` does, and with `invalid_argument` if the token has no refresh token.
 */
export async function renew<Credentials extends object, Reply>(
  api: RefreshableApi<Credentials>,
  token: Token,
  credentials: Partial<Credentials>,
  options: LoginOptions = {},
): Promise<LoginOutcome<Reply>> {
  const connection = connect(api.host, options, ["signal"]);
  const refreshToken = token?.refresh?.value;
  if (typeof refreshToken !== "string" || typeof token.value !== "string")
    throw new LoginError("invalid_argument", "token has no refresh token");
  const own = checkCredentials(api, credentials as Credentials, api.refresh.credentials);
  const call = refreshCall(api, { token: token.value, refreshToken }, own);
  const reply = await exchange(connection, buildRequest(connection, call), options.signal);
  const judgement = judgeRefresh<Reply>(api.refresh, reply);
  if (!judgement.ok) return withoutSecrets(judgement, [refreshToken, token.value, ...secretsOf(api, own)]);
  const grant = { value: token.value, refresh: { value: refreshToken }, ...judgement.grant };
  return { ok: true, token: tokenOf(api.header, grant, Date.now()), reply: judgement.reply };
}

/** The call that renews a token: by the refresh token, with what else the document's `x-refresh` sends. */
export function refreshCall<Credentials extends object>(
  { header, refresh }: RefreshableApi<Credentials>,
  held: { token: string; refreshToken: string },
  credentials: Credentials,
): Call {
  const { authorization } = refresh;
  const call = refresh.request({ ...credentials, refreshToken: held.refreshToken });
  if (authorization === undefined) return call;
  const { name, value } = tokenHeader(header, held[authorization]);
  return { ...call, params: { ...call.params, header: { ...call.params?.header, [name]: value } } };
}
