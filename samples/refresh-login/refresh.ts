import { login, refresh } from "login-apis/refresh-login";

const baseUrl = "http://127.0.0.1:4010";
const outcome = await login({ user: "user-1", password: "correct-password" }, { baseUrl });
if (!outcome.ok) throw new Error(`${outcome.reason} (${outcome.code}): ${outcome.message}`);

const renewed = await refresh(outcome.token, { baseUrl });
if (renewed.ok) {
  console.log(`Renewed. Every other call goes on with ${renewed.token.header.name}.`);
} else {
  console.error(`${renewed.reason} (${renewed.code}): ${renewed.message}`);
}
