import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { ServedFile, ServedFiles } from "./files.ts";

/** What of a request decides its answer. `Range` does not: a server may leave it unread (RFC 9110, 14.2). */
export interface DocsRequest {
  method: string;
  /** The request's target as it was sent: a path with its query, or a whole URL. */
  target: string;
  headers: Pick<IncomingHttpHeaders, "accept" | "accept-encoding" | "if-none-match">;
}

export interface DocsAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/**
 * The answer to a request for one of the files: 200, 304 where the client has it already, or 405 to any method but GET
 * and HEAD. `undefined` where no file has that exact path. Asks no file system.
 */
export function answerFrom(files: ServedFiles, { method, target, headers }: DocsRequest): DocsAnswer | undefined {
  const file = files.get(pathOf(target) ?? "");
  if (!file) return undefined;
  if (!isReading(method)) return refusal(405, "No such method at this path", headers.accept, { allow: "GET, HEAD" });

  const common = {
    etag: file.etag,
    // A browser asks each time whether its copy is still the one, since a build may have come in between.
    "cache-control": "no-cache",
    vary: "Accept-Encoding",
    ...(isDocument(file) && { "access-control-allow-origin": "*" }),
  };
  if (isKnown(file.etag, headers["if-none-match"])) return { status: 304, headers: common, body: "" };
  const coding = chooseCoding(file, headers["accept-encoding"]);
  return {
    status: 200,
    headers: {
      ...common,
      "content-type": file.type,
      "x-content-type-options": "nosniff",
      ...(coding !== "identity" && { "content-encoding": coding }),
    },
    body: file.bodies[coding] ?? file.bodies.identity,
  };
}

/** Whether a method asks for what is there and changes nothing. */
export function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Sends an answer; to HEAD, Node leaves out the body. */
export function send(response: ServerResponse, { status, headers, body }: DocsAnswer): void {
  const length = status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

/** An answer that says in a few words why there is no file: a small page for a browser, for others a problem (RFC 9457). */
export function refusal(
  status: number,
  title: string,
  accept: string | undefined,
  headers: Record<string, string> = {},
): DocsAnswer {
  const shared = { ...headers, "cache-control": "no-store", vary: "Accept", "x-content-type-options": "nosniff" };
  if (!wantsPage(accept)) {
    const type = "application/problem+json; charset=utf-8";
    return { status, headers: { ...shared, "content-type": type }, body: JSON.stringify({ status, title }) };
  }
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<h1>${title}</h1>
<p><a href="/">To the docs</a></p>
</html>
`;
  return { status, headers: { ...shared, "content-type": "text/html; charset=utf-8" }, body };
}

/** Whether a client would rather have a page than JSON: it names HTML, as browsers do when they go somewhere. */
export function wantsPage(accept = ""): boolean {
  return weighted(accept).some(({ name, weight }) => name === "text/html" && weight > 0);
}

/** The path of a target, decoded. `undefined` if it is not percent-encoded as it should be. */
function pathOf(target: string): string | undefined {
  const withoutOrigin = target.replace(/^https?:\/\/[^/?]*/i, "");
  const [path = ""] = withoutOrigin.split("?");
  try {
    return decodeURIComponent(path || "/");
  } catch {
    return undefined;
  }
}

/** Pages of other origins may read the documents: editors and generators that run in a browser do. */
function isDocument({ type }: ServedFile): boolean {
  return type.startsWith("application/yaml") || type.startsWith("application/json");
}

/** Whether a client has what the tag stands for, by weak comparison (RFC 9110, 13.1.2). */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  const tags: string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ""));
}

type Coding = keyof ServedFile["bodies"];

/** Of those that a client likes alike, the first. */
const codings: Coding[] = ["br", "gzip", "identity"];

/**
 * The coding that a client likes best (RFC 9110, 12.5.3). One that refuses all is sent the plain body, and one that
 * refuses the plain body and names no other is sent gzip: either is of more use than an error.
 */
function chooseCoding({ bodies }: ServedFile, acceptEncoding = ""): Coding {
  const listed = new Map(weighted(acceptEncoding).map(({ name, weight }) => [name, weight]));
  const unlisted = listed.get("*");
  const weightOf = (coding: Coding) => listed.get(coding) ?? unlisted ?? (coding === "identity" ? leastWeight : 0);
  const usable = codings.filter((coding) => bodies[coding] !== undefined && weightOf(coding) > 0);
  const [best] = usable.sort((one, other) => weightOf(other) - weightOf(one));
  if (best) return best;
  const refusesPlainAlone = listed.get("identity") === 0 && !listed.has("gzip") && unlisted === undefined;
  return refusesPlainAlone && bodies.gzip ? "gzip" : "identity";
}

/** The least that a client can write is 0.001. What it does not name comes after all that it names. */
const leastWeight = 0.0005;

/** The members of a header such as `Accept`, in lower case, each with its weight; what is no weight counts as 0. */
function weighted(header: string): { name: string; weight: number }[] {
  return header.split(",").flatMap((member) => {
    const [name = "", ...parameters] = member.split(";").map((part) => part.trim().toLowerCase());
    if (name === "") return [];
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice("q=".length) ?? "1";
    return [{ name, weight: /^(0(\.\d*)?|1(\.0*)?)$/.test(weight) ? Number(weight) : 0 }];
  });
}
