import { connect, type Fetch } from "../http/options.ts";
import type { ApiDocument, Place } from "../openapi/document.ts";
import type { DocumentedLogin } from "../openapi/login.ts";
import { inferencesOf } from "../openapi/verification.ts";
import { ask } from "./ask.ts";
import type { Journal } from "./journal.ts";
import type { Plan } from "./plan.ts";
import type { OwnCredentials } from "./request.ts";
import { type Verdict, verdictsOf } from "./verdicts.ts";

/** A document, and where in its file something stands. */
export type VerifiedDocument = ApiDocument & { placeOf: (at: Place) => string };

/** The service to ask, and whose account. */
export interface Service {
  baseUrl: string;
  credentials: OwnCredentials;
  /** A path that a reading call can be made to. */
  readingPath?: string | undefined;
  fetch?: Fetch;
  /** Milliseconds for each request. */
  timeout?: number;
}

/**
 * Sends what is planned to a service, each request at most once, and says of each inference of the document whether it was
 * held, contradicted or not reached. `today` is the date of what was observed. Throws `invalid_argument` or `insecure_url`
 * for a `baseUrl` that cannot be used; nothing is sent then.
 */
export async function verify(
  { document, placeOf }: VerifiedDocument,
  login: DocumentedLogin,
  { asked: planned, unasked }: Plan,
  { credentials, readingPath, ...options }: Service,
  journal: Journal,
  today: string,
): Promise<Verdict[]> {
  const connection = connect(undefined, options);
  const inferences = inferencesOf(document);
  const asked = await ask({ connection, document, login, inferences, own: credentials, readingPath }, planned, journal);
  return verdictsOf(inferences, { asked, unasked }, placeOf, today);
}
