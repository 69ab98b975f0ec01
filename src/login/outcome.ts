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

/** Why a login was refused, in one vocabulary for every API: what the service's own code and message mean. */
export type RefusalReason = (typeof refusalReasons)[number];

/** What a login came to: whatever the service answered, success or refusal. */
export type LoginOutcome<Reply> = Success<Reply> | Refusal;

/** A login that succeeded. */
export interface Success<Reply> {
  /** Tells a success from a refusal. */
  ok: true;
  /** What every other call of the API needs. */
  token: Token;
  /** The service's reply, as its document describes it. */
  reply: Reply;
}

/** A login that the service answered, and did not grant. */
export interface Refusal {
  /** Tells a refusal from a success. */
  ok: false;
  /** What the refusal means, in the words that all APIs have in common. */
  reason: RefusalReason;
  /** The service's own code, or the HTTP status if the body holds none. */
  code: string;
  /** The service's own words, at most 500 characters, with the credentials that were sent replaced by `***`. */
  message: string;
  /** The service's reply: parsed if it is JSON, and else its text. */
  reply: unknown;
}

/** What a login was granted. */
export interface Token {
  /** The token alone, as the service gave it. */
  value: string;
  /** The header that carries the token to every other call of the API, ready to send. */
  header: TokenHeader;
  /** Absent when the API does not say: never a guess. Counted from the moment the reply arrived. */
  expiresAt?: Date;
  /** The token that renews this one, where the API has such. */
  refresh?: RefreshToken;
}

/** A header that carries a token. */
export interface TokenHeader {
  /** Such as `Authorization`. */
  name: string;
  /** Such as `Bearer …`: the token, with what stands before it. */
  value: string;
}

/** A token that renews another. */
export interface RefreshToken {
  /** The token, as the service gave it. */
  value: string;
  /** Absent when the API does not say. */
  expiresAt?: Date;
}
