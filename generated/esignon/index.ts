// Generated from openapi/esignon.yaml by `npm run generate`. Do not edit.

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

/** What `POST /api/{companyId}/login` logs in with. */
export interface Credentials {
  /** Id of the company. The English page marks it as required, the Japanese page marks nothing. */
  companyId: string;
  /** E-mail address of the user. */
  email: string;
  /** Password of the user. */
  password: string;
}

/** The reply to a login that succeeded. */
export type LoginReply = components["schemas"]["LoginSuccess"];

type LoginCall = CallOf<paths, "/api/{companyId}/login", "post">;

/** The login of "eSignon login", as its document has it. */
const api: Api<Credentials> = {
  name: "esignon",
  host: "https://docs.esignon.net",
  credentials: { companyId: { type: "string" }, email: { type: "string" }, password: { type: "string", secret: true } },
  header: { name: "Authorization", scheme: "esignon" },
  rejection: [{ status: 401 }],
  login: {
    request: ({ companyId, email, password }): LoginCall => ({
      method: "POST",
      path: "/api/{companyId}/login",
      params: { path: { companyId } },
      body: { header: { request_code: "1001Q" }, body: { memb_email: email, memb_pwd: password } },
    }),
    success: [
      {
        status: "200",
        schema: {
          type: "object",
          required: ["header", "body"],
          properties: {
            header: {
              type: "object",
              required: ["result_code"],
              properties: {
                response_code: { type: "string" },
                result_code: { type: "string", const: "00" },
                result_msg: { type: "string" },
                session_id: { type: "string" },
              },
            },
            body: {
              type: "object",
              required: ["access_token"],
              properties: {
                access_token: { type: "string", pattern: "^[!-~]+$" },
                comp_id: { type: "string" },
                device_id: { type: "string" },
                expire_date: { type: "string" },
                memb_email: { type: "string" },
              },
            },
          },
        },
      },
    ],
    refusal: [
      {
        type: "object",
        required: ["header"],
        properties: {
          header: {
            type: "object",
            required: ["result_code"],
            properties: { result_code: { type: "string", not: { enum: ["00"] } } },
          },
        },
      },
    ],
    token: "$response.body#/body/access_token",
    ends: [{ at: "$response.body#/body/expire_date" }],
    code: "$response.body#/header/result_code",
    message: ["$response.body#/header/result_msg"],
    reasons: [
      { code: "10", reason: "invalid_credentials" },
      { code: "12", reason: "invalid_request" },
      { code: "95", reason: "not_permitted" },
      { code: "99", reason: "server_error" },
    ],
  },
};

/**
 * Logs in to "eSignon login", with one request, and resolves to what the service said. Rejects with a `LoginError` if
 * an option or a credential cannot be used, or if the service did not answer.
 */
export function login(credentials: Credentials, options?: LoginOptions): Promise<LoginOutcome<LoginReply>> {
  return logIn(api, credentials, options);
}

/**
 * Opens a session, which logs in when a token is needed, keeps it fresh and sends it; credentials may come from a
 * function, a vault's for example. Throws a `LoginError` if an option cannot be used.
 */
export function createSession(credentials: CredentialsSource<Credentials>, options?: SessionOptions): Session {
  return openSession(api, credentials, options);
}

/** Creates the typed client of "eSignon login". Throws a `LoginError` if an option cannot be used. */
export function createClient(options?: ClientOptions): Client<paths> {
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
