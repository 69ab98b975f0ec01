/** What generated code imports; whoever generates code of their own has it as `login-apis/runtime`. */
export { basic, type Call, type CallOf, type CallParameters, type ContentType, type Primitive } from "./http/call.ts";
export { type Client, createClient as openClient } from "./http/client.ts";
export { type ClientOptions, type Connection, connect } from "./http/options.ts";
export type {
  Api,
  CredentialRule,
  End,
  EndAfter,
  EndAt,
  EndByClaims,
  HeaderRule,
  LoginContract,
  ReasonRule,
  RefreshContract,
  RejectionRule,
  ReplyContract,
  ReplyExpression,
  ReplySchema,
  Scalar,
  SchemaType,
  SuccessReply,
} from "./login/contract.ts";
export type { Ending, Grant, RefreshGrant } from "./login/grant.ts";
export {
  type Granting,
  isSuccessBody,
  type Judgement,
  judge,
  judgeRefresh as judgeRefreshReply,
  type LoginGrant,
} from "./login/judge.ts";
export { type LoginOptions, logIn } from "./login/login.ts";
export type { LoginOutcome, Token } from "./login/outcome.ts";
export type { AnyReply } from "./login/place.ts";
export { type RefreshableApi, renew } from "./login/refresh.ts";
export { type CredentialsSource, openSession, type Session, type SessionOptions } from "./session/session.ts";
