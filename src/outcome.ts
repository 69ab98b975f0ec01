import type { Refusal } from "./login/outcome.ts";

export * from "./login/outcome.ts";

/** A reply as an adapter judges it. */
export interface Reply {
  /** HTTP status. */
  status: number;
  /** The parsed JSON; `undefined` if there is none. */
  body: unknown;
}

/** What a reply grants: a token, and for how long. */
export interface Grant {
  value: string;
  /** Milliseconds from the moment the reply arrived; absent when the API does not say. */
  lifetime?: number | undefined;
  /** An instant that the reply itself names, where it names one without doubt. */
  expiresAt?: Date | undefined;
  refresh?: { value: string; lifetime?: number | undefined } | undefined;
}

/** What an adapter reads a reply into: pure, without a clock. */
export type Judgement<LoginReply, Granted = Grant> = { ok: true; grant: Granted; reply: LoginReply } | Refusal;
