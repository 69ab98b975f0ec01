/** What generated code imports; whoever generates code of their own has it as `login-apis/runtime`. */
export { basic, type CallOf } from "./http/call.ts";
export { type Client, createClient as openClient } from "./http/client.ts";
export { type ClientOptions, connect } from "./http/options.ts";
export type { Api } from "./login/contract.ts";
export type { Grant } from "./login/grant.ts";
export { isSuccessBody, type Judgement, judge, judgeRefresh as judgeRefreshReply } from "./login/judge.ts";
export { type LoginOptions, logIn } from "./login/login.ts";
export type { LoginOutcome, Token } from "./login/outcome.ts";
export type { AnyReply } from "./login/place.ts";
export { type RefreshableApi, renew } from "./login/refresh.ts";
export { type CredentialsSource, openSession, type Session, type SessionOptions } from "./session/session.ts";
