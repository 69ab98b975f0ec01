/** Whether a value of a reply is as its document describes it. */
export type Check = (value: unknown) => boolean;

export const isString = (value: unknown): value is string => typeof value === "string";

/** Printable ASCII without blanks: what every document says of its tokens, and what a header carries unchanged. */
export const isToken: Check = (value) => isString(value) && /^[!-~]+$/.test(value);

/** A lifetime in seconds, of at most a year. */
export const isLifetime: Check = (value) =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= 31_536_000;

/** The same in milliseconds, if it is one. */
export const milliseconds = (lifetime: number | false | undefined): number | undefined =>
  isLifetime(lifetime) ? (lifetime as number) * 1000 : undefined;

/** A string or an integer, where a service has the one or the other. */
export const isStringOrInteger = (value: unknown): value is string | number =>
  isString(value) || Number.isInteger(value);

export const is =
  (expected: unknown): Check =>
  (value) =>
    value === expected;

/** A check for what may be missing. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** Text that may be missing, as most members of a reply. */
export const isText: Check = /* @__PURE__ */ optional(isString);

/** A check for an object whose members pass theirs. At least one is required, which no other JSON value has. */
export const hasMembers =
  (checks: Record<string, Check>): Check =>
  (value) =>
    value != null && Object.keys(checks).every((name) => checks[name]?.((value as Record<string, unknown>)[name]));

/** A reply's body, before it is known what it is: any member may be anything, or missing. */
export type Loose<Names extends string> = { [Name in Names]?: unknown } | null | undefined;

/** The lifetime that a JWT states, `exp − iat`, in milliseconds: both instants are the server's, so no clocks are compared. */
export function jwtLifetime(token: string): number | undefined {
  try {
    const { exp, iat } = JSON.parse(atob((token.split(".")[1] as string).replace(/-/g, "+").replace(/_/g, "/")));
    // Of all that JSON can hold, only a number is its own numeric value.
    return milliseconds(exp === +exp && iat === +iat && exp - iat);
  } catch {}
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
