import type { Refusal } from "./outcome.ts";

/** What can keep a login from being answered: the stable codes of `LoginError`, and what each means. */
export const loginErrorCodes = {
  invalid_argument: "An argument has a value that cannot be used.",
  insecure_url: "The request would go over plain http, or to another origin than the base URL's.",
  unsendable_credential: "A header cannot carry this value unchanged.",
  redirected: "The service answered with a redirect, which is not followed.",
  timeout: "No complete reply came before the deadline.",
  aborted: "The caller aborted the call.",
  network: "The service could not be reached, or the connection broke.",
  unexpected_reply: "The reply is neither a success nor a refusal as documented.",
  reply_too_large: "The reply is larger than 1 MiB.",
  refused: "The service refused the login.",
  ended: "The session was ended.",
} as const;

export type LoginErrorCode = keyof typeof loginErrorCodes;

/**
 * Says what kept the service from answering: by `code`, which is stable, and in words. It holds no credential, no token
 * and no part of a request or reply, however it is printed; errors of the platform, which quote such values, are not
 * passed on as `cause`.
 */
export class LoginError extends Error {
  override readonly name = "LoginError";
  readonly code: LoginErrorCode;
  readonly #outcome: Refusal | undefined;

  constructor(code: LoginErrorCode, detail: string = loginErrorCodes[code], outcome?: Refusal) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.#outcome = outcome;
  }

  /** Of a `refused`: what the service answered. Out of sight of whatever prints the error, since a reply can hold anything. */
  get outcome(): Refusal | undefined {
    return this.#outcome;
  }
}
