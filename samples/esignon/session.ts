import { createSession } from "login-apis/esignon";

const password = process.env.ESIGNON_PASSWORD;
if (!password) throw new Error("Set ESIGNON_PASSWORD.");

const session = createSession(
  { companyId: "acme", email: "member@example.com", password },
  { baseUrl: "http://127.0.0.1:4010" },
);

const reply = await session.fetch("/protected/esignon");
console.log(`HTTP ${reply.status}`);
