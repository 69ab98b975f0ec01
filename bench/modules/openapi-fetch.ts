import createClient from "openapi-fetch";
import type { paths } from "../../generated/esignon/schema.ts";

// As a program would: the real `fetch` is looked up at the call.
const client = createClient<paths>({
  baseUrl: "https://docs.esignon.net",
  fetch: (request) => globalThis.fetch(request),
});

export async function logIn(): Promise<unknown> {
  const { data } = await client.POST("/api/{companyId}/login", {
    params: { path: { companyId: "acme" } },
    body: {
      header: { request_code: "1001Q" },
      body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
    },
  });
  return data;
}
