/**
 * Why a login can be refused. This list is also the vocabulary of `x-outcome` in the documents, beside `success`; the
 * lint rules read it from here.
 */
export const refusalReasons = [
  "invalid_credentials",
  "invalid_request",
  "not_permitted",
  "not_found",
  "rate_limited",
  "server_error",
  "unknown",
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** What a login came to: whatever the service answered, success or refusal. */
export type LoginOutcome<Reply> = Success<Reply> | Refusal;

export interface Success<Reply> {
  ok: true;
  token: Token;
  /** The service's reply, as its document describes it. */
  reply: Reply;
}

export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** The service's own code, or the HTTP status if the body holds none. */
  code: string;
  /** The service's own words, at most 500 characters, with the credentials that were sent replaced by `***`. */
  message: string;
  /** The service's reply: parsed if it is JSON, and else its text. */
  reply: unknown;
}

export interface Token {
  value: string;
  /** The header that carries the token to every other call of the API, ready to send. */
  header: { name: string; value: string };
  /** Absent when the API does not say: never a guess. Counted from the moment the reply arrived. */
  expiresAt?: Date;
  /** The token that renews this one, where the API has such. */
  refresh?: { value: string; expiresAt?: Date };
}
