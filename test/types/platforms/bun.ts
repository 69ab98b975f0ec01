import { createClient, createSession, login } from "login-apis/esignon";

const credentials = { companyId: "acme", email: "member@example.com", password: "correct-password" };

/** Never called: what is shown here is what compiles under Bun's own types, and what does not. */
export async function calls(): Promise<unknown[]> {
  const fetches = [
    fetch,
    Bun.fetch,
    async () => new Response(),
    (url: string, init: RequestInit) => fetch(url, init),
    (input: URL | string, init?: BunFetchRequestInit) => Bun.fetch(input, { ...init, verbose: true }),
  ];
  const outcomes = await Promise.all(fetches.map((each) => login(credentials, { fetch: each })));
  const session = createSession(credentials, { fetch: Bun.fetch });
  const reply: Response = await session.fetch(new Request("https://docs.esignon.net/users"), { keepalive: true });
  const client = createClient({ fetch: async () => new Response() });
  // @ts-expect-error a text is no fetch
  createClient({ fetch: "fetch" });
  // @ts-expect-error nor is a function that gives no reply
  createClient({ fetch: async () => "reply" });
  return [outcomes, reply, client];
}
