/** A request as it came in, over a socket or by `fetch`. */
export interface Incoming {
  /** In capitals. */
  method: string;
  /** Path and query, percent-encoded as they were sent. */
  target: string;
  /** By lower-case name; what was sent twice stands between commas. */
  headers: Readonly<Record<string, string>>;
  /** The bytes of the body; `undefined`, if there were too many. */
  body: Uint8Array | undefined;
}

/** No more of a request's body is kept than this; the documents' requests have a few hundred bytes. */
export const maximumBody: number = 1024 * 1024;

/**
 * Reads a body to its end, since a client that is still sending may not see an answer, but keeps no more of it than
 * `maximumBody`. `undefined` if there was more.
 */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  let kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size <= maximumBody) kept.push(chunk);
    else kept = [];
  }
  return size <= maximumBody ? Buffer.concat(kept) : undefined;
}

/** The path and query of a request's target; what stands before them in an absolute target does not matter here. */
export function originForm(target: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/i.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** The path of a target, percent-encoded, and its query without the question mark. */
export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf("?");
  return at < 0 ? { path: target, query: "" } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/**
 * What a header says. A header carries bytes, which Node gives as Latin-1: where they are UTF-8, as curl sends them, that
 * is what was meant.
 */
export function headerText(value: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}
