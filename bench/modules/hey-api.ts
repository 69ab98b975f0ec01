import { client } from "../.peers/hey-api/client.gen.ts";
import { login } from "../.peers/hey-api/sdk.gen.ts";

client.setConfig({ baseUrl: "https://docs.esignon.net", fetch: (request) => globalThis.fetch(request) });

export async function logIn(): Promise<unknown> {
  const { data } = await login({
    path: { companyId: "acme" },
    body: {
      header: { request_code: "1001Q" },
      body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
    },
  });
  return data;
}
