import type { ReplyExpression } from "./contract.ts";

/** A reply, wherever it comes from. */
export interface AnyReply {
  /** HTTP status. */
  status: number;
  /** A platform's, or their values by their names. */
  headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** Parsed if it is JSON, else its text; `undefined` if there is none. */
  body?: unknown;
}

/** What a reply has at a place, or `undefined`. */
export function at(expression: ReplyExpression, { headers, body }: AnyReply): unknown {
  if (expression.startsWith(headerPrefix)) return headerOf(headers, expression.slice(headerPrefix.length));
  // What stands before the first slash is no key.
  return memberAt(body, expression);
}

const headerPrefix = "$response.header.";

/** A header's value; names are compared without case. */
export function headerOf(headers: AnyReply["headers"], name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const own = Object.entries(headers ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase());
  return own?.[1];
}

/** Whose class they are does not matter. */
function isHeaders(headers: AnyReply["headers"]): headers is Headers {
  return typeof headers?.get === "function";
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
  const keys = pointer.split("/").slice(1);
  return pointer.includes("~") ? keys.map(unescaped) : keys;
}

function unescaped(key: string): string {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  // A list has a member called `length` too.
  if (Array.isArray(value) && key === "length") return undefined;
  return (value as Record<string, unknown>)[key];
}
