import type { IncomingHttpHeaders } from "node:http";
import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";
import type { Session, SessionOptions } from "../../src/session.ts";

export interface Answer {
  status: number;
  body: unknown;
}

/** What a login grants; lifetimes are in seconds. */
export interface Grants {
  lifetime: number;
  refreshLifetime?: number;
}

/** One of the four APIs as a service and a caller see it, so that one test can be run for each. */
export interface ApiUnderTest {
  name: string;
  loginPath: string;
  /** Milliseconds that its tokens last, as far as its replies or its page say so, of a login that grants 1,800 s. */
  lifetime: number | undefined;
  /** The `number`th token, and the body of the login reply that grants it. */
  success(number: number, grants: Grants): { token: string; body: unknown };
  wrongPassword: Answer;
  /** The answer to a call whose token is not good. */
  rejection: Answer;
  tokenIn(headers: IncomingHttpHeaders): string | undefined;
  open(options: SessionOptions & { baseUrl: string; password: string }): Session;
}

export const goodPassword = "correct-password";

export function sessionOf(
  api: ApiUnderTest,
  options: SessionOptions & { baseUrl: string; password?: string },
): Session {
  return api.open({ password: goodPassword, ...options });
}

const authorization =
  (scheme: string) =>
  ({ authorization = "" }: IncomingHttpHeaders) =>
    authorization.startsWith(`${scheme} `) ? authorization.slice(scheme.length + 1) : undefined;

export const esignonApi: ApiUnderTest = {
  name: "esignon",
  loginPath: "/api/acme/login",
  lifetime: undefined,
  success: (number) => {
    const token = `esignon-token-${number}`;
    return { token, body: { header: { result_code: "00" }, body: { access_token: token } } };
  },
  wrongPassword: { status: 200, body: { header: { result_code: "10", result_msg: "Your login is incorrect." } } },
  rejection: { status: 401, body: {} },
  tokenIn: authorization("esignon"),
  open: (options) => esignon.createSession({ companyId: "acme", email: "member@example.com", ...options }),
};

export const headerLoginApi: ApiUnderTest = {
  name: "header-login",
  loginPath: "/login",
  lifetime: 1_800_000,
  success: (number) => {
    const token = `header-login-token-${number}`;
    return { token, body: { status: "ok", code: 200, token } };
  },
  wrongPassword: { status: 401, body: { status: "error", code: 401, message: "User doesn't exists." } },
  rejection: { status: 200, body: { status: "ok", code: 498, message: "Token has expired." } },
  tokenIn: ({ token }) => token?.toString(),
  open: (options) => headerLogin.createSession({ userName: "user_test", ...options }),
};

/** A JWT that was issued long ago by the server's clock: only the difference of its instants counts. */
export function jwt(number: number, lifetime: number): string {
  const payload = { iat: 1_000_000_000, exp: 1_000_000_000 + lifetime, jti: String(number) };
  return ["{}", JSON.stringify(payload), `signature ${number}`]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

export const oneboxApi: ApiUnderTest = {
  name: "onebox",
  loginPath: "/api/authenticate",
  lifetime: 1_800_000,
  success: (number, { lifetime }) => {
    const token = jwt(number, lifetime);
    return { token, body: { response_code: "200", response_status: "Success", token } };
  },
  wrongPassword: {
    status: 401,
    body: { records: { errorCode: "401", userMessage: "you are not authorized to log into this site 1691" } },
  },
  rejection: { status: 401, body: { records: { errorCode: 401, userMessage: "Expired token" } } },
  tokenIn: authorization("Bearer"),
  open: (options) => onebox.createSession({ email: "userdemo@example.com", siteId: 1691, ...options }),
};

export const refreshLoginApi: ApiUnderTest = {
  name: "refresh-login",
  loginPath: "/v1/api/auth/login",
  lifetime: 1_800_000,
  success: (number, { lifetime, refreshLifetime }) => {
    const token = `refresh-login-token-${number}`;
    const refresh = refreshLifetime && {
      refresh_token: `refresh-token-${number}`,
      refresh_token_expires_in: refreshLifetime,
    };
    return {
      token,
      body: { code: 0, result: { access_token: token, access_token_expires_in: lifetime, ...refresh } },
    };
  },
  wrongPassword: { status: 200, body: { code: 1 } },
  rejection: { status: 401, body: {} },
  tokenIn: authorization("Bearer"),
  open: (options) => refreshLogin.createSession({ user: "user-1", ...options }),
};

export const apis: ApiUnderTest[] = [esignonApi, headerLoginApi, oneboxApi, refreshLoginApi];
