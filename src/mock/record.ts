import { keysOf } from "../login/place.ts";
import { nodesOf } from "../openapi/document.ts";
import type { MockedApi } from "./match/operation.ts";

/** A request that came, and what it was answered with. */
export interface RecordedRequest {
  /** Absent where the request belongs to none. */
  api?: string;
  /** Its `operationId`, or `protected`. Absent where the request belongs to none. */
  operation?: string;
  /** Absent where the answer is none of the documented. */
  scenario?: string;
  /** Absent where a fault let none be sent. */
  status?: number;
  /** By the mock's clock. */
  at: Date;
  /** In capitals. */
  method: string;
  /** By lower-case name. Secrets are `***`. */
  headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON or a form. Secrets are `***`; what is too large to be kept is said by its size. */
  body?: unknown;
}

/** So many requests are kept, the newest, with headers and bodies of at most so many characters, and so many levels. */
const maximumCount = 1000;
const maximumHeader = 1024;
const maximumText = 4096;
const maximumDepth = 16;

const hidden = "***";

/** The requests that came, without secrets. */
export class RequestRecord {
  #requests: RecordedRequest[] = [];

  add(request: RecordedRequest): void {
    this.#requests.push(request);
    // In one go, now and then: to drop the first of a list is to move all others.
    if (this.#requests.length >= 1.25 * maximumCount) this.#requests = this.#requests.slice(-maximumCount);
  }

  /** The newest 1,000, the oldest of them first. */
  all(): RecordedRequest[] {
    return this.#requests.slice(-maximumCount);
  }

  clear(): void {
    this.#requests = [];
  }
}

/** Makes the function that hides what is secret in a request to these APIs. */
export function hiding(
  apis: readonly MockedApi[],
): (
  headers: Readonly<Record<string, string>>,
  body: unknown,
  size: number,
) => Pick<RecordedRequest, "headers" | "body"> {
  const names = new Set(apis.flatMap(secretNames));
  const isSecret = (name: string) => names.has(name.toLowerCase());

  const withoutSecrets = (value: unknown, depth: number): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (depth === maximumDepth) return hidden;
    if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        isSecret(name) ? hidden : withoutSecrets(member, depth + 1),
      ]),
    );
  };
  /** Of a text nobody knows where in it a secret stands. */
  const shown = (body: unknown, size: number): unknown => {
    if (size > maximumText) return `(${size} characters)`;
    return typeof body === "object" ? withoutSecrets(body, 0) : hidden;
  };

  const shownHeader = (name: string, value: string): string => {
    if (isSecret(name)) return hidden;
    return value.length > maximumHeader ? `(${value.length} characters)` : value;
  };

  return (headers, body, size) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shownHeader(name, value)])),
    ...(body !== undefined && { body: shown(body, size) }),
  });
}

/** What carries a secret by its name, wherever it stands: a slip, too, may put a password in another member. */
function secretNames({ document, login }: MockedApi): string[] {
  const calls = login ? [login, ...(login.refresh ? [login.refresh] : [])] : [];
  const credentials = calls.flatMap((call) =>
    call.credentials.flatMap(({ name, secret, place }) => {
      if (!secret && name !== "refreshToken") return [];
      if (place.in === "body") return keysOf(place.pointer).slice(-1);
      return "name" in place ? [place.name] : [];
    }),
  );
  const passwords = nodesOf(document).flatMap(({ at, node }) => {
    const { name, schema } = node as { name?: string; schema?: { format?: string } };
    if (node.format === "password" && at.at(-2) === "properties") return [String(at.at(-1))];
    return name !== undefined && schema?.format === "password" ? [name] : [];
  });
  const header = login ? [login.header.name] : [];
  const always = ["Authorization", "Proxy-Authorization", "Cookie"];
  return [...always, ...header, ...credentials, ...passwords].map((name) => name.toLowerCase());
}
