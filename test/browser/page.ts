import { LoginError } from "../../src/errors.ts";
import { type Calling, call, callRaw } from "../support/calling.ts";

/** One call to make in a page, by data alone, so that it can cross into the browser. */
export interface Attempt {
  calling: Calling;
  baseUrl: string;
  secret: string;
  /** By the client's own method in place of `login` or `refresh`. */
  raw?: boolean;
  timeout?: number;
  headers?: Record<string, string>;
}

export interface Seen {
  /** `success`, the reason of a refusal, or the code of a LoginError. */
  outcome: string;
  token?: unknown;
  /** Every text that the outcome shows of itself, but for the token and the reply. */
  shown: string;
}

async function attempt({ calling, secret, raw, ...options }: Attempt): Promise<Seen> {
  const controller = new AbortController();
  window.abort = () => controller.abort();
  try {
    if (raw) return { outcome: `HTTP ${(await callRaw(calling, options, secret)).response.status}`, shown: "" };
    const outcome = await call(calling, { ...options, signal: controller.signal }, secret);
    if (outcome.ok) return { outcome: "success", token: outcome.token, shown: "" };
    return { outcome: outcome.reason, shown: JSON.stringify({ ...outcome, reply: undefined }) };
  } catch (error) {
    if (!(error instanceof LoginError)) return { outcome: `not a LoginError: ${error}`, shown: String(error) };
    const values = Object.getOwnPropertyNames(error).map((property) => String(Reflect.get(error, property)));
    const shown = [...values, String(error.cause), JSON.stringify(error), String(error)].join("\n");
    return { outcome: error.code, shown };
  }
}

declare global {
  interface Window {
    attempt: typeof attempt;
    /** Aborts the attempt that was made last. */
    abort(): void;
  }
}

window.attempt = attempt;
