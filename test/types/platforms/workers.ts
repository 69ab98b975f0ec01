import { createClient, createSession, login } from "login-apis/esignon";

interface Environment {
  GATEWAY: Fetcher;
  PASSWORD: string;
}

export default {
  async fetch(request, { GATEWAY, PASSWORD }, context) {
    const credentials = { companyId: "acme", email: "member@example.com", password: PASSWORD };
    const fetches = [
      fetch,
      async () => new Response(),
      (url: string, init: RequestInit) => GATEWAY.fetch(url, init),
      (input: RequestInfo, init?: RequestInit<RequestInitCfProperties>) =>
        fetch(input, { ...init, cf: { cacheTtl: 0 } }),
    ];
    const outcomes = await Promise.all(fetches.map((each) => login(credentials, { fetch: each })));
    const client = createClient({ fetch: GATEWAY.fetch.bind(GATEWAY) });
    // @ts-expect-error a text is no fetch
    createClient({ fetch: "fetch" });
    // @ts-expect-error nor is a function that gives no reply
    createClient({ fetch: async () => "reply" });
    const session = createSession(credentials, { fetch, waitUntil: (work) => context.waitUntil(work) });
    const reply = await session.fetch(request, { cf: { cacheTtl: 0 } });
    return outcomes.some(({ ok }) => ok) ? reply : Response.json(Object.keys(client));
  },
} satisfies ExportedHandler<Environment>;
