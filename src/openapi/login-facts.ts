import type { OpenApiDocument } from "./document.ts";

/** What a reader must know to choose an API and no structure of OpenAPI says: the members of `info.x-login`. */
export const loginFacts = ["success", "failure", "lifetime", "renewal"] as const;

export type LoginFacts = Record<(typeof loginFacts)[number], string>;

/** The facts as the document states them; the house rule `login-facts` demands that all are there. */
export function loginFactsOf({ info }: OpenApiDocument): LoginFacts {
  return (info as { "x-login"?: LoginFacts })["x-login"] ?? { success: "", failure: "", lifetime: "", renewal: "" };
}
