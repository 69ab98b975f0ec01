import { LoginError } from "../errors.ts";
import { checkHeaders, isWellFormed, pathSegment, percentEncoded } from "./guards.ts";
import type { Connection } from "./options.ts";

/** A parameter's value, which is sent as its text. */
export type Primitive = string | number | boolean;

/** A call of one operation, as its document describes it. What is undefined in it is left out. */
export interface Call {
  /** In capitals. */
  method: string;
  /** The operation's path, with its parameters in braces. */
  path: string;
  /** Absent where the operation has none. */
  params?: CallParameters;
  /** Absent where the operation has none. */
  body?: unknown;
  /** How the body is written. Defaults to JSON. */
  contentType?: ContentType;
}

/** The parameters of a call, by their names. */
export interface CallParameters {
  /** What stands in the path's braces. */
  path?: Record<string, Primitive | undefined>;
  /** A list is sent as its name once for each value. */
  query?: Record<string, Primitive | readonly Primitive[] | undefined>;
  /** Headers that the operation has. */
  header?: Record<string, Primitive | undefined>;
}

/** JSON, a kind of it, or a form; parameters such as `; charset=utf-8` may follow. */
export type ContentType = `${string}/json${string}` | `${string}+json${string}` | `${typeof form}${string}`;

const json = "application/json";
/** The content type of a form, by the URL standard. */
export const form = "application/x-www-form-urlencoded";

/** A request as it leaves this machine: what `fetch` is called with. */
export interface OutgoingRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string | ArrayBuffer;
}

/**
 * A call of one operation, typed by the `paths` that openapi-typescript makes of its document, so that a member, header
 * or parameter that is renamed there breaks the compilation here. `Method` is in lower case, as in `paths`. What may be
 * left out may be undefined, and `Authorization` may be among the headers, where the document has it as a scheme.
 */
export type CallOf<Paths, Path extends keyof Paths & string, Method extends keyof Paths[Path] & string> = {
  /** In capitals. */
  method: Uppercase<Method>;
  /** As the document has it, with its parameters in braces. */
  path: Path;
} & Member<"params", Params<Parameters<Paths[Path][Method]>>> &
  Written<Paths[Path][Method]>;

type Empty = Record<never, never>;

type Parameters<Operation> = Operation extends { parameters: infer All } ? All : Empty;

type Params<All> = Member<"path", Part<All, "path">> &
  Member<"query", Part<All, "query">> &
  Member<"header", WithAuthorization<Part<All, "header">>>;

type Part<All, Kind extends string> = Kind extends keyof All ? OrUndefined<NonNullable<All[Kind]>> : never;

type WithAuthorization<Headers> = ([Headers] extends [never] ? Empty : Headers) & {
  Authorization?: string | undefined;
};

/** A member that is absent where it can have no value, and may be left out where an empty object will do. */
type Member<Name extends string, Value> = [Value] extends [never]
  ? { [Each in Name]?: never }
  : Empty extends Value
    ? { [Each in Name]?: Value }
    : { [Each in Name]: Value };

type Written<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? Body<Content>
  : Operation extends { requestBody?: infer Optional }
    ? NonNullable<Optional> extends { content: infer Content }
      ? [Optional] extends [undefined]
        ? NoBody
        : Partial<Body<Content>> | NoBody
      : NoBody
    : NoBody;

type NoBody = { body?: never; contentType?: never };

/** A body with its content type, which need not be said for JSON. */
type Body<Content> = {
  [Type in keyof Content]: Type extends typeof json
    ? { body: OrUndefined<Content[Type]>; contentType?: Type }
    : { body: OrUndefined<Content[Type]>; contentType: Type };
}[keyof Content];

/** The same type, in which every member that may be left out may be undefined. */
type OrUndefined<Value> = unknown extends Value
  ? Value
  : Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? {
          [Name in keyof Value]: Empty extends Pick<Value, Name>
            ? OrUndefined<Value[Name]> | undefined
            : OrUndefined<Value[Name]>;
        }
      : Value;

/** Makes of a call the one request that it is. Throws `invalid_argument` or `unsendable_credential`; nothing is sent. */
export function buildRequest({ baseUrl, headers }: Connection, call: Call): OutgoingRequest {
  const { method, path, params = {}, body, contentType = json } = call;
  const query = formText(params.query ?? {});
  const filled = fillPath(path, params.path ?? {});
  const url = baseUrl.href.replace(/\/$/, "") + filled + (query && `?${query}`);
  if (body === undefined) return { url, method, headers: checkHeaders(headers, params.header) };
  return {
    url,
    method,
    headers: checkHeaders({ "Content-Type": contentType }, headers, params.header),
    body: contentType.startsWith(form) ? formText(body) : jsonText(body),
  };
}

/**
 * Puts the parameters into a path, each percent-encoded into exactly one segment. Throws `invalid_argument` where one
 * cannot be.
 */
export function fillPath(path: string, parameters: Record<string, unknown>): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => pathSegment(name, parameters[name]));
}

/**
 * Writes a query or a form: `a=1&a=2&b=3` for `{ a: [1, 2], b: 3 }`. Throws `invalid_argument`, which names the member,
 * for what is no text, number, boolean or list of them.
 */
export function formText(members: unknown): string {
  const isObject = typeof members === "object" && members !== null;
  if (!isObject) throw new LoginError("invalid_argument", "the form is no object");
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(members)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (each !== undefined) pairs.push(`${encodeURIComponent(name)}=${percentEncoded(name, each)}`);
    }
  }
  return pairs.join("&");
}

function jsonText(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch {
    // The platform's own error would name members of the body.
    throw new LoginError("invalid_argument", "the body is no JSON");
  }
}

/**
 * The value of an `Authorization` header for HTTP Basic, in UTF-8. Throws `unsendable_credential` where a colon in the
 * user name would end it, or half a character cannot be sent.
 */
export function basic(userName: string, password: string): string {
  if (userName.includes(":")) throw new LoginError("unsendable_credential", "the user name has a colon");
  const pair = `${userName}:${password}`;
  if (!isWellFormed(pair)) throw new LoginError("unsendable_credential", "a credential has half a character");
  const characters = Array.from(new TextEncoder().encode(pair), (byte) => String.fromCharCode(byte));
  return `Basic ${btoa(characters.join(""))}`;
}
