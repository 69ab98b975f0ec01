import { createClient, login } from "../../dist/src/apis/esignon.js";

const client = createClient();

export async function logIn(): Promise<unknown> {
  return login(client, { companyId: "acme", email: "member@example.com", password: "correct-password" });
}
