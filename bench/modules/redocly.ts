import { login } from "../.peers/redocly.ts";

export async function logIn(): Promise<unknown> {
  return login({
    path: { companyId: "acme" },
    body: {
      header: { request_code: "1001Q" },
      body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
    },
  });
}
