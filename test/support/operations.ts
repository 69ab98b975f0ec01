import type { CallOptions } from "../../src/adapter.ts";
import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";
import type { ClientOptions } from "../../src/connection.ts";
import type { LoginOutcome, Reply, Token } from "../../src/outcome.ts";

/** One of the five operations, in the form that all have in common, so that one test can be run for each. */
export interface Operation {
  name: string;
  api: string;
  operationId: "login" | "refresh";
  method: Method;
  path: string;
  /** The body of a reply that grants `token`. */
  success(token: string): unknown;
  /** What the adapter reads a reply into, whatever it grants. */
  judge(reply: Reply): { ok: boolean; reply: unknown };
  /** A client, to call the operation by; `secret` is the password, or the refresh token. */
  open(options: ClientOptions & { baseUrl: string }, secret?: string): Caller;
}

export interface Caller {
  client: RawClient;
  /** What the operation needs, as the client's own method takes it. */
  init: object;
  /** Calls by `login` or `refresh`. */
  call(options?: CallOptions): Promise<LoginOutcome<unknown>>;
  /** Calls by the client's own method, with `init` on top of what the operation needs. */
  raw(init?: object): Promise<RawResult>;
}

export interface RawResult {
  data?: unknown;
  error?: unknown;
  response: Response;
}

type Method = "GET" | "POST";

/** A client without the types that keep a caller from mistakes. */
export type RawClient = Record<Method, (path: string, init?: object) => Promise<RawResult>> &
  Pick<ReturnType<typeof esignon.createClient>, "use" | "eject">;

interface Described<Client, Argument> extends Omit<Operation, "open"> {
  createClient(options: ClientOptions & { baseUrl: string }): Client;
  call(client: Client, argument: Argument, options?: CallOptions): Promise<LoginOutcome<unknown>>;
  argument(secret: string): Argument;
  /** What the client's own method takes to send the same. */
  init(secret: string): object;
}

function operation<Client, Argument>({
  createClient,
  call,
  argument,
  init: initOf,
  ...described
}: Described<Client, Argument>): Operation {
  const { method, path } = described;
  return {
    ...described,
    open(options, secret = "correct-password") {
      const client = createClient(options);
      const raw = client as unknown as RawClient;
      const init = initOf(secret);
      return {
        client: raw,
        init,
        call: (callOptions) => call(client, argument(secret), callOptions),
        raw: (more) => raw[method](path, { ...init, ...more }),
      };
    },
  };
}

/** A token as `login` of refresh-login gives it. */
export const refreshable = (refreshToken: string): Token => ({
  value: "held-access-token",
  header: { name: "Authorization", value: "Bearer held-access-token" },
  refresh: { value: refreshToken },
});

export const esignonLogin: Operation = operation({
  name: "esignon login",
  operationId: "login",
  api: "esignon",
  method: "POST",
  path: "/api/{companyId}/login",
  createClient: esignon.createClient,
  call: esignon.login,
  argument: (password) => ({ companyId: "acme", email: "member@example.com", password }),
  init: (password) => ({
    params: { path: { companyId: "acme" } },
    body: { header: { request_code: "1001Q" }, body: { memb_email: "member@example.com", memb_pwd: password } },
  }),
  judge: esignon.judgeLogin,
  success: (token) => ({ header: { result_code: "00" }, body: { access_token: token } }),
});

export const headerLoginLogin: Operation = operation({
  name: "header-login login",
  operationId: "login",
  api: "header-login",
  method: "GET",
  path: "/login",
  createClient: headerLogin.createClient,
  call: headerLogin.login,
  argument: (password) => ({ userName: "user_test", password }),
  init: (password) => ({ params: { header: { "User-Name": "user_test", Password: password } } }),
  judge: headerLogin.judgeLogin,
  success: (token) => ({ status: "ok", code: 200, token }),
});

export const oneboxLogin: Operation = operation({
  name: "onebox login",
  operationId: "login",
  api: "onebox",
  method: "POST",
  path: "/api/authenticate",
  createClient: onebox.createClient,
  call: onebox.login,
  argument: (password) => ({ email: "userdemo@example.com", password, siteId: 1691 }),
  init: (password) => ({ body: { email: "userdemo@example.com", password, siteId: 1691 } }),
  judge: onebox.judgeLogin,
  success: (token) => ({ response_code: "200", response_status: "Success", token }),
});

export const refreshLoginLogin: Operation = operation({
  name: "refresh-login login",
  operationId: "login",
  api: "refresh-login",
  method: "POST",
  path: "/v1/api/auth/login",
  createClient: refreshLogin.createClient,
  call: refreshLogin.login,
  argument: (password) => ({ user: "user-1", password }),
  init: (password) => ({ body: { user: "user-1", password } }),
  judge: refreshLogin.judgeLogin,
  success: (token) => ({ code: 0, result: { access_token: token, access_token_expires_in: 1800 } }),
});

export const refreshLoginRefresh: Operation = operation({
  name: "refresh-login refresh",
  operationId: "refresh",
  api: "refresh-login",
  method: "POST",
  path: "/v1/api/auth/refresh",
  createClient: refreshLogin.createClient,
  call: refreshLogin.refresh,
  argument: refreshable,
  init: (token) => ({ body: { refresh_token: token } }),
  judge: refreshLogin.judgeRefresh,
  success: (token) => ({ result: { code: 0, access_token: token, access_token_expires_in: 1800 } }),
});

export const operations: Operation[] = [
  esignonLogin,
  headerLoginLogin,
  oneboxLogin,
  refreshLoginLogin,
  refreshLoginRefresh,
];
