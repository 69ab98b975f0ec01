import { login } from "../.peers/orval.ts";

export async function logIn(): Promise<unknown> {
  const { data } = await login("acme", {
    header: { request_code: "1001Q" },
    body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
  });
  return data;
}
