import type { IncomingMessage, RequestListener } from "node:http";
import { text } from "node:stream/consumers";

/** A service that issues tokens and asks for them, and what a test sees and changes of it. */
export interface StubService {
  listener: RequestListener;
  /** The kinds of logins and refreshes that came, in their order. */
  asked: string[];
  /** Every token that was issued. */
  issued: string[];
  /** Ends the tokens that were issued so far. */
  revoke(): void;
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What a service consists of: how it answers at its own paths, and which token any other call carries. */
interface Parts {
  paths: Record<string, (request: IncomingMessage, body: string, issue: () => string) => Answer>;
  tokenOf(request: IncomingMessage): string | undefined;
  asked: string[];
}

function service({ paths, tokenOf, asked }: Parts): StubService {
  const issued: string[] = [];
  const good = new Set<string>();
  const issue = () => {
    const token = `token-${issued.length + 1}`;
    issued.push(token);
    good.add(token);
    return token;
  };
  const answer = (request: IncomingMessage, body: string): Answer => {
    const own = paths[`${request.method} ${request.url}`];
    if (own) return own(request, body, issue);
    return good.has(tokenOf(request) ?? "") ? { status: 200, body: "for you" } : { status: 401 };
  };
  return {
    asked,
    issued,
    revoke: () => good.clear(),
    listener: async (request, response) => {
      const { status, body, headers = {} } = answer(request, await text(request));
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    },
  };
}

function bearer({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
}

/** A token endpoint as RFC 6749 has it: sections 2.3.1, 4.3, 5.1, 5.2 and 6. Its access tokens are used as in RFC 6750. */
export function authorizationServer(): StubService {
  const asked: string[] = [];
  const refused = (status: number, error: string): Answer => ({
    status,
    body: { error },
    headers: { "cache-control": "no-store", ...(status === 401 && { "www-authenticate": "Basic" }) },
  });
  return service({
    asked,
    tokenOf: bearer,
    paths: {
      "POST /oauth/token": ({ headers }, body, issue) => {
        const form = new URLSearchParams(body);
        asked.push(form.get("grant_type") ?? "");
        const client = Buffer.from(headers.authorization?.split("Basic ")[1] ?? "", "base64").toString();
        if (client !== "s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw") return refused(401, "invalid_client");
        if (headers["content-type"] !== "application/x-www-form-urlencoded") return refused(400, "invalid_request");
        const issuing = { token_type: "Bearer", expires_in: 3600 };
        if (form.get("grant_type") === "refresh_token") {
          if (form.get("refresh_token") !== "refresh & more") return refused(400, "invalid_grant");
          return { status: 200, body: { access_token: issue(), ...issuing } };
        }
        if (form.get("grant_type") !== "password") return refused(400, "unsupported_grant_type");
        if (form.get("username") !== "johndoe" || form.get("password") !== "A3ddj3w & ü")
          return refused(400, "invalid_grant");
        return { status: 200, body: { access_token: issue(), ...issuing, refresh_token: "refresh & more" } };
      },
    },
  });
}

/** A login that creates a session: HTTP 201, the token in a header, and the instant at which it ends in the body. */
export function sessionService(): StubService {
  const asked: string[] = [];
  return service({
    asked,
    tokenOf: ({ headers }) => headers["x-session-token"] as string | undefined,
    paths: {
      "POST /v1/sessions": (_, body, issue) => {
        asked.push("login");
        const { userName, password } = JSON.parse(body);
        if (userName !== "user-1" || password !== "correct-password")
          return {
            status: 401,
            headers: { "content-type": "application/problem+json" },
            body: { type: "urn:example:wrong-password", title: "No." },
          };
        const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
        return { status: 201, headers: { "x-session-token": issue() }, body: { id: "17", expiresAt } };
      },
    },
  });
}

/** A login and a refresh whose replies are in an envelope, with lifetimes in milliseconds and refresh tokens that rotate. */
export function envelopeService(): StubService {
  const asked: string[] = [];
  let refreshToken: string | undefined;
  const refused: Answer = {
    status: 401,
    body: { errors: [{ message: "Invalid user credentials.", extensions: { code: "INVALID_CREDENTIALS" } }] },
  };
  const granted = (token: string): Answer => {
    refreshToken = `refresh-of-${token}`;
    return { status: 200, body: { data: { access_token: token, expires: 900_000, refresh_token: refreshToken } } };
  };
  return service({
    asked,
    tokenOf: bearer,
    paths: {
      "POST /auth/login": (_, body, issue) => {
        asked.push("login");
        const { email, password } = JSON.parse(body);
        const isRight = email === "admin@example.com" && password === "correct-password";
        return isRight ? granted(issue()) : refused;
      },
      "POST /auth/refresh": (_, body, issue) => {
        asked.push("refresh");
        return JSON.parse(body).refresh_token === refreshToken ? granted(issue()) : refused;
      },
    },
  });
}
