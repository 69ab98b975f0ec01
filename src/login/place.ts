import type { ReplyExpression } from "./contract.ts";

/** A reply, wherever it comes from. */
export interface AnyReply {
  /** HTTP status. */
  status: number;
  headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** Parsed if it is JSON, else its text; `undefined` if there is none. */
  body?: unknown;
}

/** What a reply has at a place, or `undefined`. */
export function at(expression: ReplyExpression, { headers, body }: AnyReply): unknown {
  const [, header] = expression.split("$response.header.");
  if (header !== undefined) return new Headers(headers).get(header) ?? undefined;
  const [, pointer = ""] = expression.split("#");
  return memberAt(body, pointer);
}

/** The text that a reply has at a place; `undefined` where it is empty, or no text. */
export function textAt(expression: ReplyExpression, reply: AnyReply): string | undefined {
  const value = at(expression, reply);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What a JSON Pointer (RFC 6901) leads to. */
export function memberAt(value: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce(memberOf, value);
}

export function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function memberOf(value: unknown, key: string): unknown {
  const hasMember = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return hasMember ? (value as Record<string, unknown>)[key] : undefined;
}
