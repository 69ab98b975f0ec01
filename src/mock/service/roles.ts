import { judge, judgeRefresh } from "../../login/judge.ts";
import type { RefusalReason } from "../../login/outcome.ts";
import type { DocumentedCall, DocumentedLogin, DocumentedRefresh } from "../../openapi/login.ts";
import type { DocumentedOperation, Reply, ScenarioRequest } from "../../openapi/scenarios.ts";
import { hasConstants, scenarioCredentials } from "./sent.ts";
import { asAnswered } from "./written.ts";

/** Which documented replies of a login say what. */
export interface LoginRoles {
  /** What logs in, as the scenarios have it, and how each is answered. */
  successes: { credentials: Record<string, unknown>; reply: Reply }[];
  /** What others are answered; absent where the document has no example of a success. */
  success?: Reply;
  wrongPassword: Reply;
  locked: Reply;
}

/** Which documented replies of a refresh say what. */
export interface RefreshRoles {
  success?: Reply;
  /** The refresh token is no longer good. */
  refused: Reply;
  /** Another client sent it. */
  wrongClient: Reply;
}

/** What a documented reply comes to; `undefined` where that is nothing about the login. */
export function outcomeOf(
  call: DocumentedCall,
  kind: "login" | "refresh",
  reply: Reply,
): "success" | RefusalReason | undefined {
  try {
    const judgement = (kind === "login" ? judge : judgeRefresh)(call.contract, asAnswered(reply));
    return judgement.ok ? "success" : judgement.reason;
  } catch {
    return undefined;
  }
}

export function loginRoles(login: DocumentedLogin, operation: DocumentedOperation): LoginRoles {
  const cast = castOf(login, "login", operation);
  const wrongPassword =
    cast.refusals.find(({ reply }) => reply.name === "wrongPassword") ??
    cast.refusals.find(({ outcome }) => outcome === "invalid_credentials") ??
    cast.refusals.find(({ outcome }) => outcome === "unknown");
  const locked = cast.refusals.find(({ reply }) => reply.name === "locked");
  const refused = wrongPassword?.reply ?? withoutWords("wrongPassword");
  const success = cast.successes[0]?.reply ?? cast.spokenSuccess;
  return {
    successes: cast.successes.map(({ request, reply }) => ({
      credentials: scenarioCredentials(login, request),
      reply,
    })),
    ...(success && { success }),
    wrongPassword: refused,
    locked: locked?.reply ?? refused,
  };
}

export function refreshRoles(refresh: DocumentedRefresh, operation: DocumentedOperation): RefreshRoles {
  const cast = castOf(refresh, "refresh", operation);
  const refusal =
    cast.refusals.find(({ request }) => request && hasConstants(refresh, request)) ??
    cast.refusals.find(({ outcome }) => outcome === "invalid_credentials") ??
    cast.refusals.find(({ outcome }) => outcome === "unknown");
  const refused = refusal?.reply ?? withoutWords("refused");
  const isBasic = refresh.credentials.some(({ place }) => place.in === "basic");
  // HTTP answers a wrong Basic with 401 (RFC 9110, 15.5.2; RFC 6749, 5.2).
  const unauthorized = isBasic ? cast.refusals.find(({ reply }) => reply.status === 401) : undefined;
  const success = cast.successes[0]?.reply ?? cast.spokenSuccess;
  return { ...(success && { success }), refused, wrongClient: unauthorized?.reply ?? refused };
}

interface Cast {
  /** What has a request that this call could be. */
  successes: { request: ScenarioRequest; reply: Reply }[];
  /** The first success of all: no request is known to lead to it, or only one of the other call. */
  spokenSuccess: Reply | undefined;
  /** In the document's order; a request that is invalid on purpose says nothing of valid ones. */
  refusals: { request: ScenarioRequest | undefined; reply: Reply; outcome: RefusalReason }[];
}

function castOf(call: DocumentedCall, kind: "login" | "refresh", { replies, requests }: DocumentedOperation): Cast {
  const all = replies.map((reply) => ({
    reply,
    request: requests.find(({ name }) => name === reply.name),
    outcome: outcomeOf(call, kind, reply),
  }));
  const successes = all.filter(({ outcome }) => outcome === "success");
  return {
    successes: successes.flatMap(({ request, reply }) =>
      request && isValid(request) && hasConstants(call, request) ? [{ request, reply }] : [],
    ),
    spokenSuccess: (successes.find(({ reply }) => reply.name === "success") ?? successes[0])?.reply,
    refusals: all.flatMap(({ outcome, request, reply }) => {
      const isRefusal = outcome !== undefined && outcome !== "success";
      return isRefusal && (!request || isValid(request)) ? [{ outcome, request, reply }] : [];
    }),
  };
}

function isValid({ parameters, body }: ScenarioRequest): boolean {
  const examples = [...parameters.map(({ example }) => example), ...(body ? [body.example] : [])];
  return examples.every((example) => example["x-invalid"] === undefined);
}

/** Where a document has no refusal, HTTP's own says it. */
function withoutWords(name: string): Reply {
  return { name, status: 401, headers: {}, example: { value: undefined } };
}
