// Generated from openapi/header-login.yaml by `npm run generate`. Do not edit.

import {
  type AnyReply,
  type Api,
  type CallOf,
  type Client,
  type ClientOptions,
  type CredentialsSource,
  connect,
  isSuccessBody,
  type Judgement,
  judge,
  type LoginOptions,
  type LoginOutcome,
  logIn,
  openClient,
  openSession,
  type Session,
  type SessionOptions,
} from "../../src/runtime.ts";
import type { components, paths } from "./schema.ts";

export type { paths };

/** What `GET /login` logs in with. */
export interface Credentials {
  /** Your user name. */
  userName: string;
  /** Your password. */
  password: string;
}

/** The reply to a login that succeeded. */
export type LoginReply = components["schemas"]["LoginSuccess"];

type LoginCall = CallOf<paths, "/login", "get">;

/** The login of "Header login", as its document has it. */
const api: Api<Credentials> = {
  name: "header-login",
  credentials: { userName: { type: "string" }, password: { type: "string", secret: true } },
  header: { name: "Token" },
  rejection: [
    { status: 401 },
    { status: 498 },
    {
      status: 200,
      code: "401",
      schema: {
        type: "object",
        required: ["status", "code"],
        properties: {
          status: { type: "string", const: "error" },
          code: { type: "integer", not: { enum: [200] } },
          message: { type: "string" },
        },
        additionalProperties: false,
      },
    },
    {
      status: 200,
      code: "498",
      schema: {
        type: "object",
        required: ["status", "code"],
        properties: {
          status: { type: "string", const: "ok" },
          code: { type: "integer", const: 498 },
          message: { type: "string" },
        },
        additionalProperties: false,
      },
    },
  ],
  login: {
    request: ({ userName, password }): LoginCall => ({
      method: "GET",
      path: "/login",
      params: { header: { "User-Name": userName, Password: password } },
    }),
    success: [
      {
        status: "200",
        schema: {
          type: "object",
          required: ["status", "code", "token"],
          properties: {
            status: { type: "string", const: "ok" },
            code: { type: "integer", const: 200 },
            token: { type: "string", pattern: "^[!-~]+$" },
          },
        },
      },
    ],
    refusal: [
      {
        type: "object",
        required: ["status", "code"],
        properties: { status: { type: "string", const: "error" }, code: { type: "integer", not: { enum: [200] } } },
      },
      {
        type: "object",
        required: ["status", "code"],
        properties: { status: { type: "string", const: "ok" }, code: { type: "integer", const: 498 } },
      },
    ],
    token: "$response.body#/token",
    ends: [{ in: 1800 }],
    code: "$response.body#/code",
    message: ["$response.body#/message"],
    reasons: [
      { code: "401", reason: "invalid_credentials" },
      { code: "402", reason: "invalid_request" },
      { code: "404", reason: "not_found" },
    ],
    clientErrors: ["401", "402", "404", "498"],
  },
};

/**
 * Logs in to "Header login", with one request, and resolves to what the service said. Rejects with a `LoginError` if an
 * option or a credential cannot be used, or if the service did not answer.
 */
export function login(
  credentials: Credentials,
  options: LoginOptions & { baseUrl: string },
): Promise<LoginOutcome<LoginReply>> {
  return logIn(api, credentials, options);
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

/** Creates the typed client of "Header login". Throws a `LoginError` if an option cannot be used. */
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
