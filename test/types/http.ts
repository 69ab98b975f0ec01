import ky from "ky";
import type { fetch as undiciFetch } from "undici-types";
import { buildRequest, type CallOf, form } from "../../src/http/call.ts";
import { createClient } from "../../src/http/client.ts";
import { connect, type Fetch } from "../../src/http/options.ts";
import type { paths } from "../http/paths.ts";

const connection = connect("https://example.org");
type Login = CallOf<paths, "/{company}/login", "post">;
type Token = CallOf<paths, "/token", "post">;

/** Never called: what is shown here is what compiles, and what does not. */
export function calls(site: number | undefined, scope: string[] | undefined): void {
  const params = {
    path: { company: "acme" },
    query: { lang: "en", scope },
    header: { "User-Name": "u", "X-Site": site },
  };
  const body = { user: { name: "u", site } };
  const login: Login = { method: "POST", path: "/{company}/login", params, body };
  buildRequest(connection, login);
  const header = { ...params.header, Authorization: "Basic Og==" };
  buildRequest(connection, { ...login, params: { ...params, header } });
  const token: Token = {
    method: "POST",
    path: "/token",
    params: { header: { Authorization: "Basic Og==" } },
    contentType: form,
    body: { grant_type: "password", username: "u", scope },
  };
  buildRequest(connection, token);
  const either: CallOf<paths, "/either", "put">[] = [
    { method: "PUT", path: "/either", params: { query: { dry: true } } },
    { method: "PUT", path: "/either", body: { a: "a" } },
    { method: "PUT", path: "/either", body: { b: "b" }, contentType: form },
  ];
  for (const call of either) buildRequest(connection, call);
  const get: CallOf<paths, "/either", "get"> = { method: "GET", path: "/either" };
  buildRequest(connection, get);

  // @ts-expect-error a path that the document does not have
  const renamedPath: CallOf<paths, "/{tenant}/login", "post"> | undefined = undefined;
  // @ts-expect-error a method that the path does not have
  const otherMethod: CallOf<paths, "/token", "get"> = { method: "GET", path: "/token" };
  // @ts-expect-error a member of the body is called otherwise
  const renamedMember: Login = { ...login, body: { user: { username: "u" } } };
  // @ts-expect-error a member of the body has another type
  const otherType: Login = { ...login, body: { user: { name: 7 } } };
  // @ts-expect-error a required member may be undefined
  const maybeMissing: Login = { ...login, body: { user: { name: process.env.NAME } } };
  // @ts-expect-error a required member is missing
  const missingMember: Token = { ...token, body: { grant_type: "password" } };
  // @ts-expect-error a constant is another
  const otherConstant: Token = { ...token, body: { grant_type: "refresh_token", username: "u" } };
  // @ts-expect-error a header is called otherwise
  const renamedHeader: Login = { ...login, params: { ...params, header: { UserName: "u" } } };
  // @ts-expect-error a path parameter is called otherwise
  const renamedParameter: Login = { ...login, params: { ...params, path: { companyId: "acme" } } };
  // @ts-expect-error a query parameter is called otherwise
  const renamedQuery: Login = { ...login, params: { ...params, query: { language: "en" } } };
  // @ts-expect-error a parameter that the operation does not have
  const strayParameter: Token = { ...token, params: { path: { company: "acme" } } };
  // @ts-expect-error a form does not say that it is one
  const jsonForForm: Token = { method: "POST", path: "/token", body: { grant_type: "password", username: "u" } };
  // @ts-expect-error the body of the one content type under the other
  const mixed: CallOf<paths, "/either", "put"> = {
    method: "PUT",
    path: "/either",
    body: { a: "a" },
    contentType: form,
  };
  // @ts-expect-error a body where there is none
  const strayBody: CallOf<paths, "/either", "get"> = { method: "GET", path: "/either", body: {} };
  for (const call of [renamedPath, otherMethod, renamedMember, otherType, maybeMissing, missingMember]) void call;
  for (const call of [otherConstant, renamedHeader, renamedParameter, renamedQuery, strayParameter]) void call;
  for (const call of [jsonForForm, mixed, strayBody]) void call;
}

/** Any function that fetches is a `fetch`, and what it is called with suits every one. */
export function fetches(undici: typeof undiciFetch, platform: typeof globalThis.fetch): Fetch[] {
  connect(undefined, { fetch: undici, baseUrl: "https://example.org" });
  // @ts-expect-error misspelt
  connect(undefined, { baseURL: "https://example.org" });
  // @ts-expect-error no function
  connect(undefined, { fetch: "fetch" });
  return [
    undici,
    platform,
    ky,
    (url, init) => platform(url, init),
    (url, init) => undici(url, { ...init, dispatcher: undefined as never }),
    async () => new Response(),
    (url: string | URL | Request, options?: { method?: string; retry?: number; signal?: AbortSignal | null }) =>
      platform(url, options),
    // @ts-expect-error gives text
    async () => "token",
    // @ts-expect-error takes a Request only
    (request: Request) => platform(request),
  ];
}

export async function client(): Promise<void> {
  const typed = createClient<paths>(connection, ["POST /token"]);
  const params = { path: { company: "acme" }, query: { lang: "en" }, header: { "User-Name": "u" } };
  const init = { params, body: { user: { name: "u" } } };
  const { data, error } = await typed.POST("/{company}/login", { ...init, headers: { "X-A": "1" } });
  (data?.token ?? "") satisfies string;
  (error?.code ?? 0) satisfies number;
  await typed.POST("/token", { body: { grant_type: "password", username: "u" } });
  await typed.GET("/either");

  // @ts-expect-error settled when the client is created
  await typed.POST("/{company}/login", { ...init, fetch: globalThis.fetch });
  // @ts-expect-error settled when the client is created
  await typed.POST("/{company}/login", { ...init, baseUrl: "https://example.org" });
  // @ts-expect-error settled when the client is created
  await typed.POST("/{company}/login", { ...init, redirect: "follow" });
  // @ts-expect-error settled when the client is created
  await typed.POST("/{company}/login", { ...init, Request });
  // @ts-expect-error settled when the client is created
  await typed.POST("/{company}/login", { ...init, pathSerializer: () => "/login" });
  // @ts-expect-error the path's parameter is missing
  await typed.POST("/{company}/login", { ...init, params: { ...params, path: {} } });
  // @ts-expect-error no such path
  await typed.POST("/login", init);
  // @ts-expect-error no such method there
  await typed.GET("/token");
}
