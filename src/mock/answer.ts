import { isForm, isJson } from "../openapi/media-type.ts";
import type { Reply } from "../openapi/scenarios.ts";
import { bodyText } from "../openapi/wire.ts";
import type { Delivery } from "./wire/faults.ts";

/** What the mock has to say to a request, before any fault is done to it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An answer, and what it was found to be the answer to. */
export interface Answered {
  answer: Answer;
  /** The name of the documented reply that it is. */
  scenario?: string;
  /** What was sent as the body, parsed. */
  body?: unknown;
  /** How a test ordered it to be sent. */
  delivery?: Partial<Delivery>;
}

/** An answer that cannot be given: its message says what of the document is in the way, and holds nothing that was sent. */
export class Unanswerable extends Error {
  override name = "Unanswerable";
}

/** The answer that the document gives as an example. */
export function documented({ status, headers, mediaType, example: { value } }: Reply): Answer {
  if (mediaType === undefined || value === undefined) return { status, headers, body: "" };
  return { status, headers: { ...headers, "content-type": mediaType }, body: exampleText(mediaType, value) };
}

/** The answer that a reply is, by its name. */
export function answered(reply: Reply): Answered {
  return { answer: documented(reply), scenario: reply.name };
}

function exampleText(mediaType: string, value: unknown): string {
  if (isForm(mediaType)) return bodyText(mediaType, value);
  return typeof value === "string" && !isJson(mediaType) ? value : JSON.stringify(value);
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
