import { LoginError } from "../errors.ts";

/** The longest path parameter, in characters. */
const longestSegment = 1024;

/** A header's name, by RFC 9110. */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Control characters, the tab apart, and what is beyond Latin-1. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** One half of a pair of surrogates, which UTF-8 has no bytes for. */
const halfCharacter = /\p{Surrogate}/u;

/** Headers in each of the forms that `fetch` takes them in. */
export type HeadersLike = Iterable<readonly [string, string]> | Readonly<Record<string, unknown>>;

/**
 * Checks a base URL, and gives it parsed: an origin and a path, by https, or by http to loopback. Throws
 * `invalid_argument` if it is missing, no URL, or has a user, password, query or fragment, and `insecure_url` if it is
 * not https. With `allowInsecureHttp` plain http may go to any host.
 */
export function checkBaseUrl(value: unknown, allowInsecureHttp: boolean | undefined, name = "baseUrl"): URL {
  if (value === undefined) throw new LoginError("invalid_argument", `${name} is missing`);
  const url = parseUrl(value);
  if (!url) throw new LoginError("invalid_argument", `${name} is no URL`);
  if (url.username || url.password) throw new LoginError("invalid_argument", `${name} has a user or password`);
  // `hash` and `search` do not tell an empty one from none.
  if (url.href.includes("#")) throw new LoginError("invalid_argument", `${name} has a fragment`);
  if (url.href.includes("?")) throw new LoginError("invalid_argument", `${name} has a query`);
  if (url.protocol === "https:") return url;

  const mayBeInsecure = allowInsecureHttp === true || isLoopback(url.hostname);
  if (url.protocol === "http:" && mayBeInsecure) return url;
  throw new LoginError("insecure_url", `${name} is not https`);
}

function parseUrl(value: unknown): URL | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

/** Takes a host name as `URL` writes it, where every spelling of an address has become one. */
function isLoopback(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Percent-encodes a path parameter into exactly one segment. Throws `invalid_argument`, which names it, if it is empty,
 * longer than 1,024 characters or no text, number or boolean, or if it is `.` or `..`, also between slashes: a gateway that
 * decodes these, such as nginx, would leave the path.
 */
export function pathSegment(name: string, value: unknown): string {
  const segment = percentEncoded(name, value);
  if (segment === "") throw new LoginError("invalid_argument", `${name} is empty`);
  if (hasDotSegment(String(value))) throw new LoginError("invalid_argument", `${name} has a dot segment`);
  if (String(value).length > longestSegment) throw new LoginError("invalid_argument", `${name} is too long`);
  return segment;
}

/** Whether a part of a path between slashes is `.` or `..`. */
export function hasDotSegment(text: string): boolean {
  return text.split(/[/\\]/).some((part) => part === "." || part === "..");
}

/** Percent-encodes a value, in UTF-8. Throws `invalid_argument`, which names it, where that is impossible. */
export function percentEncoded(name: string, value: unknown): string {
  const text = plainText(name, value);
  if (!isWellFormed(text)) throw new LoginError("invalid_argument", `${name} has half a character`);
  return encodeURIComponent(text);
}

/** Whether UTF-8 can carry a text unchanged. */
export function isWellFormed(text: string): boolean {
  return !halfCharacter.test(text);
}

/** A text, number or boolean as text. Throws `invalid_argument`, which names it, for anything else. */
function plainText(name: string, value: unknown): string {
  if (value === undefined) throw new LoginError("invalid_argument", `${name} is missing`);
  const isPlain = typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
  if (!isPlain) throw new LoginError("invalid_argument", `${name} is no text`);
  return String(value);
}

/**
 * Whether a text can be a header's value unchanged: not empty, no control character, nothing beyond Latin-1, no blank at
 * either end.
 */
export function isSendable(value: string): boolean {
  return value !== "" && !unsendable.test(value) && value.trim() === value;
}

/**
 * Gives a header's value as text. Throws `invalid_argument` for a malformed name and for what is no text, number or
 * boolean, `unsendable_credential`, which names the header, if it would not arrive unchanged; an empty one does.
 */
export function headerValue(name: string, value: unknown): string {
  // The name is not said: headers that were mixed up have values for names.
  if (!headerName.test(name)) throw new LoginError("invalid_argument", "a header's name is malformed");
  const text = plainText(name, value);
  const isUnchanged = text === "" || isSendable(text);
  if (!isUnchanged) throw new LoginError("unsendable_credential", `${name} cannot carry its value`);
  return text;
}

/**
 * Checks headers and gives a copy, so that what was checked is what is sent. Names are compared without case, and of two
 * that are the same the last wins; what is undefined is left out. Throws as `headerValue` does.
 */
export function checkHeaders(...all: (Readonly<Record<string, unknown>> | undefined)[]): Record<string, string> {
  const checked = new Map<string, [name: string, value: string]>();
  for (const headers of all) {
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value !== undefined) checked.set(name.toLowerCase(), [name, headerValue(name, value)]);
    }
  }
  return Object.fromEntries(checked.values());
}

/** The names and values of headers in any form. Throws `invalid_argument` for what is none. */
export function headerEntries(headers: HeadersLike | undefined): [name: string, value: unknown][] {
  if (headers === undefined) return [];
  if (typeof headers !== "object" || headers === null)
    throw new LoginError("invalid_argument", "headers are no object");
  if (!(Symbol.iterator in headers)) return Object.entries(headers);
  const entries: unknown[] = Array.from(headers as Iterable<unknown>);
  // A malformed list must fail here, or nothing in it would be checked.
  if (!entries.every(isPair)) throw new LoginError("invalid_argument", "headers are no pairs of name and value");
  return entries;
}

function isPair(entry: unknown): entry is [string, unknown] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string";
}
