// Generated from openapi/onebox.yaml by `npm run generate`. Do not edit.

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

/** What `POST /api/authenticate` logs in with. */
export interface Credentials {
  /** E-mail address of the user. */
  email: string;
  /** Password of the user. */
  password: string;
  /** Id of the site that the token is for. */
  siteId: number | string;
}

/** The reply to a login that succeeded. */
export type LoginReply = components["schemas"]["LoginSuccess"];

type LoginCall = CallOf<paths, "/api/authenticate", "post">;

/** The login of "OneBox login", as its document has it. */
const api: Api<Credentials> = {
  name: "onebox",
  host: "https://cloud.onebox.co.id",
  credentials: {
    email: { type: "string" },
    password: { type: "string", secret: true },
    siteId: { type: ["integer", "string"] },
  },
  header: { name: "Authorization", scheme: "Bearer" },
  rejection: [{ status: 401, message: "time limit|quota", rejected: false }, { status: 401 }],
  login: {
    request: ({ email, password, siteId }): LoginCall => ({
      method: "POST",
      path: "/api/authenticate",
      body: { email, password, siteId },
    }),
    success: [
      {
        status: "200",
        schema: {
          type: "object",
          required: ["token"],
          properties: {
            response_code: { type: "string", const: "200" },
            response_status: { type: "string" },
            token: { type: "string", pattern: "^[!-~]+$" },
          },
        },
      },
    ],
    refusal: [
      {
        type: "object",
        required: ["records"],
        properties: {
          records: { type: "object", required: ["userMessage"], properties: { userMessage: { type: "string" } } },
        },
      },
    ],
    token: "$response.body#/token",
    ends: [{ jwt: true }],
    code: "$response.body#/records/errorCode",
    message: ["$response.body#/records/userMessage"],
    reasons: [
      { message: "time limit|quota", reason: "rate_limited" },
      { status: 401, message: "not authorized", reason: "invalid_credentials" },
    ],
    clientErrors: ["401"],
  },
};

/**
 * Logs in to "OneBox login", with one request, and resolves to what the service said. Rejects with a `LoginError` if an
 * option or a credential cannot be used, or if the service did not answer.
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

/** Creates the typed client of "OneBox login". Throws a `LoginError` if an option cannot be used. */
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
