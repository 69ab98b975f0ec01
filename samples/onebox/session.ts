import { createSession } from "login-apis/onebox";

const password = process.env.ONEBOX_PASSWORD;
if (!password) throw new Error("Set ONEBOX_PASSWORD.");

const session = createSession(
  { email: "userdemo@gmail.com", password, siteId: 123 },
  { baseUrl: "http://127.0.0.1:4010" },
);

const reply = await session.fetch("/protected/onebox");
console.log(`HTTP ${reply.status}`);
