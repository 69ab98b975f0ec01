import { login } from "../../dist/generated/esignon/index.js";

export async function logIn(): Promise<unknown> {
  return login({ companyId: "acme", email: "member@example.com", password: "correct-password" });
}
