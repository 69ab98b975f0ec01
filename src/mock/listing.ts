import { curlLine } from "../openapi/curl.ts";
import { operationName } from "../openapi/operations.ts";
import type { DocumentedOperation } from "../openapi/scenarios.ts";

/** Every operation and all that it can answer, each with the command that gets it: a script for any POSIX shell. */
export function listing(operations: DocumentedOperation[], baseUrl: string): string {
  return operations
    .map((operation) => {
      const { api, method, path, replies, requests } = operation;
      const entries = replies.map((reply) => {
        const chosen = requests.some(({ name }) => name === reply.name) ? "" : ", only by Prefer";
        const summary = reply.example.summary ? `: ${reply.example.summary}` : "";
        const heading = comment(`# ${reply.name} (HTTP ${reply.status}${chosen})${summary}`);
        return `${heading}\n${curlLine(operation, reply, baseUrl)}\n`;
      });
      const heading = comment(`### ${api} ${operationName(operation)}: ${method.toUpperCase()} ${path}`);
      return [`${heading}\n`, ...entries].join("\n");
    })
    .join("\n");
}

/** One line, whatever a document has for its texts: what stood behind a line's end would be a command. */
function comment(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ");
}
