import { codeSpan } from "./fact-text.ts";
import type { Words } from "./words.ts";

const code = (value: unknown) => codeSpan(JSON.stringify(value));
const codes = (values: unknown) => [values].flat().map(code).join(", ");

/** A sentence may begin with code, which stays as it is. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const english: Words = {
  language: "en",
  comma: ", ",
  colon: ": ",

  skip: "Skip to the content",
  onThisPage: "On this page",
  guides: "Guides",
  otherForms: "Other forms of this page",
  glance: "At a glance",
  description: "Description",
  staying: "Staying logged in",
  notes: "Not on the login page",
  version: "This document",
  compare: "Side by side",
  outcomes: "Outcomes",

  send: "Send",
  credentials: "Credentials",
  host: "Host",
  ownHost: "each installation's own",
  success: "Success",
  failure: "Failure",
  lifetime: "Lifetime of the token",
  refreshLifetime: "Lifetime of the refresh token",
  renewal: "Renewal",
  everyOtherCall: "Every other call carries",
  codes: "Known codes",
  code: "Code",
  message: "Message",
  notSaid: "Not said.",
  rejection: "How another call says that the token is no longer good",
  rejected: (isRejected) => (isRejected ? "rejected" : "not rejected"),
  refreshCarries: {
    token: "The request carries the token held in the token's own header.",
    refreshToken: "The request carries the refresh token in the token's own header.",
  },

  places: {
    path: "path",
    query: "query",
    header: "header",
    cookie: "cookie",
    body: "JSON",
    form: "form",
    basic: "HTTP Basic",
    security: "the token's header",
  },
  request: "Request",
  body: "Body",
  wholeBody: "the whole body",
  replies: "Replies",
  members: "Members",
  oneOf: "One of",
  anything: "Any value.",
  security: "Secured by",
  noSecurity: "nothing",
  scenarios: "Scenarios",
  scenariosText: "The mock answers each request so.",
  sendThis: "Send",
  getBack: "Get back",
  noBody: "no body",
  invalidOnPurpose: "Invalid on purpose",
  replyOnly: "The mock gives it where `Prefer` asks for it.",
  shownAbove: "Request and reply are the first on this page.",
  tabs: "Code in",
  tab: { curl: "curl", typescript: "TypeScript", session: "Stay logged in" },
  sessionRenews: "A session does this by itself, in time.",
  samplesAsk: (mock, host) =>
    `The code asks the mock at \`${mock}\`, in place of ${host === undefined ? "your installation" : `\`${host}\``}.`,

  required: "required",
  optional: "optional",
  fact(keyword, value) {
    switch (keyword) {
      case "type":
        return [value].flat().join(" or ");
      case "const":
        return `always ${code(value)}`;
      case "enum":
        return `one of ${codes(value)}`;
      case "not const":
        return `any but ${codes(value)}`;
      case "format":
        return `${value}`;
      case "minimum":
        return `≥ ${value}`;
      case "maximum":
        return `≤ ${value}`;
      case "exclusiveMinimum":
        return `> ${value}`;
      case "exclusiveMaximum":
        return `< ${value}`;
      case "multipleOf":
        return `multiple of ${value}`;
      case "minLength":
        return `length ≥ ${value}`;
      case "maxLength":
        return `length ≤ ${value}`;
      case "minItems":
        return `items ≥ ${value}`;
      case "maxItems":
        return `items ≤ ${value}`;
      case "minProperties":
        return `members ≥ ${value}`;
      case "maxProperties":
        return `members ≤ ${value}`;
      case "pattern":
        return `\`${value}\``;
      case "default":
        return `default ${code(value)}`;
      case "example":
      case "examples":
        return `e.g. ${codes(value)}`;
      case "required":
        return `requires ${codes(value)}`;
      case "additionalProperties":
        return value === false ? "no further members" : undefined;
      default:
        return undefined;
    }
  },
  recursive: (name) => `as \`${name}\` above`,

  provenance(kind, observed) {
    if (kind === "inferred") return "inferred";
    if (kind === "sibling-page") return "other page";
    return observed === undefined ? kind : `${kind} ${observed}`;
  },
  notesText:
    "Whatever is unmarked stands on the login page. Here is why the rest is believed: **inferred** from something else, said by an **other page** (`sibling-page` in the document), or **observed** of the service itself.",
  everythingDocumented: "Nothing: all of this stands on the login page.",
  settleText: (api) =>
    `Whoever has an account can settle what a note names a request for: \`npx login-apis verify ${api} --server <url>\` says what it would send, and sends it once you agree.`,
  consent: { safe: "safe", token: "has a token issued", risk: "may cost the account" },
  place: {
    description: "description",
    server: "server",
    document: "document",
    path: "path",
    requestBody: "request",
    response: "reply",
    scenario: "scenario",
    elsewhere: "elsewhere in the document",
  },

  documentVersion: "Version",
  license: "License",
  contact: "Contact",
  externalDocs: "Documentation",
  tags: "Tags",
  servers: "Servers",
  termsOfService: "Terms of service",

  facts: {
    or: " or ",
    and: " and ",
    equals: (name, value) => `${name} ${value}`,
    otherThan: (name, values) => `${name} other than ${values.join(", ")}`,
    success: (conditions, token) => `${conditions}. ${token}`,
    token: (place) => `The token is ${place}.`,
    anyError: "an HTTP status of 400 or above",
    httpStatus: "the HTTP status",
    bodyWith: (names) => `a body with ${names.join(", ")}`,
    failure: (conditions, code) =>
      code === undefined ? `${capital(conditions)}.` : `${capital(conditions)}; ${code} says why.`,
    noEnd: "Not said: until a call is told that it is over.",
    jwt: "The token is a JWT, whose claims say it",
    at: (place) => `${place} says until when`,
    instant: (place) => `${place}, if it has an offset`,
    seconds: "seconds",
    milliseconds: "milliseconds",
    after: (count, unit) => `${count} ${unit} from the reply`,
    inReply: (place, unit) => `${place} says it in ${unit}`,
    refresh: (operation) => `By ${operation} with the refresh token, without the password.`,
    anotherLogin: "By another login.",
    headerPlace: (name) => `the header ${name}`,
    whole: "the body itself",
    alternatives: (parts) => parts.join(", or "),
    sentence: (text) => `${text}.`,
  },
  outcomeMeanings: {
    success: "Logged in. The outcome holds the token, ready to send.",
    invalid_credentials: "User and password do not fit. Sending them again changes nothing, and may lock the account.",
    invalid_request: "The service could not use the request: something is missing, empty or malformed.",
    not_permitted: "The account or company may not do this. Somebody has to grant it first.",
    not_found: "Something that the request names does not exist.",
    rate_limited: "Too many requests, or a quota that is used up. Try again later, not at once.",
    server_error: "The service failed. Try again later.",
    unknown: "The service refused for a reason that has no name of its own here. Read code and message.",
  },
  outcomesText: "However an API says it, `login()` resolves to one of these.",

  first: {
    title: "Login APIs, side by side",
    description: "What login APIs take and answer, from their OpenAPI documents.",
    lead: "What each of these APIs takes and answers when a program logs in, as its OpenAPI document says it.",
    ownDescription: "OpenAPI documents, typed clients and mocks of login APIs that publish none.",
    ownLead:
      "These APIs let programs log in, and none publishes a contract that a machine can read. login-apis is that contract: an OpenAPI document for each, a typed client made from it, a mock that answers as documented, and these pages.",
    mock: (address) =>
      `All can be tried without an account: the mock behind this page answers for them at \`${address}\`.`,
    mockCommand: (command) => `All can be tried without an account: \`${command}\` answers for them.`,
    caption: "What to send, what comes back, and how the token is used",
    fact: "Fact",
    notSaid: "Not on its login page",
    counted: (inferred, siblings, observed) =>
      [
        `${inferred} inferred`,
        ...(siblings > 0 ? [`${siblings} of other pages`] : []),
        ...(observed > 0 ? [`${observed} observed`] : []),
      ].join(", "),
    page: "All of it",
    inEnglish: "in English",
    tryIt: "Try it",
    programs: "For readers that are programs",
  },

  script: {
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: press Ctrl+C",
    notCopied: "Not copied",
    copyCurl: "Copy curl",
    copyPage: "Copy page",
    sendTo: "Send to the mock at {origin}",
    noAnswer: "No answer. Is the mock running?",
  },

  trying: {
    sending: "Sending…",
    judged: "What x-login makes of it",
    success: "success",
    refusal: "refused: {reason}, code {code}: {message}",
    noOutcome: "no answer about the login",
    ends: "The token ends {seconds} seconds from the reply.",
    endsAt: "The token ends at {date}.",
    noEnd: "The reply says no end of it.",
    carries: "Every other call carries",
    extended: "The token held is good for longer.",
  },
};
