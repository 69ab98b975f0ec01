import { buildRequest } from "../http/call.ts";
import { exchange } from "../http/exchange.ts";
import { type ClientOptions, connect } from "../http/options.ts";
import type { Api } from "./contract.ts";
import { checkCredentials, secretsOf, withoutSecrets } from "./credentials.ts";
import { judge } from "./judge.ts";
import type { LoginOutcome } from "./outcome.ts";
import { tokenOf } from "./token.ts";

/** The options of one login. */
export interface LoginOptions extends ClientOptions {
  /** Aborts the call, which then rejects with `aborted`. */
  signal?: AbortSignal | null | undefined;
}

/**
 * Logs in to an API, with one request, and resolves to what the service said. Rejects with a `LoginError` if an option or
 * a credential cannot be used, or if the service did not answer.
 */
export async function logIn<Credentials extends object, Reply>(
  api: Api<Credentials>,
  credentials: Credentials,
  options: LoginOptions = {},
): Promise<LoginOutcome<Reply>> {
  const connection = connect(api.host, options, ["signal"]);
  const own = checkCredentials(api, credentials);
  const reply = await exchange(connection, buildRequest(connection, api.login.request(own)), options.signal);
  const judgement = judge<Reply>(api.login, reply);
  if (!judgement.ok) return withoutSecrets(judgement, secretsOf(api, own));
  return { ok: true, token: tokenOf(api.header, judgement.grant, Date.now()), reply: judgement.reply };
}
