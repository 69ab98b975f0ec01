import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type Answer, problem } from "./answer.ts";

export const delayHeader = "X-Mock-Delay";
export const faultHeader = "X-Mock-Fault";

const maximumDelay = 60_000;

type Send = (response: ServerResponse, answer: Answer) => void;

/** How each fault sends an answer. None sends anything of the request. */
const faults: Record<string, Send> = {
  /** The connection is reset in place of an answer. */
  reset: (response) => response.socket?.resetAndDestroy(),
  /** The body ends halfway, and the connection with it. */
  truncate: (response, answer) => {
    writeHead(response, answer).write(answer.body.slice(0, answer.body.length / 2));
    response.socket?.end();
  },
  /** The answer has no body. */
  empty: (response, answer) => send(response, { ...answer, body: "" }),
  /** The body is a page for people, such as a proxy's. */
  html: (response, answer) =>
    send(response, {
      ...answer,
      headers: { ...answer.headers, "content-type": "text/html" },
      body: "<!doctype html><title>Mock</title><h1>This page stands in place of the answer.</h1>\n",
    }),
  /** Leads elsewhere with method and body kept: always to the same place, which answers 404. */
  redirect: (response, answer) =>
    send(response, { ...answer, status: 307, headers: { ...answer.headers, location: "/redirected" }, body: "" }),
  /** Nothing comes until the client leaves. */
  hang: () => {},
};

/** How an answer is to be sent. */
export interface Delivery {
  /** Milliseconds before it. */
  delay: number;
  fault?: string;
}

/** Reads the headers that ask for a delay or a fault. A problem, if they ask for one that does not exist. */
export function readDelivery(headers: NodeJS.Dict<string | string[]>): Delivery | Answer {
  const { [delayHeader.toLowerCase()]: delay = "0", [faultHeader.toLowerCase()]: fault } = headers;
  if (!/^\d{1,5}$/.test(String(delay)) || Number(delay) > maximumDelay)
    return problem(400, `${delayHeader} takes milliseconds, a whole number from 0 to ${maximumDelay}`);
  if (fault === undefined) return { delay: Number(delay) };
  if (!Object.hasOwn(faults, String(fault)))
    return problem(400, `${faultHeader} takes one of the faults`, { faults: Object.keys(faults) });
  return { delay: Number(delay), fault: String(fault) };
}

/** Sends an answer as `delivery` has it. Gives up when the client leaves. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  { delay, fault }: Delivery = { delay: 0 },
): Promise<void> {
  if (delay > 0 && !(await pause(response, delay))) return;
  const faulty = fault === undefined ? send : faults[fault];
  faulty?.(response, answer);
}

async function pause(response: ServerResponse, delay: number): Promise<boolean> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return setTimeout(delay, true, { signal: gone.signal }).catch(() => false);
}

function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer).end(answer.body);
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): ServerResponse {
  return response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
}
