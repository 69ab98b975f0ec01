import { createSession } from "login-apis/refresh-login";

const password = process.env.REFRESH_LOGIN_PASSWORD;
if (!password) throw new Error("Set REFRESH_LOGIN_PASSWORD.");

const session = createSession({ user: "user-1", password }, { baseUrl: "http://127.0.0.1:4010" });

const reply = await session.fetch("/protected/refresh-login");
console.log(`HTTP ${reply.status}`);
