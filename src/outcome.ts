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
