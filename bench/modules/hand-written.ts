export async function logIn(): Promise<unknown> {
  const response = await fetch(`https://docs.esignon.net/api/${encodeURIComponent("acme")}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      header: { request_code: "1001Q" },
      body: { memb_email: "member@example.com", memb_pwd: "correct-password" },
    }),
  });
  return response.json();
}
