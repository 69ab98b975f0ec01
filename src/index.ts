export { LoginError, type LoginErrorCode, loginErrorCodes } from "./errors.ts";
export type { Client } from "./http/client.ts";
export type { ClientOptions } from "./http/options.ts";
export type { LoginOptions } from "./login/login.ts";
export {
  type LoginOutcome,
  type Refusal,
  type RefusalReason,
  refusalReasons,
  type Success,
  type Token,
} from "./login/outcome.ts";
export type { Session, SessionEvent, SessionOptions, SessionState } from "./session/session.ts";
