import type { Reply } from "../openapi/scenarios.ts";

/** What a `Prefer` header chooses (RFC 7240; the names are Prism's). */
export interface Preference {
  code?: string;
  example?: string;
}

/** Reads a `Prefer` header. `undefined` if anything in it is no choice of a reply: a slip must not pass for `success`. */
export function readPreference(header: string): Preference | undefined {
  const preference: Preference = {};
  const parts = header.split(/[,;]/).filter((text) => text.trim() !== "");
  for (const part of parts) {
    const [, name, quoted, plain] = /^\s*(code|example)\s*=\s*(?:"([^"]*)"|([^\s"=]+))\s*$/i.exec(part) ?? [];
    if (name === undefined) return undefined;
    // Of a preference that is given twice, the first counts.
    preference[name.toLowerCase() as keyof Preference] ??= quoted ?? plain ?? "";
  }
  return parts.length > 0 ? preference : undefined;
}

/** The first reply that fits a preference: never one that fits half of it. */
export function preferredReply(replies: Reply[], { code, example }: Preference): Reply | undefined {
  return replies.find(
    (reply) =>
      (code === undefined || String(reply.status) === code) && (example === undefined || reply.name === example),
  );
}
