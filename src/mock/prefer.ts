import { headerName, type Reply } from "../openapi/scenarios.ts";

/** What a `Prefer` header chooses; the names are Prism's. */
export interface Preference {
  code?: string;
  example?: string;
}

/**
 * Reads a `Prefer` header (RFC 7240). `undefined`, if nothing in it chooses a reply: preferences that are not the mock's
 * are ignored. Of one that is given twice, the first counts.
 */
export function readPreference(header: string): Preference | undefined {
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

/** The first reply that fits a preference: never one that fits half of it. */
export function preferredReply(replies: Reply[], { code, example }: Preference): Reply | undefined {
  const isNamed = ({ name }: Reply) => example === undefined || example === name || example === headerName(name);
  return replies.find((reply) => (code === undefined || String(reply.status) === code) && isNamed(reply));
}
