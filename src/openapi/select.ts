import type { ApiDocument } from "./document.ts";
import { UserError } from "./user-error.ts";

/** The documents of the named APIs, or all if none is named. Throws a `UserError` that lists the names if one is unknown. */
export function selectApis<Document extends ApiDocument>(documents: Document[], names: string[]): Document[] {
  const known = documents.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`There is no API "${unknown}". Known: ${known.join(", ")}.`, 2);
  return names.length === 0 ? documents : documents.filter(({ name }) => names.includes(name));
}
