import type { ReplyExpression } from "../login/contract.ts";

/** Where something goes in a request. */
export type RequestPlace =
  | { in: "path" | "query" | "header"; name: string }
  | { in: "body"; pointer: string }
  | { in: "basic"; name: "username" | "password" }
  | { in: "security" };

/**
 * Reads a runtime expression of a request (OpenAPI 3.1, "Runtime Expressions"): `$request.path.…`, `.query.…`, `.header.…`,
 * `$request.body#/…`; and two that OpenAPI does not have, `$request.basic.username` (`.password`) for HTTP Basic, and
 * `$request.security` for the header of the token's scheme. Nothing, if it is none of them.
 */
export function requestPlace(expression: string): RequestPlace | undefined {
  if (expression === "$request.security") return { in: "security" };
  const [, pointer] = /^\$request\.body#(\/.+)$/.exec(expression) ?? [];
  if (pointer !== undefined) return { in: "body", pointer };
  const [, place, name = ""] = /^\$request\.(path|query|header|basic)\.(.+)$/.exec(expression) ?? [];
  if (place === "path" || place === "query" || place === "header") return { in: place, name };
  if (place === "basic" && (name === "username" || name === "password")) return { in: place, name };
  return undefined;
}

/** Whether a text is a runtime expression of a reply, as OpenAPI 3.1 has it. */
export function isReplyExpression(text: unknown): text is ReplyExpression {
  return typeof text === "string" && /^\$response\.(body|body#\/.*|header\..+)$/.test(text);
}
