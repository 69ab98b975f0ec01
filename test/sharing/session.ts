import type { Api } from "../../src/login/contract.ts";
import { openSession, type Session, type SessionEvent, type SessionOptions } from "../../src/session/session.ts";

/** Tokens, refresh tokens that are renewed, and a refusal. */
const contract = {
  success: [{ status: "200", schema: { type: "object", required: ["token"] } }],
  refusal: [{ type: "object", required: ["error"] }],
  token: "$response.body#/token",
  refreshToken: "$response.body#/refresh",
  ends: [{ in: "$response.body#/in" }],
  code: "$response.body#/error",
  reasons: [{ code: "wrong", reason: "invalid_credentials" }],
} as const;

const api: Api<{ password: string }> = {
  name: "shared",
  credentials: { password: { type: "string", secret: true } },
  header: { name: "Authorization", scheme: "Bearer" },
  rejection: [{ status: 401 }],
  login: { ...contract, request: (body) => ({ method: "POST", path: "/login", body }) },
  refresh: {
    ...contract,
    credentials: [],
    request: ({ refreshToken }) => ({ method: "POST", path: "/refresh", body: { refreshToken } }),
  },
};

/** A session with the service of the rig, which tells what its store does. */
export function openShared(
  password: string,
  options: SessionOptions & { onStore: (outcome: "away" | "back") => void },
): Session {
  const { onStore, ...others } = options;
  const observe = (event: SessionEvent) => {
    if (event.type === "store") onStore(event.outcome);
  };
  // A record belongs to the headers, this one apart: it says who sends.
  const headers = { ...others.headers, "User-Agent": `process ${process.pid}` };
  return openSession(api, { password }, { ...others, headers, observe });
}
