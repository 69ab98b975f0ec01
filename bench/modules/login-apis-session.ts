import { createSession } from "../../dist/generated/esignon/index.js";

const session = createSession({ companyId: "acme", email: "member@example.com", password: "correct-password" });

export async function logIn(): Promise<unknown> {
  return session.token();
}
