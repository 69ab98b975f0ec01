import * as esignon from "../../src/apis/esignon.ts";
import * as headerLogin from "../../src/apis/header-login.ts";
import * as onebox from "../../src/apis/onebox.ts";
import * as refreshLogin from "../../src/apis/refresh-login.ts";

const baseUrl = "https://example.org";
const clients = {
  esignon: esignon.createClient(),
  headerLogin: headerLogin.createClient({ baseUrl }),
  onebox: onebox.createClient({}),
  refreshLogin: refreshLogin.createClient({ baseUrl }),
};

/** Never called: what is shown here is what compiles, and what does not. */
export function credentials(): void {
  esignon.login(clients.esignon, { companyId: "acme", email: "member@example.com", password: "p" });
  headerLogin.login(clients.headerLogin, { userName: "user_test", password: "p" });
  onebox.login(clients.onebox, { email: "userdemo@example.com", password: "p", siteId: 123 });
  onebox.login(clients.onebox, { email: "userdemo@example.com", password: "p", siteId: "123" });
  refreshLogin.login(clients.refreshLogin, { user: "user-1", password: "p" }, { signal: AbortSignal.timeout(1) });

  // @ts-expect-error the company is missing
  esignon.login(clients.esignon, { email: "member@example.com", password: "p" });
  // @ts-expect-error misspelt
  esignon.login(clients.esignon, { companyID: "acme", email: "member@example.com", password: "p" });
  // @ts-expect-error one too many
  esignon.login(clients.esignon, { companyId: "acme", email: "member@example.com", password: "p", userName: "u" });
  // @ts-expect-error no text
  esignon.login(clients.esignon, { companyId: 7, email: "member@example.com", password: "p" });
  // @ts-expect-error misspelt
  headerLogin.login(clients.headerLogin, { username: "user_test", password: "p" });
  // @ts-expect-error may be absent
  headerLogin.login(clients.headerLogin, { userName: "user_test", password: process.env.PASSWORD });
  // @ts-expect-error misspelt
  onebox.login(clients.onebox, { email: "userdemo@example.com", password: "p", siteID: 123 });
  // @ts-expect-error neither number nor text
  onebox.login(clients.onebox, { email: "userdemo@example.com", password: "p", siteId: null });
  // @ts-expect-error another API's
  refreshLogin.login(clients.refreshLogin, { userName: "user-1", password: "p" });
  // @ts-expect-error no credentials
  refreshLogin.login(clients.refreshLogin);
  // @ts-expect-error misspelt
  refreshLogin.login(clients.refreshLogin, { user: "user-1", password: "p" }, { signl: AbortSignal.timeout(1) });
  // @ts-expect-error a login settles no deadline of its own
  refreshLogin.login(clients.refreshLogin, { user: "user-1", password: "p" }, { timeout: 1 });
  // @ts-expect-error the token itself, not its text
  refreshLogin.refresh(clients.refreshLogin, "refresh-token");
}

export function clientsOfOtherApis(): void {
  const credentials = {
    companyId: "acme",
    email: "member@example.com",
    password: "p",
    userName: "u",
    user: "u",
    siteId: 1,
  };
  esignon.login(clients.esignon, credentials);
  // @ts-expect-error a client of another API
  esignon.login(clients.onebox, credentials);
  // @ts-expect-error a client of another API
  headerLogin.login(clients.refreshLogin, credentials);
  // @ts-expect-error a client of another API
  onebox.login(clients.headerLogin, credentials);
  // @ts-expect-error a client of another API
  refreshLogin.login(clients.esignon, credentials);
  // @ts-expect-error a client of nobody's making
  refreshLogin.login({ POST: clients.refreshLogin.POST }, credentials);
  // @ts-expect-error a client of another API
  refreshLogin.refresh(clients.onebox, { value: "v", header: { name: "n", value: "v" }, refresh: { value: "r" } });
}

export function options(): void {
  const fetch = globalThis.fetch;
  esignon.createClient({ baseUrl, timeout: 1000, fetch, headers: { Prefer: "code=200" } });
  headerLogin.createClient({ baseUrl, allowInsecureHttp: true });

  // @ts-expect-error header-login has no public host
  headerLogin.createClient();
  // @ts-expect-error refresh-login has no public host
  refreshLogin.createClient({ timeout: 1000 });
  // @ts-expect-error it may be absent
  refreshLogin.createClient({ baseUrl: process.env.LOGIN_URL });
  // @ts-expect-error misspelt
  esignon.createClient({ baseURL: baseUrl });
  // @ts-expect-error text
  esignon.createClient({ timeout: "1000" });
  // @ts-expect-error nobody may have redirects followed
  onebox.createClient({ redirect: "follow" });
}

export function rawCalls(): void {
  const esignonCall = {
    params: { path: { companyId: "acme" } },
    body: { header: { request_code: "1001Q" as const }, body: { memb_email: "m@example.com", memb_pwd: "p" } },
  };
  const path = "/api/{companyId}/login";
  clients.esignon.POST(path, esignonCall);
  clients.esignon.POST(path, { ...esignonCall, headers: { "X-Trace": "1" }, signal: AbortSignal.timeout(1) });
  clients.headerLogin.GET("/login", { params: { header: { "User-Name": "u", Password: "p" } } });
  clients.onebox.POST("/api/authenticate", { body: { email: "e", password: "p", siteId: 1 } });
  clients.refreshLogin.POST("/v1/api/auth/login", { body: { user: "u", password: "p" } });
  clients.refreshLogin.POST("/v1/api/auth/refresh", { body: { refresh_token: "r" } });

  // @ts-expect-error settled when the client is created
  clients.esignon.POST(path, { ...esignonCall, fetch: globalThis.fetch });
  // @ts-expect-error settled when the client is created
  clients.esignon.POST(path, { ...esignonCall, baseUrl });
  // @ts-expect-error settled when the client is created
  clients.esignon.POST(path, { ...esignonCall, redirect: "follow" });
  // @ts-expect-error settled when the client is created
  clients.esignon.POST(path, { ...esignonCall, Request });
  // @ts-expect-error settled when the client is created
  clients.esignon.POST(path, { ...esignonCall, pathSerializer: () => "/login" });
  const params = { header: { "User-Name": "u", Password: "p" } };
  // @ts-expect-error settled when the client is created
  clients.headerLogin.GET("/login", { params, fetch: globalThis.fetch });
  // @ts-expect-error settled when the client is created
  clients.onebox.POST("/api/authenticate", { body: { email: "e", password: "p", siteId: 1 }, redirect: "follow" });
  // @ts-expect-error settled when the client is created
  clients.refreshLogin.POST("/v1/api/auth/refresh", { body: {}, baseUrl });

  // @ts-expect-error no such path
  clients.esignon.POST("/api/login", esignonCall);
  // @ts-expect-error no such method there
  clients.headerLogin.POST("/login", {});
  // @ts-expect-error the path's parameter is missing
  clients.esignon.POST(path, { body: esignonCall.body });
  // @ts-expect-error the headers are missing
  clients.headerLogin.GET("/login");
  // @ts-expect-error misspelt
  clients.headerLogin.GET("/login", { params: { header: { "User-Name": "u", Pasword: "p" } } });
  // @ts-expect-error the body is misspelt
  clients.onebox.POST("/api/authenticate", { body: { email: "e", password: "p", siteid: 1 } });
}
