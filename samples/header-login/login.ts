import { login } from "login-apis/header-login";

const baseUrl = "http://127.0.0.1:4010";
const outcome = await login({ userName: "user_test", password: "password_test" }, { baseUrl });

if (outcome.ok) {
  console.log(`Logged in. Every other call carries ${outcome.token.header.name}.`);
} else {
  console.error(`${outcome.reason} (${outcome.code}): ${outcome.message}`);
}
