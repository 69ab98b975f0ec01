import { type DocumentedOperation, type Reply, wireRequest } from "./scenarios.ts";

/** The command that gets `reply` from a mock at `baseUrl`, for any POSIX shell. */
export function curlLine(operation: DocumentedOperation, reply: Reply, baseUrl: string): string {
  const { method, path, headers, body } = wireRequest(operation, reply);
  return [
    "curl",
    ...methodOptions(method, body),
    quote(baseUrl + path),
    // curl takes `Name:` for "send no such header", and `Name;` for an empty one.
    ...Object.entries(headers).flatMap(([name, value]) => [
      "-H",
      quote(value === "" ? `${name};` : `${name}: ${value}`),
    ]),
    ...(body === undefined ? [] : ["--data-raw", quote(body)]),
  ].join(" ");
}

/** With a body, curl would send a POST; and of HEAD it waits for a body, unless it is told so in its own way. */
function methodOptions(method: string, body: string | undefined): string[] {
  if (method === "HEAD") return ["--head"];
  if (method === "GET" && body === undefined) return [];
  return ["-X", method];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
