import * as esignon from "../../generated/esignon/index.ts";
import * as headerLogin from "../../generated/header-login/index.ts";
import * as onebox from "../../generated/onebox/index.ts";
import * as refreshLogin from "../../generated/refresh-login/index.ts";

/** Takes what must not compile, without running it. */
const unread = (_: () => unknown) => {};

/** Options for a client whose service answers with `body`. */
const answering = (body: unknown, status = 200) => ({
  baseUrl: "https://example.org",
  fetch: async () => Response.json(body, { status }),
});

export async function esignonSays(body: unknown): Promise<string> {
  const { data } = await esignon.createClient(answering(body)).POST("/api/{companyId}/login", {
    params: { path: { companyId: "acme" } },
    body: { header: { request_code: "1001Q" }, body: { memb_email: "member@example.com", memb_pwd: "p" } },
  });
  // @ts-expect-error a failure may have no token
  unread(() => data?.body.access_token);
  if (esignon.isLoginSuccess(data)) return data.body.access_token;
  // @ts-expect-error what the body of a failure holds is nowhere said
  unread((): string | undefined => data?.body?.access_token);
  const code: "10" | "12" | "95" | "99" | undefined = data?.header.result_code;
  return `refused with ${code}`;
}

export async function headerLoginSays(body: unknown): Promise<string> {
  const { data } = await headerLogin.createClient(answering(body)).GET("/login", {
    params: { header: { "User-Name": "user_test", Password: "p" } },
  });
  // @ts-expect-error a failure has no token
  unread(() => data?.token);
  if (headerLogin.isLoginSuccess(data)) return data.token;
  // @ts-expect-error what is no success has no token
  unread(() => data?.token);
  const code: 401 | 402 | 404 | 498 | undefined = data?.code;
  return `refused with ${code}`;
}

export async function oneboxSays(body: unknown, status = 200): Promise<string> {
  const { data, error } = await onebox.createClient(answering(body, status)).POST("/api/authenticate", {
    body: { email: "userdemo@example.com", password: "p", siteId: 1691 },
  });
  // @ts-expect-error there may be no reply to read
  unread(() => data.token);
  if (onebox.isLoginSuccess(data)) return data.token;
  const none: undefined = data;
  // @ts-expect-error the document knows of replies that it does not describe
  unread(() => error.records);
  const { records } = error as { records: { errorCode?: string | number } };
  return `refused with ${none ?? records.errorCode}`;
}

export async function refreshLoginSays(body: unknown): Promise<string> {
  const { data } = await refreshLogin.createClient(answering(body)).POST("/v1/api/auth/login", {
    body: { user: "user-1", password: "p" },
  });
  // @ts-expect-error a failure has no token
  unread(() => data?.result.access_token);
  if (refreshLogin.isLoginSuccess(data)) return data.result.access_token;
  // @ts-expect-error what is no success has no token
  unread(() => data?.result);
  const code: number | undefined = data?.code;
  return `refused with ${code}`;
}
