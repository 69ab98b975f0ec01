import * as esignon from "../../generated/esignon/index.ts";
import * as headerLogin from "../../generated/header-login/index.ts";
import * as onebox from "../../generated/onebox/index.ts";
import * as refreshLogin from "../../generated/refresh-login/index.ts";

const baseUrl = "https://example.org";
const clients = {
  esignon: esignon.createClient(),
  headerLogin: headerLogin.createClient({ baseUrl }),
  onebox: onebox.createClient({}),
  refreshLogin: refreshLogin.createClient({ baseUrl }),
};

/** Never called: what is shown here is what compiles, and what does not. */
export function credentials(): void {
  esignon.login({ companyId: "acme", email: "member@example.com", password: "p" });
  headerLogin.login({ userName: "user_test", password: "p" }, { baseUrl });
  onebox.login({ email: "userdemo@example.com", password: "p", siteId: 123 });
  refreshLogin.login({ user: "user-1", password: "p" }, { baseUrl, timeout: 1, signal: AbortSignal.timeout(1) });

  // @ts-expect-error the company is missing
  esignon.login({ email: "member@example.com", password: "p" });
  // @ts-expect-error misspelt
  esignon.login({ companyID: "acme", email: "member@example.com", password: "p" });
  // @ts-expect-error one too many
  esignon.login({ companyId: "acme", email: "member@example.com", password: "p", userName: "u" });
  // @ts-expect-error no text
  esignon.login({ companyId: 7, email: "member@example.com", password: "p" });
  // @ts-expect-error misspelt
  headerLogin.login({ username: "user_test", password: "p" }, { baseUrl });
  // @ts-expect-error may be absent
  headerLogin.login({ userName: "user_test", password: process.env.PASSWORD }, { baseUrl });
  // @ts-expect-error neither number nor text
  onebox.login({ email: "userdemo@example.com", password: "p", siteId: null });
  // @ts-expect-error another API's
  refreshLogin.login({ userName: "user-1", password: "p" }, { baseUrl });
  // @ts-expect-error no credentials
  esignon.login();
  // @ts-expect-error misspelt
  esignon.createSession({ companyId: "acme", email: "member@example.com", pasword: "p" });
  // @ts-expect-error the token itself, not its text
  refreshLogin.refresh("refresh-token", { baseUrl });
}

export function options(): void {
  const fetch = globalThis.fetch;
  const user = { user: "user-1", password: "p" };
  const token = { value: "v", header: { name: "n", value: "v" }, refresh: { value: "r" } };
  esignon.createClient({ baseUrl, timeout: 1000, fetch, headers: { Prefer: "code=200" } });
  headerLogin.createClient({ baseUrl, allowInsecureHttp: true });
  refreshLogin.createSession(user, { baseUrl, lifetime: 1000, clock: Date.now });

  // @ts-expect-error header-login has no public host
  headerLogin.createClient();
  // @ts-expect-error refresh-login has no public host
  refreshLogin.createClient({ timeout: 1000 });
  // @ts-expect-error nor has its login
  refreshLogin.login(user);
  // @ts-expect-error nor its session
  refreshLogin.createSession(user, {});
  // @ts-expect-error nor its refresh
  refreshLogin.refresh(token);
  // @ts-expect-error it may be absent
  refreshLogin.createClient({ baseUrl: process.env.LOGIN_URL });
  // @ts-expect-error misspelt
  esignon.createClient({ baseURL: baseUrl });
  // @ts-expect-error misspelt
  esignon.login({ companyId: "acme", email: "member@example.com", password: "p" }, { baseURL: baseUrl });
  // @ts-expect-error misspelt
  refreshLogin.login(user, { baseUrl, signl: AbortSignal.timeout(1) });
  // @ts-expect-error misspelt
  refreshLogin.createSession(user, { baseUrl, lifeTime: 1000 });
  // @ts-expect-error a session has no signal of its own
  refreshLogin.createSession(user, { baseUrl, signal: AbortSignal.timeout(1) });
  // @ts-expect-error text
  esignon.createClient({ timeout: "1000" });
  // @ts-expect-error nobody may have redirects followed
  onebox.createClient({ redirect: "follow" });
}

/** What is settled when a client is created is proved in http.ts; here, that each client is of its own document. */
export function rawCalls(): void {
  const path = "/api/{companyId}/login";
  const body = { header: { request_code: "1001Q" as const }, body: { memb_email: "m@example.com", memb_pwd: "p" } };
  clients.esignon.POST(path, { params: { path: { companyId: "acme" } }, body, headers: { "X-Trace": "1" } });
  clients.headerLogin.GET("/login", { params: { header: { "User-Name": "u", Password: "p" } } });
  clients.onebox.POST("/api/authenticate", { body: { email: "e", password: "p", siteId: 1 } });
  clients.refreshLogin.POST("/v1/api/auth/refresh", { body: { refresh_token: "r" } });

  // @ts-expect-error another API's path
  clients.onebox.POST(path, { params: { path: { companyId: "acme" } }, body });
  // @ts-expect-error no such method there
  clients.headerLogin.POST("/login", {});
  // @ts-expect-error the path's parameter is missing
  clients.esignon.POST(path, { body });
  // @ts-expect-error misspelt
  clients.headerLogin.GET("/login", { params: { header: { "User-Name": "u", Pasword: "p" } } });
  // @ts-expect-error the body is misspelt
  clients.onebox.POST("/api/authenticate", { body: { email: "e", password: "p", siteid: 1 } });
}
