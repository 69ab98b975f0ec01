import type { IncomingHttpHeaders } from "node:http";
import { fillPath } from "../../src/http/call.ts";
import { isRejection } from "../../src/login/judge.ts";
import { memberAt } from "../../src/login/place.ts";
import type { Session, SessionOptions } from "../../src/session.ts";
import { entryOf, goodPassword, withSecret } from "./calling.ts";
import { type Answer, type Grants, hasOutcome, type Operation, operations, replyOf, success } from "./operations.ts";

export { goodPassword } from "./calling.ts";
export type { Answer } from "./operations.ts";

/** One of the APIs as a service and a caller see it, so that one test can be run for each. */
export interface ApiUnderTest {
  name: string;
  loginPath: string;
  /** Milliseconds that its tokens last, as far as its replies or its document say so, of a login that grants 1,800 s. */
  lifetime: number | undefined;
  /** The `number`th token, and the body of the login reply that grants it. */
  success(number: number, grants: Granted): { token: string; body: unknown };
  wrongPassword: Answer;
  /** The answer to a call whose token is not good. */
  rejection: Answer;
  /** Where its document has a refresh: how one is told, and one that extends the token. */
  refresh?: { path: string; tokenIn(body: string): string | undefined; extension: Answer };
  tokenIn(headers: IncomingHttpHeaders): string | undefined;
  open(options: SessionOptions & { baseUrl: string; password: string }): Session;
}

/** In seconds. A refresh token is granted only with its own lifetime. */
export interface Granted {
  lifetime: number;
  refreshLifetime?: number;
}

export function sessionOf(
  api: ApiUnderTest,
  options: SessionOptions & { baseUrl: string; password?: string },
): Session {
  return api.open({ password: goodPassword, ...options });
}

/** A JWT that was issued long ago by the server's clock: only the difference of its instants counts. */
export function jwt(number: number, lifetime: number): string {
  const payload = { iat: 1_000_000_000, exp: 1_000_000_000 + lifetime, jti: String(number) };
  return ["{}", JSON.stringify(payload), `signature ${number}`]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

/** The APIs of the documents, by their names' order. */
export const apis: ApiUnderTest[] = await Promise.all(operations.filter(({ kind }) => kind === "login").map(apiOf));

export function apiNamed(wanted: string): ApiUnderTest {
  const found = apis.find(({ name }) => name === wanted);
  if (!found) throw new Error(`There is no document of ${wanted}.`);
  return found;
}

async function apiOf(login: Operation): Promise<ApiUnderTest> {
  const { api: name, init, contract } = login;
  const { createSession } = await entryOf(name);
  const refresh = operations.find(({ api, kind }) => api === name && kind === "refresh");
  const isJwt = contract.ends?.some((end) => "jwt" in end) ?? false;
  return {
    name,
    loginPath: fillPath(login.path, init.params.path),
    lifetime: lifetimeOf(login),
    success(number, { lifetime, refreshLifetime }) {
      const token = isJwt ? jwt(number, lifetime) : `${name}-token-${number}`;
      const refreshToken = `refresh-token-${number}`;
      const grants: Grants = { lifetime, ...(refreshLifetime && { refreshLifetime, refreshToken }) };
      return { token, body: success(login, token, grants).body };
    },
    wrongPassword: replyOf(login, ({ name: scenario }) => scenario === "wrongPassword"),
    rejection: rejectionOf(login),
    ...(refresh && { refresh: refreshOf(refresh) }),
    tokenIn: (headers) => tokenIn(login.header, headers),
    open: ({ password, ...options }) => createSession(withSecret(login, password), options),
  };
}

function lifetimeOf({ contract: { ends = [] } }: Operation): number | undefined {
  const said = ends.flatMap((end) => {
    if ("at" in end) return [];
    return "in" in end && typeof end.in === "number" ? [end.in * (end.unit === "ms" ? 1 : 1000)] : [1_800_000];
  });
  return said.length > 0 ? Math.min(...said) : undefined;
}

function tokenIn({ name, scheme }: Operation["header"], headers: IncomingHttpHeaders): string | undefined {
  const value = headers[name.toLowerCase()]?.toString();
  if (scheme === undefined || value === undefined) return value;
  return value.startsWith(`${scheme} `) ? value.slice(scheme.length + 1) : undefined;
}

/** A reply that the document's rules take for a rejection, by its body where there is such a rule. */
function rejectionOf({ login, contract, documented }: Operation): Answer {
  const { rejection: rules } = login;
  const byBody = rules.filter(({ schema }) => schema !== undefined);
  for (const { status } of [...byBody, ...rules]) {
    const bodies = [...documented.replies.map(({ example }) => example.value), {}];
    const answers = (byBody.length > 0 ? bodies : [{}]).map((body) => ({ status, body }));
    const found = answers.find((answer) => isRejection(contract, rules, answer));
    if (found) return found;
  }
  throw new Error(`The rules of ${documented.api} take no reply for a rejection.`);
}

function refreshOf(refresh: Operation): NonNullable<ApiUnderTest["refresh"]> {
  const { path, secretAt, contract } = refresh;
  const [, pointer = ""] = contract.token.split("#");
  const extension = replyOf(
    refresh,
    (reply) => hasOutcome("success")(reply) && memberAt(reply.example.value, pointer) === undefined,
  );
  return {
    path,
    extension,
    tokenIn(body) {
      const sent = memberAt({ body: JSON.parse(body) }, secretAt.map((key) => `/${key}`).join(""));
      return typeof sent === "string" ? sent : undefined;
    },
  };
}
