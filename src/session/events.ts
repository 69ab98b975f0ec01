import type { LoginErrorCode } from "../errors.ts";
import type { RefusalReason } from "../login/outcome.ts";
import type { StoreEvent } from "../store/place.ts";

/** What happens in a session. Durations are in milliseconds; no event holds a secret. */
export type SessionEvent =
  /** A request was answered, or not. */
  | { type: "login" | "renewal"; duration: number; outcome: "success" | RefusalReason | LoginErrorCode }
  /** Nothing is sent for so long, `Infinity` for ever. `reason` beside the code `refused`. */
  | { type: "wait"; duration: number; code: LoginErrorCode; reason?: RefusalReason }
  /** The service said that the token is no longer good: another takes its place, or none does, since one came too shortly before. */
  | { type: "rejection"; outcome: "replaced" | "kept" }
  /** A token could not be renewed in time, and is used for what is left of it. */
  | { type: "kept"; duration: number; code: LoginErrorCode }
  | StoreEvent;
