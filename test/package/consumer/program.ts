import type { ClientOptions } from "login-apis";
import { createClient as createEsignonClient } from "login-apis/esignon";
import { createClient as createHeaderLoginClient } from "login-apis/header-login";
import { createClient as createOneboxClient } from "login-apis/onebox";
import esignon from "login-apis/openapi/esignon.json" with { type: "json" };
import headerLogin from "login-apis/openapi/header-login.json" with { type: "json" };
import onebox from "login-apis/openapi/onebox.json" with { type: "json" };
import refreshLogin from "login-apis/openapi/refresh-login.json" with { type: "json" };
import { createClient as createRefreshLoginClient, type paths } from "login-apis/refresh-login";

/** The documents that the package brings, by the name of their API. */
export const documents = { esignon, "header-login": headerLogin, onebox, "refresh-login": refreshLogin };

type RefreshRequest = paths["/v1/api/auth/refresh"]["post"]["requestBody"]["content"]["application/json"];

/** What each operation answers, by its API and operationId. */
export async function callEveryOperation(baseUrl: string): Promise<Record<string, unknown>> {
  const options: ClientOptions & { baseUrl: string } = { baseUrl };
  const esignonReply = await createEsignonClient(options).POST("/api/{companyId}/login", {
    params: { path: { companyId: "acme" } },
    body: {
      header: { request_code: "1001Q" },
      body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
    },
  });
  const headerLoginReply = await createHeaderLoginClient(options).GET("/login", {
    params: { header: { "User-Name": "user_test", Password: "password_test" } },
  });
  const oneboxReply = await createOneboxClient(options).POST("/api/authenticate", {
    body: { email: "userdemo@gmail.com", password: "userdemo", siteId: 123 },
  });
  const refreshLoginClient = createRefreshLoginClient(options);
  const login = await refreshLoginClient.POST("/v1/api/auth/login", {
    body: { user: "user-1", password: "correct-password" },
  });
  const body: RefreshRequest = {};
  if (login.data && "result" in login.data) body.refresh_token = login.data.result.refresh_token ?? "";
  const refresh = await refreshLoginClient.POST("/v1/api/auth/refresh", { body });
  return {
    "esignon login": esignonReply.data,
    "header-login login": headerLoginReply.data,
    "onebox login": oneboxReply.data,
    "refresh-login login": login.data,
    "refresh-login refresh": refresh.data,
  };
}
