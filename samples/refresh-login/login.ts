import { login } from "login-apis/refresh-login";

const baseUrl = "http://127.0.0.1:4010";
const outcome = await login({ user: "user-1", password: "correct-password" }, { baseUrl });

if (outcome.ok) {
  console.log(`Logged in. Every other call carries ${outcome.token.header.name}.`);
} else {
  console.error(`${outcome.reason} (${outcome.code}): ${outcome.message}`);
}
