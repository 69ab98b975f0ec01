import { createClient } from "../../dist/generated/esignon/index.js";

const client = createClient();

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
