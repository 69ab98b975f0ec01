import type { Reply } from "./scenarios.ts";

/** What a `Prefer` header chooses, if it chooses anything (RFC 7240; the names are Prism's). */
export interface Preference {
  code?: number;
  example?: string;
}

export function readPreference(header: string): Preference {
  const preference: Preference = {};
  for (const part of header.split(/[,;]/)) {
    const [name, value = ""] = part.split("=", 2).map((side) => side.trim().replace(/^"(.*)"$/, "$1"));
    if (name?.toLowerCase() === "code") preference.code = Number(value);
    if (name?.toLowerCase() === "example") preference.example = value;
  }
  return preference;
}

/** The first reply that fits a preference: never one that fits half of it. */
export function preferredReply(replies: Reply[], { code, example }: Preference): Reply | undefined {
  return replies.find(
    (reply) => (code === undefined || reply.status === code) && (example === undefined || reply.name === example),
  );
}
