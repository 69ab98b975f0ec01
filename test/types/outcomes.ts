import { login } from "../../generated/onebox/index.ts";
import { refresh, login as refreshLogin } from "../../generated/refresh-login/index.ts";
import { LoginError, type LoginErrorCode, type RefusalReason } from "../../src/index.ts";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const proven = <_ extends true>() => {};

const baseUrl = "https://example.org";
const credentials = { email: "userdemo@example.com", password: "userdemo", siteId: 123 };

export async function narrowsByOk(): Promise<string> {
  const outcome = await login(credentials);
  // @ts-expect-error nobody has a token before `ok` was looked at
  outcome.token;
  // @ts-expect-error nor a reason
  outcome.reason;
  if (outcome.ok) {
    // @ts-expect-error a success has no reason
    outcome.reason;
    proven<Equal<typeof outcome.token.value, string>>();
    proven<Equal<typeof outcome.reply.token, string>>();
    return `${outcome.token.header.name}: ${outcome.token.header.value}`;
  }
  // @ts-expect-error a refusal has no token
  outcome.token;
  proven<Equal<typeof outcome.reason, RefusalReason>>();
  proven<Equal<typeof outcome.reply, unknown>>();
  return `${outcome.code}: ${outcome.message}`;
}

export async function expiresOnlyWhereTheServiceSaysSo(): Promise<number> {
  const outcome = await refreshLogin({ user: "user-1", password: "correct-password" }, { baseUrl });
  if (!outcome.ok) return 0;
  // @ts-expect-error an API may not say when its token expires
  outcome.token.expiresAt.getTime();
  // @ts-expect-error and may have no refresh token
  outcome.token.refresh.value;
  const renewed = await refresh(outcome.token, { baseUrl });
  return (renewed.ok && renewed.reply.result.code) || 0;
}

/** Compiles as long as every reason has its case. */
export function everyReason(reason: RefusalReason): string {
  switch (reason) {
    case "invalid_credentials":
    case "invalid_request":
    case "not_permitted":
    case "not_found":
      return "Mend the request.";
    case "rate_limited":
    case "server_error":
      return "Come back later.";
    case "unknown":
      return "Ask the service.";
    default:
      return reason satisfies never;
  }
}

export function allReasonsButOne(reason: RefusalReason): string {
  switch (reason) {
    case "invalid_credentials":
    case "invalid_request":
    case "not_permitted":
    case "not_found":
    case "rate_limited":
    case "server_error":
      return "known";
    default:
      // @ts-expect-error `unknown` is left
      return reason satisfies never;
  }
}

/** Compiles as long as every code has its case. */
export function everyCode(code: LoginErrorCode): string {
  switch (code) {
    case "invalid_argument":
    case "insecure_url":
    case "unsendable_credential":
      return "Mend the call.";
    case "redirected":
    case "unexpected_reply":
    case "reply_too_large":
      return "Ask the service.";
    case "timeout":
    case "network":
    case "credentials_unavailable":
      return "Come back later.";
    case "aborted":
    case "refused":
    case "ended":
      return "That is what you wanted.";
    default:
      return code satisfies never;
  }
}

export function allCodesButOne(error: unknown): string {
  if (!(error instanceof LoginError)) return "";
  switch (error.code) {
    case "invalid_argument":
    case "insecure_url":
    case "unsendable_credential":
    case "redirected":
    case "unexpected_reply":
    case "reply_too_large":
    case "timeout":
    case "network":
    case "aborted":
    case "refused":
      return "known";
    default:
      // @ts-expect-error `ended` is left
      return error.code satisfies never;
  }
}

// @ts-expect-error a code that does not exist
new LoginError("time_out");
// @ts-expect-error a reason that does not exist
everyReason("wrong_password");
