import type { RefusalReason } from "../../src/login/outcome.ts";

/** What each outcome of a login tells the caller to do. */
export const outcomeMeanings: Record<"success" | RefusalReason, string> = {
  success: "Logged in. The outcome holds the token, ready to send.",
  invalid_credentials: "User and password do not fit. Sending them again changes nothing, and may lock the account.",
  invalid_request: "The service could not use the request: something is missing, empty or malformed.",
  not_permitted: "The account or company may not do this. Somebody has to grant it first.",
  not_found: "Something that the request names does not exist.",
  rate_limited: "Too many requests, or a quota that is used up. Try again later, not at once.",
  server_error: "The service failed. Try again later.",
  unknown: "The service refused for a reason that has no name of its own here. Read code and message.",
};
