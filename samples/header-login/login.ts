import { createClient, login } from "login-apis/header-login";

// The mock, in place of your installation
const client = createClient({ baseUrl: "http://127.0.0.1:4010" });
const outcome = await login(client, {
  userName: "user_test",
  password: "password_test",
});

if (outcome.ok) {
  // Ready to send with every other call: outcome.token.header
  console.log(`Logged in. Every other call carries ${outcome.token.header.name}.`);
} else {
  console.error(`${outcome.reason} (${outcome.code}): ${outcome.message}`);
}
