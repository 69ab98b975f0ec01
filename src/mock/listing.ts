import type { DocumentedOperation } from "../openapi/scenarios.ts";
import { curlLine } from "./curl.ts";

/** Every operation and all that it can answer, each with the command that gets it: a script for any POSIX shell. */
export function listing(operations: DocumentedOperation[], baseUrl: string): string {
  return operations
    .map((operation) => {
      const { api, method, path, replies, requests } = operation;
      const entries = replies.map((reply) => {
        const chosen = requests.some(({ name }) => name === reply.name) ? "" : ", only by Prefer";
        const summary = reply.example.summary ? `: ${reply.example.summary}` : "";
        return `# ${reply.name} (HTTP ${reply.status}${chosen})${summary}\n${curlLine(operation, reply, baseUrl)}\n`;
      });
      return [`### ${api} ${operation.operation.operationId}: ${method.toUpperCase()} ${path}\n`, ...entries].join(
        "\n",
      );
    })
    .join("\n");
}
