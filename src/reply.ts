import { LoginError } from "./errors.ts";
import type { Refusal, RefusalReason, Reply } from "./outcome.ts";

export type Check = (value: unknown) => boolean;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isString = (value: unknown): value is string => typeof value === "string";

/** Printable ASCII without blanks: what every document says of its tokens, and what a header carries unchanged. */
export const isToken: Check = (value) => isString(value) && /^[!-~]+$/.test(value);

/** A lifetime in seconds, of at most a year. */
export const isLifetime: Check = (value) => Number.isInteger(value) && isBetween(value as number, 1, 31_536_000);

export const is =
  (expected: unknown): Check =>
  (value) =>
    value === expected;

/** A check for an object that has every required member, and every optional member either well-formed or not at all. */
export const hasMembers =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
  (value) =>
    isObject(value) &&
    Object.keys(required).every((key) => required[key]?.(value[key])) &&
    Object.keys(optional).every((key) => value[key] === undefined || optional[key]?.(value[key]));

/** The member that a path of keys leads to, or `undefined` where it leads nowhere. */
export const member = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce((at, key) => (isObject(at) ? at[key] : undefined), value);

const isBetween = (value: number, least: number, most: number) => value >= least && value <= most;

export const refusal = (reason: RefusalReason, code: unknown, message: unknown, reply: unknown): Refusal => ({
  ok: false,
  reason,
  code: String(code),
  message: isString(message) ? message : "",
  reply,
});

/**
 * Judges a reply whose body says nothing that is documented, by its HTTP status. Throws `unexpected_reply` where that
 * says nothing either.
 */
export function judgeStatus({ status, body }: Reply): Refusal {
  if (status < 400) throw new LoginError("unexpected_reply");
  const reason = status === 429 ? "rate_limited" : status >= 500 ? "server_error" : "unknown";
  return refusal(reason, status, `HTTP ${status}`, body);
}

/** The lifetime that a JWT states, `exp − iat`, in milliseconds: the two instants are the server's, so no clock is compared. */
export function jwtLifetime(token: string): { lifetime?: number } {
  try {
    const payload = token.split(".")[1] ?? "";
    const { exp, iat } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return isLifetime(exp - iat) ? { lifetime: (exp - iat) * 1000 } : {};
  } catch {
    return {};
  }
}

/** A refusal is short: what is longer than this, in characters, is none. */
const longestRefusal = 4096;

/**
 * The JSON object that a reply is, if it is as short as a refusal; `undefined` for any other reply. It stays readable for
 * the caller, and is waited for only as long as it `looks` like a refusal.
 */
export async function peekJson(reply: Response, looks: RegExp = /^\s*({|$)/): Promise<unknown> {
  const reader = reply.clone().body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
      text += decoder.decode(chunk.value, { stream: true });
      if (text.length > longestRefusal) return undefined;
      const json = parse(text);
      if (json || !looks.test(text)) return json;
    }
  } catch {
    // A body that breaks off does so for the caller too.
  } finally {
    reader?.cancel().catch(() => {});
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {}
}
