export type { CallOptions } from "./adapter.ts";
export type { Client } from "./client.ts";
export type { ClientOptions } from "./connection.ts";
export { LoginError, type LoginErrorCode, loginErrorCodes } from "./errors.ts";
export {
  type LoginOutcome,
  type Refusal,
  type RefusalReason,
  refusalReasons,
  type Success,
  type Token,
} from "./outcome.ts";
export type { Session, SessionEvent, SessionOptions, SessionState } from "./session.ts";
export type { Lock, TokenStore } from "./shared.ts";
