import { createSession } from "../../dist/src/apis/esignon.js";

const session = createSession({ companyId: "acme", email: "member@example.com", password: "correct-password" });

export async function logIn(): Promise<unknown> {
  return session.token();
}
