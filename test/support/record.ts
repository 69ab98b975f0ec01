import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { type Served, serve } from "./serve.ts";

/** A request as it arrived, whole. */
export interface Recorded {
  method: string;
  /** Path and query, percent-encoded as they were sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Recorder extends Served {
  requests: Recorded[];
}

/** A server that remembers every request and then answers as told; unless told, with an empty 200. */
export async function record(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.end(),
): Promise<Recorder> {
  const requests: Recorded[] = [];
  const served = await serve(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const recorded = { method, url, headers, body: "" };
    requests.push(recorded);
    for await (const chunk of request) recorded.body += chunk;
    answer(response, request);
  });
  return { ...served, requests };
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
