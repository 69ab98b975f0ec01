import type { Refusal } from "./login/outcome.ts";

/** What can keep a login from being answered: the stable codes of `LoginError`, and what each means. */
export const loginErrorCodes = {
  invalid_argument:
    "The named argument cannot be used: it is missing, of another type or out of range; a path parameter is empty, '.', '..' or longer than 1,024 characters; a base URL has no origin, or has a user, password, query or fragment; an option does not exist; a `fetch` gives no Response; a middleware fails.",
  insecure_url:
    "The request would go over plain http, or to another origin than the base URL's; with a session's token also outside the base URL's path.",
  unsendable_credential:
    "The named header cannot carry its value unchanged: a control character, a character beyond Latin-1, a blank at either end, or a colon in the user name of HTTP Basic.",
  redirected: "The service answered with a redirect, which is not followed.",
  timeout: "No complete reply came before the deadline.",
  aborted: "The caller aborted the call.",
  network:
    "The service could not be reached, or the connection broke; the platform's error code is named where it has one.",
  unexpected_reply: "The reply is neither a success nor a refusal as documented; its HTTP status is named.",
  reply_too_large: "The reply is larger than 1 MiB.",
  refused:
    "The service refused the session's login for the named reason; `outcome` is its answer. One for `invalid_credentials` is lifted by `reset()` or by other credentials.",
  credentials_unavailable: "The function that gives a session's credentials failed; `cause` is what it failed with.",
  ended: "The session was ended.",
} as const;

/** The stable code of a `LoginError`; what each means stands in `loginErrorCodes`. */
export type LoginErrorCode = keyof typeof loginErrorCodes;

/**
 * Says what kept the service from answering: by `code`, which is stable, and in words. It holds no credential, no token
 * and no part of a request or reply, however it is printed; errors of the platform, which quote such values, are not
 * passed on as `cause`. Only `aborted` has a `cause`, the reason that the caller's own signal gave, and
 * `credentials_unavailable`, what the caller's own function failed with.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: only a session's errors have these, by accessors.
export class LoginError extends Error {
  /** Always `LoginError`. */
  override readonly name = "LoginError";
  /** What kept the service from answering; the same in every version. */
  declare readonly code: LoginErrorCode;

  /** `detail` says what is wrong with what, in a few words and without a value: "baseUrl has a query". */
  constructor(code: LoginErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ? `${code}: ${detail}` : code, options);
    this.code = code;
  }
}

export interface LoginError {
  /** Of a `refused`: what the service answered. Nothing prints it by itself, since a reply can hold anything. */
  readonly outcome?: Refusal | undefined;
  /** Of a session's errors: nothing is sent before. Absent where no wait is on, or where time does not lift it. */
  readonly retryAt?: Date | undefined;
}
