import { keysOf } from "../login/place.ts";
import { resolve } from "../openapi/document.ts";
import type { RequestPlace } from "../openapi/expressions.ts";
import type { DocumentedCall, DocumentedLogin } from "../openapi/login.ts";
import { isForm } from "../openapi/media-type.ts";
import type { PlacedOperation } from "../openapi/operations.ts";
import { failureText, lifetimeText, loginFacts, placeText, successText } from "./login-facts.ts";
import { factsOf } from "./members.ts";
import type { Glance, Refresh, Rule, Sent, Staying } from "./model.ts";
import type { Mark } from "./notes.ts";
import { extensionOf, type Loose, operationId, type PageContext, textOf, tokenScheme } from "./page-context.ts";
import type { Words } from "./words.ts";

/** What `x-login` says, for who wants to know nothing else. */
export function glanceOf(context: PageContext, placed: PlacedOperation[]): Glance {
  const { document, login, notes, words } = context;
  const { contract } = login;
  const facts = loginFacts(login, words.facts);
  const send = placed.map((operation) => {
    const { method, path } = operation;
    const item = document.paths[path] as Loose;
    return {
      id: operationId(context, operation),
      method: method.toUpperCase(),
      path,
      summary: operation.operation.summary ?? "",
      marks: notes.mark(resolve(document, item), `${words.place.path} ${path}`),
    };
  });
  const marks = (place: string, ...members: string[]) => provenanceMarks(context, login, "x-login", place, members);
  const credentialMarks = marks(words.credentials, "credentials", "send");
  const hostMarks = notes.mark(document.servers?.[0], words.host);
  return {
    send,
    credentials: sentBy(login),
    credentialMarks,
    host: login.host,
    hostMarks,
    success: facts.success,
    successMarks: marks(words.success, "success", "token", "refreshToken"),
    failure: facts.failure,
    code: contract.code === undefined ? words.facts.httpStatus : placeText(contract.code, words.facts),
    message: messageText(login, words),
    failureMarks: marks(words.failure, "refusal", "code", "message"),
    lifetime: facts.lifetime,
    lifetimeMarks: marks(words.lifetime, "ends"),
    ...(contract.refreshToken && { refreshLifetime: refreshTokenText(login, words) }),
    refreshLifetimeMarks: marks(words.refreshLifetime, "refreshEnds"),
    renewal: facts.renewal,
    header: facts.header,
    headerMarks: notes.mark(tokenScheme(context).node, words.everyOtherCall),
    reasons: reasonsOf(context, login, "x-login"),
  };
}

/** Where a refusal's message is; empty where it has none. */
function messageText({ contract }: DocumentedCall, words: Words): string {
  const places = contract.message?.map((place) => placeText(place, words.facts)) ?? [];
  if (places.length === 0) return "";
  return words.facts.sentence(`${words.message}${words.colon}${places.join(words.facts.or)}`);
}

/** The refresh token is there where this says; it ends as the other does. */
function refreshTokenText({ contract }: DocumentedLogin, words: Words): string {
  const lifetime = lifetimeText(contract.refreshEnds, words.facts);
  if (!contract.refreshToken) return lifetime;
  return `${words.facts.sentence(placeText(contract.refreshToken, words.facts))} ${lifetime}`;
}

/** The marks of members of an extension, whose provenance stands together. */
function provenanceMarks(
  { notes }: PageContext,
  { operation }: DocumentedCall,
  extension: "x-login" | "x-refresh",
  place: string,
  members: string[],
): Mark[] {
  const { provenance = {} } = extensionOf(operation, extension);
  return members.flatMap((member) => notes.mark((provenance as Loose)[member], place));
}

function reasonsOf(context: PageContext, { operation }: DocumentedCall, extension: "x-login" | "x-refresh"): Rule[] {
  const { reasons = [] } = extensionOf(operation, extension) as { reasons?: Loose[] };
  return reasons.map((rule) => ruleOf(context, rule, String(rule.reason), context.words.codes));
}

function ruleOf({ notes }: PageContext, rule: Loose, result: string, place: string): Rule {
  const names = ["status", "schema", "code", "message"] as const;
  const conditions = names.flatMap((name) => (rule[name] === undefined ? [] : [{ name, value: String(rule[name]) }]));
  const known = conditions.map(({ value }) => value).join(" ");
  return { conditions, result, marks: notes.mark(rule, `${place} ${known}`.trim()) };
}

/** What a login or refresh sends, by the caller's names. */
function sentBy({ credentials, constants, mediaType = "" }: DocumentedCall): Sent[] {
  const named = credentials.map(({ name, place, required }) => ({ ...wirePlace(place, mediaType), name, required }));
  const sent = constants.map(({ place, value }) => ({
    ...wirePlace(place, mediaType),
    required: true,
    constant: value,
  }));
  return [...named, ...sent];
}

function wirePlace(place: RequestPlace, mediaType: string): Pick<Sent, "place" | "wireName"> {
  if (place.in === "security") return { place: "security", wireName: "" };
  if (place.in !== "body") return { place: place.in, wireName: place.name };
  return { place: isForm(mediaType) ? "form" : "body", wireName: keysOf(place.pointer).join(".") };
}

/** What is known of a token after the login. */
export function stayingOf(context: PageContext): Staying {
  const { notes, words, login } = context;
  const { name, node } = tokenScheme(context);
  const marks = notes.mark(node, words.staying);
  const rules = (node["x-rejection"] ?? []) as Loose[];
  const rejection = rules.map((rule) => ruleOf(context, rule, words.rejected(rule.rejected !== false), words.staying));
  const refresh = refreshOf(context);
  return {
    header: loginFacts(login, words.facts).header,
    scheme: { name, description: textOf(node.description), facts: factsOf(node, ["x-rejection"]), marks },
    rejection,
    ...(refresh && { refresh }),
  };
}

function refreshOf(context: PageContext): Refresh | undefined {
  const { login, words } = context;
  const { refresh } = login;
  if (!refresh) return undefined;
  const { operation, contract, authorization } = refresh;
  const marks = (place: string, ...members: string[]) => provenanceMarks(context, refresh, "x-refresh", place, members);
  return {
    id: operationId(context, operation),
    operation: `${operation.method.toUpperCase()} ${operation.path}`,
    credentials: sentBy(refresh),
    credentialMarks: marks(words.credentials, "credentials", "send"),
    ...(authorization && { authorization }),
    success: words.facts.sentence(successText(contract.success, words.facts)),
    successMarks: marks(words.success, "success", "token", "refreshToken"),
    failure: failureText(contract, words.facts),
    message: messageText(refresh, words),
    failureMarks: marks(words.failure, "refusal", "code", "message"),
    reasons: reasonsOf(context, refresh, "x-refresh"),
    lifetime: lifetimeText(contract.ends, words.facts),
    lifetimeMarks: marks(words.lifetime, "ends", "refreshEnds"),
  };
}
