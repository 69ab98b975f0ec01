import type { RefusalReason } from "../login/outcome.ts";
import { UserError } from "../openapi/user-error.ts";
import type { Consent } from "../openapi/verification.ts";
import { english } from "./words-en.ts";
import { japanese } from "./words-ja.ts";

/** All that the docs say beside a document's own prose, in one language. What stands in backticks is Markdown's code. */
export interface Words {
  /** Of BCP 47, such as `ja`. */
  language: string;
  /** Between two things of a list. */
  comma: string;
  /** Behind a name, before what is said of it. */
  colon: string;

  skip: string;
  onThisPage: string;
  guides: string;
  otherForms: string;
  glance: string;
  description: string;
  staying: string;
  notes: string;
  version: string;
  compare: string;
  outcomes: string;

  send: string;
  credentials: string;
  host: string;
  ownHost: string;
  success: string;
  failure: string;
  lifetime: string;
  refreshLifetime: string;
  renewal: string;
  everyOtherCall: string;
  codes: string;
  code: string;
  message: string;
  notSaid: string;
  rejection: string;
  rejected(isRejected: boolean): string;
  refreshCarries: Record<"token" | "refreshToken", string>;

  places: Record<"path" | "query" | "header" | "cookie" | "body" | "form" | "basic" | "security", string>;
  request: string;
  body: string;
  wholeBody: string;
  replies: string;
  members: string;
  oneOf: string;
  /** Of a schema that says nothing. */
  anything: string;
  security: string;
  noSecurity: string;
  scenarios: string;
  scenariosText: string;
  sendThis: string;
  getBack: string;
  noBody: string;
  invalidOnPurpose: string;
  replyOnly: string;
  shownAbove: string;
  tabs: string;
  tab: Record<"curl" | "typescript" | "session", string>;
  sessionRenews: string;
  samplesAsk(mock: string, host: string | undefined): string;

  required: string;
  optional: string;
  /** What a keyword of JSON Schema says, in Markdown; nothing, for one that has no words here. */
  fact(keyword: string, value: unknown): string | undefined;
  recursive(name: string): string;

  /** One muted word for what a fact is known from, if that is not the login page. */
  provenance(kind: string, observed: string | undefined): string;
  notesText: string;
  everythingDocumented: string;
  /** How an account holder settles the notes. */
  settleText(api: string): string;
  consent: Record<Consent, string>;
  place: Record<PlaceName, string>;

  documentVersion: string;
  license: string;
  contact: string;
  externalDocs: string;
  tags: string;
  servers: string;
  termsOfService: string;

  facts: FactWords;
  outcomeMeanings: Record<"success" | RefusalReason, string>;
  outcomesText: string;

  first: FirstPageWords;
  script: ScriptWords;
  trying: TryWords;
}

export type PlaceName =
  | "description"
  | "server"
  | "document"
  | "path"
  | "requestBody"
  | "response"
  | "scenario"
  | "elsewhere";

/** How the sentences on a login are made. Names and values come as Markdown's code. */
export interface FactWords {
  or: string;
  and: string;
  equals(name: string, value: string): string;
  otherThan(name: string, values: string[]): string;
  success(conditions: string, token: string): string;
  token(place: string): string;
  anyError: string;
  bodyWith(names: string[]): string;
  httpStatus: string;
  failure(conditions: string, code: string | undefined): string;
  noEnd: string;
  jwt: string;
  at(place: string): string;
  /** Of a text, which is an instant only with its offset. */
  instant(place: string): string;
  seconds: string;
  milliseconds: string;
  after(count: number, unit: string): string;
  inReply(place: string, unit: string): string;
  refresh(operation: string): string;
  anotherLogin: string;
  headerPlace(name: string): string;
  whole: string;
  alternatives(parts: string[]): string;
  sentence(text: string): string;
}

export interface FirstPageWords {
  title: string;
  description: string;
  lead: string;
  /** What this project says of its own documents, in place of both. */
  ownDescription: string;
  ownLead: string;
  mock(address: string): string;
  mockCommand(command: string): string;
  caption: string;
  fact: string;
  notSaid: string;
  counted(inferred: number, siblings: number, observed: number): string;
  page: string;
  inEnglish: string;
  tryIt: string;
  programs: string;
}

/** What the script of a page says. `{…}` is filled in. */
export interface ScriptWords {
  copy: string;
  copied: string;
  selected: string;
  notCopied: string;
  copyCurl: string;
  copyPage: string;
  sendTo: string;
  noAnswer: string;
}

/** What is said of an answer that was tried. `{…}` is filled in. */
export interface TryWords {
  sending: string;
  judged: string;
  success: string;
  refusal: string;
  noOutcome: string;
  ends: string;
  endsAt: string;
  noEnd: string;
  carries: string;
  extended: string;
}

const languages: Record<string, Words> = { en: english, ja: japanese };

/** The words of a language. Throws a `UserError` where there are none. */
export function wordsOf(language: string): Words {
  const words = Object.hasOwn(languages, language) ? languages[language] : undefined;
  if (!words)
    throw new UserError(`src/docs/words.ts has no words for the language "${language}" of a translation. Add them.`);
  return words;
}

/** What a language calls itself. */
export function languageName(language: string): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}
