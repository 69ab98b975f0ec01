// Generated from openapi/refresh-login.yaml by `npm run generate`. Do not edit.

import {
  type AnyReply,
  type CallOf,
  type Client,
  type ClientOptions,
  type CredentialsSource,
  connect,
  type Grant,
  isSuccessBody,
  type Judgement,
  judge,
  judgeRefreshReply,
  type LoginOptions,
  type LoginOutcome,
  logIn,
  openClient,
  openSession,
  type RefreshableApi,
  renew,
  type Session,
  type SessionOptions,
  type Token,
} from "../../src/runtime.ts";
import type { components, paths } from "./schema.ts";

export type { paths };

/** What `POST /v1/api/auth/login` logs in with. */
export interface Credentials {
  /** Id of the user. */
  user: string;
  /** Password of the user. */
  password: string;
}

/** The reply to a login that succeeded. */
export type LoginReply = components["schemas"]["LoginSuccess"];
/** The reply to a refresh that succeeded. */
export type RefreshReply = components["schemas"]["RefreshSuccess"];

type LoginCall = CallOf<paths, "/v1/api/auth/login", "post">;

type RefreshCall = CallOf<paths, "/v1/api/auth/refresh", "post">;

/** The login of "Login with refresh tokens", as its document has it. */
const api: RefreshableApi<Credentials> = {
  name: "refresh-login",
  credentials: { user: { type: "string" }, password: { type: "string", secret: true } },
  header: { name: "Authorization", scheme: "Bearer" },
  rejection: [{ status: 401 }],
  login: {
    request: ({ user, password }): LoginCall => ({
      method: "POST",
      path: "/v1/api/auth/login",
      body: { user, password },
    }),
    success: [
      {
        status: "200",
        schema: {
          type: "object",
          required: ["code", "result"],
          properties: {
            code: { type: "integer", const: 0 },
            result: {
              type: "object",
              required: ["access_token"],
              properties: {
                token_type: { type: "string" },
                access_token: { type: "string", pattern: "^[!-~]+$" },
                access_token_expires_in: { type: "integer", minimum: 1, maximum: 31536000 },
                refresh_token: { type: "string", pattern: "^[!-~]+$" },
                refresh_token_expires_in: { type: "integer", minimum: 1, maximum: 31536000 },
              },
            },
            redirect: { type: "string" },
          },
        },
      },
    ],
    refusal: [{ type: "object", required: ["code"], properties: { code: { type: "integer", not: { const: 0 } } } }],
    token: "$response.body#/result/access_token",
    refreshToken: "$response.body#/result/refresh_token",
    ends: [{ in: "$response.body#/result/access_token_expires_in" }],
    refreshEnds: [{ in: "$response.body#/result/refresh_token_expires_in" }],
    code: "$response.body#/code",
  },
  refresh: {
    credentials: [],
    request: ({ refreshToken }): RefreshCall => ({
      method: "POST",
      path: "/v1/api/auth/refresh",
      body: { refresh_token: refreshToken },
    }),
    success: [
      {
        status: "200",
        schema: {
          type: "object",
          required: ["result"],
          properties: {
            result: {
              type: "object",
              required: ["code"],
              properties: {
                code: { type: "integer", const: 0 },
                desc: { type: "string" },
                token_type: { type: "string" },
                access_token: { type: "string", pattern: "^[!-~]+$" },
                access_token_expires_in: { type: "integer", minimum: 1, maximum: 31536000 },
                refresh_token: { type: "string", pattern: "^[!-~]+$" },
                refresh_token_expires_in: { type: "integer", minimum: 1, maximum: 31536000 },
              },
            },
          },
        },
      },
    ],
    refusal: [
      {
        type: "object",
        required: ["result"],
        properties: {
          result: { type: "object", required: ["code"], properties: { code: { type: "integer", not: { const: 0 } } } },
        },
      },
    ],
    token: "$response.body#/result/access_token",
    refreshToken: "$response.body#/result/refresh_token",
    ends: [{ in: "$response.body#/result/access_token_expires_in" }],
    refreshEnds: [{ in: "$response.body#/result/refresh_token_expires_in" }],
    code: "$response.body#/result/code",
    message: ["$response.body#/result/desc", "$response.body#/result/error"],
  },
};

/**
 * Logs in to "Login with refresh tokens", with one request, and resolves to what the service said. Rejects with a
 * `LoginError` if an option or a credential cannot be used, or if the service did not answer.
 */
export function login(
  credentials: Credentials,
  options: LoginOptions & { baseUrl: string },
): Promise<LoginOutcome<LoginReply>> {
  return logIn(api, credentials, options);
}

/**
 * Renews a token by its refresh token, with one request, and resolves to what the service said. A reply without a token
 * extends the one that was given, which then has no `expiresAt`. Rejects as `login` does.
 */
export function refresh(
  token: Token,
  options: LoginOptions & { baseUrl: string },
): Promise<LoginOutcome<RefreshReply>> {
  return renew(api, token, {}, options);
}

/**
 * Opens a session, which logs in when a token is needed, keeps it fresh and sends it; credentials may come from a
 * function, a vault's for example. Throws a `LoginError` if an option cannot be used.
 */
export function createSession(
  credentials: CredentialsSource<Credentials>,
  options: SessionOptions & { baseUrl: string },
): Session {
  return openSession(api, credentials, options);
}

/** Creates the typed client of "Login with refresh tokens". Throws a `LoginError` if an option cannot be used. */
export function createClient(options: ClientOptions & { baseUrl: string }): Client<paths> {
  return openClient<paths>(connect(api.host, options));
}

/** Whether the body of a reply to a login is that of a success. */
export function isLoginSuccess(reply: unknown): reply is LoginReply {
  return isSuccessBody(api.login, reply);
}

/**
 * Reads a reply to a login into a judgement, without a network. Throws `unexpected_reply` if it says nothing about the
 * login.
 */
export function judgeLogin(reply: AnyReply): Judgement<LoginReply> {
  return judge(api.login, reply);
}

/** As `judgeLogin`, for a refresh; a grant without a `value` extends the token held. */
export function judgeRefresh(reply: AnyReply): Judgement<RefreshReply, Grant> {
  return judgeRefreshReply(api.refresh, reply);
}
