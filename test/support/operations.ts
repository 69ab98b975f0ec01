import type { CallOptions } from "../../src/adapter.ts";
import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";
import type { Call, ClientOptions } from "../../src/client.ts";
import type { LoginOutcome, Reply, Token } from "../../src/outcome.ts";

/** One of the five operations, in the form that all have in common, so that one test can be run for each. */
export interface Operation {
  name: string;
  api: string;
  operationId: "login" | "refresh";
  method: Call["method"];
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

type Method = (path: string, init?: object) => Promise<RawResult>;

/** A client without the types that keep a caller from mistakes. */
export type RawClient = Record<Call["method"], Method> & Pick<ReturnType<typeof esignon.createClient>, "use" | "eject">;

interface Described<Client, Argument> extends Omit<Operation, "open" | "api" | "method" | "path"> {
  module: { createClient(options: ClientOptions & { baseUrl: string }): Client; adapter: { api: string } };
  call(client: Client, argument: Argument, options?: CallOptions): Promise<LoginOutcome<unknown>>;
  argument(secret: string): Argument;
  request(argument: Argument): Call;
}

function operation<Client, Argument>({
  module,
  call,
  argument,
  request,
  ...described
}: Described<Client, Argument>): Operation {
  const { method, path } = request(argument("any"));
  return {
    ...described,
    api: module.adapter.api,
    method,
    path,
    open(options, secret = "correct-password") {
      const client = module.createClient(options);
      const raw = client as unknown as RawClient;
      const { method: _, path: __, ...init } = request(argument(secret));
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
  module: esignon,
  call: esignon.login,
  argument: (password) => ({ companyId: "acme", email: "member@example.com", password }),
  request: esignon.adapter.request,
  judge: esignon.adapter.judge,
  success: (token) => ({ header: { result_code: "00" }, body: { access_token: token } }),
});

export const headerLoginLogin: Operation = operation({
  name: "header-login login",
  operationId: "login",
  module: headerLogin,
  call: headerLogin.login,
  argument: (password) => ({ userName: "user_test", password }),
  request: headerLogin.adapter.request,
  judge: headerLogin.adapter.judge,
  success: (token) => ({ status: "ok", code: 200, token }),
});

export const oneboxLogin: Operation = operation({
  name: "onebox login",
  operationId: "login",
  module: onebox,
  call: onebox.login,
  argument: (password) => ({ email: "userdemo@example.com", password, siteId: 1691 }),
  request: onebox.adapter.request,
  judge: onebox.adapter.judge,
  success: (token) => ({ response_code: "200", response_status: "Success", token }),
});

export const refreshLoginLogin: Operation = operation({
  name: "refresh-login login",
  operationId: "login",
  module: refreshLogin,
  call: refreshLogin.login,
  argument: (password) => ({ user: "user-1", password }),
  request: refreshLogin.adapter.request,
  judge: refreshLogin.adapter.judge,
  success: (token) => ({ code: 0, result: { access_token: token, access_token_expires_in: 1800 } }),
});

export const refreshLoginRefresh: Operation = operation({
  name: "refresh-login refresh",
  operationId: "refresh",
  module: refreshLogin,
  call: refreshLogin.refresh,
  argument: refreshable,
  request: (token) => refreshLogin.adapter.refreshRequest(token.refresh?.value ?? ""),
  judge: refreshLogin.adapter.judgeRefresh,
  success: (token) => ({ result: { code: 0, access_token: token, access_token_expires_in: 1800 } }),
});

export const operations: Operation[] = [
  esignonLogin,
  headerLoginLogin,
  oneboxLogin,
  refreshLoginLogin,
  refreshLoginRefresh,
];
