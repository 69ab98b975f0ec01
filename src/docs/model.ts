import type { Consent } from "../openapi/verification.ts";
import type { Mark, Note } from "./notes.ts";

/** All that the page of one document says, in the order in which it says it. Texts are Markdown. */
export interface ApiPage {
  name: string;
  /** Of BCP 47, such as `ja`. */
  language: string;
  title: string;
  version: string | undefined;
  summary: string;
  description: string;
  descriptionMarks: Mark[];
  glance: Glance;
  servers: ServerPart[];
  operations: OperationPart[];
  staying: Staying;
  about: AboutEntry[];
  notes: Note[];
  /** What a service can be asked with, to settle what is noted. */
  probes: { name: string; summary: string; consent: Consent; after?: string }[];
}

/** What `x-login` says, for who wants to know nothing else. */
export interface Glance {
  send: { id: string; method: string; path: string; summary: string; marks: Mark[] }[];
  credentials: Sent[];
  credentialMarks: Mark[];
  /** The document's own host; `undefined` where each installation has another. */
  host: string | undefined;
  hostMarks: Mark[];
  success: string;
  successMarks: Mark[];
  failure: string;
  /** Where a refusal's code is; the HTTP status where the reply has none. */
  code: string;
  /** Where a refusal's message is; empty where it has none. */
  message: string;
  failureMarks: Mark[];
  lifetime: string;
  lifetimeMarks: Mark[];
  refreshLifetime?: string;
  refreshLifetimeMarks: Mark[];
  renewal: string;
  /** The header line that every other call carries. */
  header: string;
  headerMarks: Mark[];
  /** What a refusal's code, status and message mean. */
  reasons: Rule[];
}

/** Something that is sent: a credential by the caller's name for it, or a constant. */
export interface Sent {
  /** The caller's name for a credential. */
  name?: string;
  place: "path" | "query" | "header" | "cookie" | "body" | "form" | "basic" | "security";
  /** On the wire. */
  wireName: string;
  required: boolean;
  constant?: unknown;
}

/** A rule of `reasons` or `x-rejection`: under which conditions, what follows. */
export interface Rule {
  conditions: { name: "status" | "schema" | "code" | "message"; value: string }[];
  result: string;
  marks: Mark[];
}

export interface ServerPart {
  url: string;
  description: string;
  marks: Mark[];
  variables: Member[];
}

export interface OperationPart {
  id: string;
  operationId: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  marks: Mark[];
  security: SecurityPart[];
  parameters: (Member & { place: Sent["place"] })[];
  body?: {
    required: boolean;
    mediaTypes: string[];
    description: string;
    marks: Mark[];
    parts: SchemaPart[];
  };
  replies: ReplyPart[];
  /** The schemas of the replies, each once. */
  parts: SchemaPart[];
  scenarios: Scenario[];
  /** Whether its first success is the first code of the page. */
  isFirst: boolean;
}

/** One way to secure an operation; no names mean that nothing is needed. */
export interface SecurityPart {
  schemes: { name: string; description: string; facts: Fact[]; marks: Mark[] }[];
}

/** A schema of a reply or a request, with its members as rows. */
export interface SchemaPart {
  id: string;
  /** Of the component, or what a reader knows it by. */
  name: string;
  facts: Fact[];
  description: string;
  marks: Mark[];
  /** What it is one of, if it is no more than a choice. */
  alternatives: { name: string; id: string }[];
  members: Member[];
}

/** A row: something with a place of its own in a request or a reply. */
export interface Member {
  id: string;
  /** Dotted, `[]` for the entries of a list. */
  name: string;
  /** Undefined where it makes no sense to ask, as of the entries of a list. */
  required?: boolean;
  facts: Fact[];
  description: string;
  marks: Mark[];
}

/** What a keyword says of a value. */
export interface Fact {
  keyword: string;
  value: unknown;
}

export interface ReplyPart {
  id: string;
  status: string;
  description: string;
  marks: Mark[];
  mediaTypes: string[];
  schemas: { name: string; id: string }[];
  headers: Member[];
}

/** A request and the reply that it gets. */
export interface Scenario {
  id: string;
  name: string;
  outcome: string;
  summary: string;
  description: string;
  marks: Mark[];
  requestSummary: string;
  requestDescription: string;
  /** What is wrong with the request, on purpose. */
  invalid: string[];
  /** Chosen by `Prefer` alone. */
  replyOnly: boolean;
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  /** The request as people read it: a line, headers, and the body. */
  requestText: string;
  status: number;
  replyHeaders: Record<string, string>;
  mediaType: string | undefined;
  /** The body as people read it; `undefined` where there is none. */
  replyText: string | undefined;
  /** For any POSIX shell. */
  curl: string;
  isFirst: boolean;
}

/** What is known of a token after the login. */
export interface Staying {
  header: string;
  scheme: { name: string; description: string; facts: Fact[]; marks: Mark[] };
  rejection: Rule[];
  refresh?: Refresh;
}

export interface Refresh {
  /** The operation's place on the page. */
  id: string;
  operation: string;
  credentials: Sent[];
  credentialMarks: Mark[];
  authorization?: "token" | "refreshToken";
  success: string;
  successMarks: Mark[];
  failure: string;
  /** Where a refusal's message is; empty where it has none. */
  message: string;
  failureMarks: Mark[];
  reasons: Rule[];
  lifetime: string;
  lifetimeMarks: Mark[];
}

/** What the document says of itself. */
export interface AboutEntry {
  name: "documentVersion" | "license" | "contact" | "externalDocs" | "tags" | "termsOfService";
  text: string;
  url?: string;
  description: string;
  marks: Mark[];
}

/** What a scenario is called among those of all pages. */
export function scenarioName({ name, language }: Pick<ApiPage, "name" | "language">, id: string): string {
  return `${language === "en" ? name : `${name}.${language}`}/${id}`;
}
