import type { IncomingMessage } from "node:http";
import { isJson, mediaTypeOf } from "../openapi/media-type.ts";
import type { DocumentedOperation } from "../openapi/scenarios.ts";

/** A request to an operation as the mock judges it, be it one that came in or one that a scenario documents. */
export interface SentRequest {
  method: string;
  /** Percent-encoded, as it was sent. */
  path: string;
  query: Record<string, string | string[]>;
  /** By lower-case name. */
  headers: Record<string, string>;
  text: string;
  /** What the text says: parsed, if it is JSON for an operation that takes JSON. */
  body: unknown;
  /** The text should be JSON and is not. */
  malformed: boolean;
}

export function sentRequest(
  { method, mediaTypes }: DocumentedOperation,
  target: string,
  sentHeaders: NodeJS.Dict<string | string[]>,
  text: string,
): SentRequest {
  const { path, query } = splitTarget(target);
  const headers = Object.fromEntries(
    Object.entries(sentHeaders).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const contentType = headers["content-type"];
  // A client that says nothing about its body is taken at its best.
  const json = mediaTypes.some(isJson) && (contentType === undefined || isJson(mediaTypeOf(contentType) ?? ""));
  return { method, path, query, headers, text, ...readBody(text, json) };
}

export function splitTarget(target: string): Pick<SentRequest, "path" | "query"> {
  const [path = "", ...rest] = target.split("?");
  const parameters = new URLSearchParams(rest.join("?"));
  const query = [...new Set(parameters.keys())].map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length > 1 ? values : values[0]];
  });
  return { path, query: Object.fromEntries(query) };
}

function readBody(text: string, json: boolean): Pick<SentRequest, "body" | "malformed"> {
  if (text === "" || !json) return { body: text || undefined, malformed: false };
  try {
    return { body: JSON.parse(text), malformed: false };
  } catch {
    return { body: text, malformed: true };
  }
}

/**
 * Reads a request to its end, since a client that is still sending may not see an answer, but keeps no more than
 * `maximum` bytes of it. `undefined` if there was more.
 */
export async function receive(request: IncomingMessage, maximum: number): Promise<string | undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maximum) chunks.push(chunk);
    else chunks = [];
  }
  return size <= maximum ? Buffer.concat(chunks).toString() : undefined;
}
