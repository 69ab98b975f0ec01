import { isJson } from "../openapi/media-type.ts";
import type { Reply } from "../openapi/scenarios.ts";

/** What the mock has to say to a request, before any fault is done to it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The answer that the document gives as an example. */
export function documented({ status, headers, mediaType, example: { value } }: Reply): Answer {
  if (mediaType === undefined) return { status, headers, body: "" };
  const body = typeof value === "string" && !isJson(mediaType) ? value : JSON.stringify(value);
  return { status, headers: { ...headers, "content-type": mediaType }, body };
}

/** An answer of the mock's own (RFC 9457). It holds nothing that was sent. */
export function problem(
  status: number,
  title: string,
  members: object = {},
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
    body: JSON.stringify({ status, title, ...members }),
  };
}
