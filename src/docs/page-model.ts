import { keysOf } from "../login/place.ts";
import { curlLine } from "../mock/curl.ts";
import { UserError } from "../mock/user-error.ts";
import {
  type ApiDocument,
  type Header,
  type MediaType,
  nodesOf,
  type OpenApiDocument,
  type Parameter,
  type Response,
  resolve,
} from "../openapi/document.ts";
import type { RequestPlace } from "../openapi/expressions.ts";
import { type DocumentedCall, type DocumentedLogin, readLogin } from "../openapi/login.ts";
import { isForm, isJson } from "../openapi/media-type.ts";
import { operationsOf, type PlacedOperation } from "../openapi/operations.ts";
import { type DocumentedOperation, type Reply, readOperations, wireRequest } from "../openapi/scenarios.ts";
import { Ids } from "./ids.ts";
import { failureText, lifetimeText, loginFacts, placeText, successText } from "./login-facts.ts";
import { factsOf, membersOf, type PageContext, SchemaParts } from "./members.ts";
import type {
  AboutEntry,
  ApiPage,
  Glance,
  Member,
  OperationPart,
  Refresh,
  ReplyPart,
  Rule,
  Scenario,
  SecurityPart,
  Sent,
  ServerPart,
  Staying,
} from "./model.ts";
import { type Mark, Notes } from "./notes.ts";
import type { Words } from "./words.ts";

/** The sections of every page; no part of a document gets one of these ids. */
export const sections = [
  "main",
  "glance",
  "description",
  "staying",
  "notes",
  "version",
  "page-data",
  "tab-curl",
  "tab-typescript",
  "tab-session",
] as const;

/** What a node says beside what this project types. */
type Loose = Record<string, unknown>;

interface Making extends PageContext {
  api: ApiDocument;
  login: DocumentedLogin;
  words: Words;
  baseUrl: string;
  /** The ids of the operations, which other parts lead to before their turn comes. */
  operationIds: Map<string, string>;
}

/**
 * Reads all that a document says into the model of its page. `baseUrl` is where the mock answers, for the curl lines.
 * Throws a `UserError` if its login is not whole.
 */
export function pageModel(api: ApiDocument, words: Words, baseUrl: string): ApiPage {
  const { name, document } = api;
  const login = documentedLogin(api);
  const ids = new Ids();
  for (const section of sections) ids.take(section);
  const operations = readOperations([api]);
  const placed = operationsOf(document);
  const operationIds = new Map(
    placed.map((operation) => [keyOf(operation), ids.take(operation.operation.operationId)] as const),
  );
  const making: Making = {
    api,
    document,
    login,
    words,
    baseUrl,
    ids,
    notes: new Notes(),
    operationIds,
    anything: words.anything,
  };
  // In the order of the page, so that its notes are numbered in it.
  const info = document.info as OpenApiDocument["info"] & Loose;
  const glance = glanceOf(making, placed);
  const descriptionMarks = making.notes.mark(info, words.place.description);
  const servers = serversOf(making);
  const parts = placed.map((operation, index) =>
    operationPart(making, operation, operations[index] as DocumentedOperation),
  );
  const staying = stayingOf(making);
  const about = aboutOf(making);
  for (const { node } of nodesOf(document)) {
    if (!making.notes.has(node)) making.notes.mark(node, words.place.elsewhere);
  }
  return {
    name,
    language: words.language,
    title: info.title,
    version: info.version,
    summary: info.summary ?? "",
    description: info.description ?? "",
    descriptionMarks,
    glance,
    servers,
    operations: parts,
    staying,
    about,
    notes: making.notes.all,
  };
}

/** The login that a document states. Throws a `UserError` if it is not whole. */
export function documentedLogin({ name, document }: ApiDocument): DocumentedLogin {
  const { login, problems } = readLogin(document);
  if (login && problems.length === 0) return login;
  const messages = problems.map(({ message }) => `${name}: ${message}`);
  throw new UserError(`${messages.join("\n")}\nFor file and line, run: npm run lint`);
}

function keyOf({ method, path }: Pick<PlacedOperation, "method" | "path">): string {
  return `${method} ${path}`;
}

function isSame(one: PlacedOperation | undefined, other: PlacedOperation): boolean {
  return one !== undefined && keyOf(one) === keyOf(other);
}

function glanceOf(making: Making, placed: PlacedOperation[]): Glance {
  const { document, login, notes, words } = making;
  const { contract } = login;
  const facts = loginFacts(login, words.facts);
  const send = placed.map((operation) => {
    const { method, path } = operation;
    const item = document.paths[path] as Loose;
    return {
      id: making.operationIds.get(keyOf(operation)) ?? "",
      method: method.toUpperCase(),
      path,
      summary: operation.operation.summary ?? "",
      marks: notes.mark(resolve(document, item), `${words.place.path} ${path}`),
    };
  });
  const marks = (place: string, ...members: string[]) => provenanceMarks(making, login, "x-login", place, members);
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
    message: messageText(login, words),
    failureMarks: marks(words.failure, "refusal", "code", "message"),
    lifetime: facts.lifetime,
    lifetimeMarks: marks(words.lifetime, "ends"),
    ...(contract.refreshToken && { refreshLifetime: refreshTokenText(login, words) }),
    refreshLifetimeMarks: marks(words.refreshLifetime, "refreshEnds"),
    renewal: facts.renewal,
    header: facts.header,
    headerMarks: notes.mark(tokenScheme(making).node, words.everyOtherCall),
    reasons: reasonsOf(making, login, "x-login"),
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
  { notes }: Making,
  { operation }: DocumentedCall,
  extension: "x-login" | "x-refresh",
  place: string,
  members: string[],
): Mark[] {
  const { provenance = {} } = extensionOf(operation, extension);
  return members.flatMap((member) => notes.mark((provenance as Loose)[member], place));
}

function extensionOf(operation: PlacedOperation, extension: string): Loose {
  return ((operation.operation as unknown as Loose)[extension] ?? {}) as Loose;
}

function reasonsOf(making: Making, { operation }: DocumentedCall, extension: "x-login" | "x-refresh"): Rule[] {
  const { reasons = [] } = extensionOf(operation, extension) as { reasons?: Loose[] };
  return reasons.map((rule) => ruleOf(making, rule, String(rule.reason), making.words.codes));
}

function ruleOf({ notes }: Making, rule: Loose, result: string, place: string): Rule {
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

/** The scheme that carries the token: that of the document's `security`, or the one that x-login names. */
function tokenScheme({ document, login }: Making): { name: string; node: Loose } {
  const { scheme } = extensionOf(login.operation, "x-login") as { scheme?: string };
  const [first = ""] = (document.security ?? []).flatMap((requirement) => Object.keys(requirement));
  const name = scheme ?? first;
  return { name, node: resolve<Loose>(document, (document.components?.securitySchemes?.[name] ?? {}) as Loose) };
}

function serversOf({ document, ids, notes, words }: Making): ServerPart[] {
  return (document.servers ?? []).map(({ url, description = "", variables = {}, ...rest }, index) => ({
    url,
    description,
    marks: notes.mark(rest, words.place.server),
    variables: Object.entries(variables as Record<string, Loose>).map(([name, node]) => ({
      id: ids.take(`server-${index + 1}.${name}`),
      name,
      facts: factsOf(node),
      description: textOf(node.description),
      marks: notes.mark(node, `${words.place.server} ${name}`),
    })),
  }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function operationPart(making: Making, placed: PlacedOperation, documented: DocumentedOperation): OperationPart {
  const { login, notes, words } = making;
  const { method, path, operation } = placed;
  const id = making.operationIds.get(keyOf(placed)) ?? "";
  const title = operation.summary ?? `${method.toUpperCase()} ${path}`;
  const isFirst = isSame(login.operation, placed);
  const marks = notes.mark(operation, title);
  const security = securityOf(making, placed);
  const parameters = placed.parameters.map(({ node }) => parameterOf(making, id, node));
  const body = bodyOf(making, id, placed);
  const parts = new SchemaParts(making, id);
  const replies = [...placed.responses].map(([status, { node }]) => replyPart(making, id, status, node, parts));
  const success = documented.replies.find(({ example }) => example["x-outcome"] === "success");
  return {
    id,
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: title,
    description: operation.description ?? "",
    marks,
    security,
    parameters,
    ...(body && { body }),
    replies,
    parts: parts.all,
    scenarios: documented.replies.map((reply) => scenarioOf(making, id, documented, reply, reply === success, words)),
    isFirst,
  };
}

/** What an operation demands beside the token: the token is said where it belongs. */
function securityOf(making: Making, { operation }: PlacedOperation): SecurityPart[] {
  const { document, notes } = making;
  const token = tokenScheme(making).name;
  return (operation.security ?? document.security ?? []).map((requirement) => ({
    schemes: Object.keys(requirement).map((name) => {
      const node = resolve<Loose>(document, (document.components?.securitySchemes?.[name] ?? {}) as Loose);
      if (name === token) return { name, description: "", facts: [], marks: [] };
      return {
        name,
        description: textOf(node.description),
        facts: factsOf(node, ["x-examples"]),
        marks: notes.mark(node, name),
      };
    }),
  }));
}

function parameterOf(making: Making, id: string, parameter: Parameter): OperationPart["parameters"][number] {
  const { document, ids, notes, words } = making;
  const { name, in: place, description = "", required = false, schema = {}, ...rest } = parameter;
  const described = resolve<Loose>(document, schema as Loose);
  const own: Member = {
    id: ids.take(`${id}.${name}`),
    name,
    required,
    facts: [...factsOf(described), ...factsOf(rest as Loose, ["examples"])],
    description: [description, textOf(described.description)].filter((text) => text !== "").join("\n\n"),
    marks: [...notes.mark(parameter, `${words.places[place]} ${name}`), ...notes.mark(described, name)],
  };
  return { ...own, place };
}

function bodyOf(making: Making, id: string, { body }: PlacedOperation): OperationPart["body"] {
  if (!body) return undefined;
  const { description = "", required = false, content } = body.node;
  const marks = making.notes.mark(body.node, making.words.place.requestBody);
  const parts = new SchemaParts(making, id);
  for (const { schema } of Object.values(content)) {
    if (schema !== undefined) parts.add(schema, "request");
  }
  return { required, mediaTypes: Object.keys(content), description, marks, parts: parts.all };
}

function replyPart(making: Making, id: string, status: string, response: Response, parts: SchemaParts): ReplyPart {
  const { document, ids, notes, words } = making;
  const { description, content = {}, headers = {} } = response;
  const place = ids.take(`${id}.${status}`);
  return {
    id: place,
    status,
    description,
    marks: notes.mark(response, `${words.place.response} ${status}`),
    mediaTypes: Object.keys(content),
    schemas: Object.values(content).flatMap(({ schema }: MediaType) => {
      if (schema === undefined) return [];
      const part = parts.add(schema, status);
      return [{ name: part.name, id: part.id }];
    }),
    headers: Object.entries(headers).map(([name, reference]) =>
      headerMember(making, place, name, resolve(document, reference)),
    ),
  };
}

function headerMember(making: Making, prefix: string, name: string, header: Header): Member {
  const { description = "", schema = {}, ...rest } = header as Header & Loose;
  const [row] = membersOf(making, schema, { name, prefix, passed: [] });
  const { required } = rest as { required?: boolean };
  return {
    id: row?.id ?? prefix,
    name,
    ...(required !== undefined && { required }),
    facts: [...(row?.facts ?? []), ...factsOf(rest, ["examples", "required"])],
    description: [description, row?.description ?? ""].filter((text) => text !== "").join("\n\n"),
    marks: [...making.notes.mark(header, name), ...(row?.marks ?? [])],
  };
}

function scenarioOf(
  making: Making,
  operationId: string,
  documented: DocumentedOperation,
  reply: Reply,
  isFirst: boolean,
  words: Words,
): Scenario {
  const { ids, notes, baseUrl } = making;
  const own = documented.requests.find(({ name }) => name === reply.name);
  const examples = [...(own?.body ? [own.body] : []), ...(own?.parameters ?? [])].map(
    ({ example }) => example as Loose & typeof example,
  );
  const example = reply.example as Loose & Reply["example"];
  const place = `${words.place.scenario} ${reply.name}`;
  const request = wireRequest(documented, reply);
  const texts = (key: "summary" | "description") =>
    examples
      .map((each) => textOf(each[key]))
      .filter((text) => text !== "")
      .join(" ");
  return {
    id: ids.take(`${operationId}.${reply.name}`),
    name: reply.name,
    outcome: example["x-outcome"] ?? "",
    summary: example.summary ?? "",
    description: textOf(example.description),
    marks: [...notes.mark(example, place), ...examples.flatMap((each) => notes.mark(each, place))],
    requestSummary: texts("summary"),
    requestDescription: texts("description"),
    invalid: examples.flatMap((each) => each["x-invalid"] ?? []),
    replyOnly: !own,
    request,
    requestText: requestText(request, documented),
    status: reply.status,
    replyHeaders: reply.headers,
    mediaType: reply.mediaType,
    replyText: bodyAsRead(reply.mediaType ?? "", example.value),
    curl: curlLine(documented, reply, baseUrl),
    isFirst,
  };
}

/** Without the media type, where there is but one. */
function requestText(
  { method, path, headers, body }: Scenario["request"],
  { mediaTypes }: DocumentedOperation,
): string {
  const lines = Object.entries(headers)
    .filter(([name]) => name !== "Content-Type" || mediaTypes.length > 1)
    .map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path}`, ...lines, ...(body === undefined ? [] : [prettyJson(body)])].join("\n");
}

function bodyAsRead(mediaType: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" && !isJson(mediaType) ? value : prettyJson(JSON.stringify(value));
}

/** How much of JSON stands on one line. */
const lineLength = 56;

/** JSON in lines that can be read; any other text as it is. */
export function prettyJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const line = JSON.stringify(value);
    return line.length <= lineLength ? line : JSON.stringify(value, undefined, 2);
  } catch {
    return text;
  }
}

function stayingOf(making: Making): Staying {
  const { notes, words, login } = making;
  const { name, node } = tokenScheme(making);
  const marks = notes.mark(node, words.staying);
  const rules = (node["x-rejection"] ?? []) as Loose[];
  const rejection = rules.map((rule) => ruleOf(making, rule, words.rejected(rule.rejected !== false), words.staying));
  const refresh = refreshOf(making);
  return {
    header: loginFacts(login, words.facts).header,
    scheme: { name, description: textOf(node.description), facts: factsOf(node, ["x-rejection"]), marks },
    rejection,
    ...(refresh && { refresh }),
  };
}

function refreshOf(making: Making): Refresh | undefined {
  const { login, words, operationIds } = making;
  const { refresh } = login;
  if (!refresh) return undefined;
  const { operation, contract, authorization } = refresh;
  const marks = (place: string, ...members: string[]) => provenanceMarks(making, refresh, "x-refresh", place, members);
  return {
    id: operationIds.get(keyOf(operation)) ?? "",
    operation: `${operation.method.toUpperCase()} ${operation.path}`,
    credentials: sentBy(refresh),
    credentialMarks: marks(words.credentials, "credentials", "send"),
    ...(authorization && { authorization }),
    success: words.facts.sentence(successText(contract.success, words.facts)),
    successMarks: marks(words.success, "success", "token", "refreshToken"),
    failure: failureText(contract, words.facts),
    message: messageText(refresh, words),
    failureMarks: marks(words.failure, "refusal", "code", "message"),
    reasons: reasonsOf(making, refresh, "x-refresh"),
    lifetime: lifetimeText(contract.ends, words.facts),
    lifetimeMarks: marks(words.lifetime, "ends", "refreshEnds"),
  };
}

function aboutOf({ document, notes, words }: Making): AboutEntry[] {
  const root = document as OpenApiDocument & Loose;
  const info = root.info as OpenApiDocument["info"] & Loose;
  const entry = (name: AboutEntry["name"], node: unknown, text: string, url?: string): AboutEntry => {
    const { description } = Object(node) as { description?: unknown };
    return {
      name,
      text,
      ...(url !== undefined && { url }),
      description: textOf(description),
      marks: notes.mark(node, words[name]),
    };
  };
  const { license, contact, termsOfService } = info as { license?: Loose; contact?: Loose; termsOfService?: string };
  const { externalDocs, tags = [] } = root as { externalDocs?: Loose; tags?: Loose[] };
  const person = (node: Loose) => [node.name, node.email].filter((text) => text !== undefined).join(" ");
  return [
    entry("documentVersion", {}, `${info.version ?? ""} (OpenAPI ${root.openapi})`.trim()),
    ...(license ? [entry("license", license, licenseText(license), urlOf(license))] : []),
    ...(contact ? [entry("contact", contact, person(contact), urlOf(contact))] : []),
    ...(termsOfService === undefined ? [] : [entry("termsOfService", {}, termsOfService, termsOfService)]),
    ...(externalDocs ? [entry("externalDocs", externalDocs, textOf(externalDocs.url), urlOf(externalDocs))] : []),
    ...tags.map((tag) => entry("tags", tag, textOf(tag.name))),
  ];
}

function licenseText({ name, identifier }: Loose): string {
  const isMore = identifier !== undefined && identifier !== name;
  return isMore ? `${textOf(name)} (${textOf(identifier)})` : textOf(name);
}

function urlOf({ url }: Loose): string | undefined {
  return typeof url === "string" ? url : undefined;
}
