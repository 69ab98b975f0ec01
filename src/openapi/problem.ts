import type { Place } from "./document.ts";

/** Something that is wrong with a document. */
export interface Problem {
  at: Place;
  message: string;
}

export type Report = (at: Place, message: string) => void;
