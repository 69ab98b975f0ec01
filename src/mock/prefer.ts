import { headerName, type Reply } from "../openapi/scenarios.ts";
import { type Answer, problem } from "./answer.ts";

/** What a `Prefer` header chooses; the names are Prism's. */
interface Preference {
  code?: string;
  example?: string;
}

/**
 * Reads a `Prefer` header (RFC 7240). `undefined`, if nothing in it chooses a reply: preferences that are not the mock's
 * are ignored. Of one that is given twice, the first counts.
 */
function readPreference(header: string): Preference | undefined {
  const preference: Preference = {};
  for (const part of header.split(/[,;]/)) {
    const [name = "", ...rest] = part.split("=");
    const key = name.trim().toLowerCase();
    if (key === "code" || key === "example") preference[key] ??= unquoted(rest.join("=").trim());
  }
  return Object.keys(preference).length > 0 ? preference : undefined;
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

/**
 * What a `Prefer` header chooses; nothing, if it chooses nothing. A choice that does not exist is a problem that lists
 * those that do: a slip must not pass for `success`.
 */
export function preferred(
  replies: Reply[],
  header: string | undefined,
): { reply: Reply } | { answer: Answer } | undefined {
  const preference = header === undefined ? undefined : readPreference(header);
  if (!preference) return undefined;
  const reply = replies.find((each) => fitsPreference(each, preference));
  if (reply) return { reply };
  const choices = replies.map(({ status, name }) => `code=${status}, example=${headerName(name)}`);
  return { answer: problem(400, "Prefer chooses a reply that is not documented", { choices }) };
}

/** Whether a reply fits all of a preference. */
function fitsPreference({ status, name }: Reply, { code, example }: Preference): boolean {
  const isOfStatus = code === undefined || code === String(status);
  const isOfName = example === undefined || example === name || example === headerName(name);
  return isOfStatus && isOfName;
}
