export { LoginError, type LoginErrorCode, loginErrorCodes } from "./errors.ts";
export type { Client } from "./http/client.ts";
export type { ClientOptions, Fetch, FetchInit, FetchReply, FetchReplyHeaders } from "./http/options.ts";
export type { LoginOptions } from "./login/login.ts";
export {
  type LoginOutcome,
  type RefreshToken,
  type Refusal,
  type RefusalReason,
  refusalReasons,
  type Success,
  type Token,
  type TokenHeader,
} from "./login/outcome.ts";
export type {
  CredentialsSource,
  KeptEvent,
  RejectionEvent,
  RequestEvent,
  Session,
  SessionEvent,
  SessionOptions,
  SessionState,
  WaitEvent,
} from "./session/session.ts";
export type { SessionStore, StoreEvent } from "./store/place.ts";
