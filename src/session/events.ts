import type { LoginErrorCode } from "../errors.ts";
import type { RefusalReason } from "../login/outcome.ts";
import type { StoreEvent } from "../store/place.ts";

/** What happens in a session: its `type` says which of these it is. Durations are in milliseconds; no event holds a secret. */
export type SessionEvent = RequestEvent | WaitEvent | RejectionEvent | KeptEvent | StoreEvent;

/** A request was answered, or not. */
export interface RequestEvent {
  /** Whether it asked for a token by the credentials, or renewed the one held by its refresh token. */
  type: "login" | "renewal";
  /** How long it took, in milliseconds. */
  duration: number;
  /** What it came to: a success, why it was refused, or what kept it from being answered. */
  outcome: "success" | RefusalReason | LoginErrorCode;
}

/** A wait began, in which nothing is sent. */
export interface WaitEvent {
  /** A wait. */
  type: "wait";
  /** Milliseconds; `Infinity` for one that time does not lift. */
  duration: number;
  /** What the wait is for: calls meanwhile reject with it. */
  code: LoginErrorCode;
  /** Beside the code `refused`: why the login was refused. */
  reason?: RefusalReason;
}

/** The service said that the token is no longer good. */
export interface RejectionEvent {
  /** A rejection. */
  type: "rejection";
  /** Whether another token takes its place, or none does, since one came too shortly before. */
  outcome: "replaced" | "kept";
}

/** A token could not be renewed in time, and is used for what is left of it. */
export interface KeptEvent {
  /** A token that is kept. */
  type: "kept";
  /** Milliseconds that are left of it. */
  duration: number;
  /** Why it was not renewed. */
  code: LoginErrorCode;
}
