import { type Answer, problem } from "../answer.ts";

export const delayHeader = "X-Mock-Delay";
export const faultHeader = "X-Mock-Fault";

const maximumDelay = 60_000;

/** What a fault sends in place of an answer. None of it is of the request. */
export type Damaged =
  | Answer
  /** The connection is reset in place of an answer. */
  | "reset"
  /** Nothing comes until the client leaves. */
  | "hang"
  /** The body ends halfway, and the connection with it. */
  | { half: Answer };

/** Where the fault `redirect` leads. */
export const redirectPath = "/redirected";

/** How each fault damages an answer. */
const faults = new Map<string, (answer: Answer) => Damaged>([
  ["reset", () => "reset"],
  ["truncate", (answer) => ({ half: answer })],
  ["empty", (answer) => ({ ...answer, body: "" })],
  // A page for people, such as a proxy's.
  [
    "html",
    (answer) => ({
      ...answer,
      headers: { ...answer.headers, "content-type": "text/html" },
      body: "<!doctype html><title>Mock</title><h1>This page stands in place of the answer.</h1>\n",
    }),
  ],
  // Leads elsewhere with method and body kept: always to the same place, which answers 404.
  ["redirect", ({ headers }) => ({ status: 307, headers: { ...headers, location: redirectPath }, body: "" })],
  ["hang", () => "hang"],
  ["429", () => problem(429, "Too many requests", {}, { "retry-after": "1" })],
  ["500", () => problem(500, "The service failed")],
  ["503", () => problem(503, "The service is unavailable", {}, { "retry-after": "1" })],
]);

/** What of these sends another answer: it is none of the document's any more. */
const replacing: readonly string[] = ["redirect", "429", "500", "503"];

/** Whether a fault sends another answer in place of the one that was found. */
export function isReplacing(fault: string | undefined): boolean {
  return fault !== undefined && replacing.includes(fault);
}

/** The faults that there are. */
export const faultNames: readonly string[] = [...faults.keys()];

/** How an answer is to be sent. */
export interface Delivery {
  /** Milliseconds before it. */
  delay: number;
  fault?: string;
}

/** Reads the headers that ask for a delay or a fault. A problem, if they ask for one that does not exist. */
export function readDelivery(headers: Readonly<Record<string, string>>): Delivery | Answer {
  const { [delayHeader.toLowerCase()]: delay = "0", [faultHeader.toLowerCase()]: fault } = headers;
  if (!/^\d{1,5}$/.test(delay) || !isDelay(Number(delay)))
    return problem(400, `${delayHeader} takes milliseconds, a whole number from 0 to ${maximumDelay}`);
  if (fault === undefined) return { delay: Number(delay) };
  if (!faults.has(fault)) return problem(400, `${faultHeader} takes one of the faults`, { faults: faultNames });
  return { delay: Number(delay), fault };
}

/** Whether an answer can be held back for so many milliseconds. */
export function isDelay(delay: number): boolean {
  return Number.isInteger(delay) && delay >= 0 && delay <= maximumDelay;
}

/** What is sent in place of an answer by a fault; the answer itself without one. */
export function damaged(answer: Answer, fault: string | undefined): Damaged {
  const damage = fault === undefined ? undefined : faults.get(fault);
  if (!damage) return answer;
  const result = damage(answer);
  // What says who may read an answer, and which it is, stays.
  return typeof result === "object" && "status" in result
    ? { ...result, headers: { ...kept(answer), ...result.headers } }
    : result;
}

/** The status that a client gets to see; `undefined`, if none is sent. */
export function sentStatus(sent: Damaged): number | undefined {
  if (typeof sent === "string") return undefined;
  return "half" in sent ? sent.half.status : sent.status;
}

function kept({ headers }: Answer): Answer["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-|x-mock-|date$)/.test(name)));
}
