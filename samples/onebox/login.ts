import { login } from "login-apis/onebox";

const baseUrl = "http://127.0.0.1:4010";
const outcome = await login({ email: "userdemo@gmail.com", password: "userdemo", siteId: 123 }, { baseUrl });

if (outcome.ok) {
  console.log(`Logged in. Every other call carries ${outcome.token.header.name}.`);
} else {
  console.error(`${outcome.reason} (${outcome.code}): ${outcome.message}`);
}
