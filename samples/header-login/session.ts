import { createSession } from "login-apis/header-login";

const password = process.env.HEADER_LOGIN_PASSWORD;
if (!password) throw new Error("Set HEADER_LOGIN_PASSWORD.");

const session = createSession({ userName: "user_test", password }, { baseUrl: "http://127.0.0.1:4010" });

const reply = await session.fetch("/protected/header-login");
console.log(`HTTP ${reply.status}`);
