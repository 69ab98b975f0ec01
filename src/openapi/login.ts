import type { End, ReasonRule, RejectionRule, ReplyContract, ReplyExpression } from "../login/contract.ts";
import {
  type OpenApiDocument,
  type Operation,
  type Place,
  type Problem,
  pointer,
  type Report,
  resolve,
} from "./document.ts";
import { isReplyExpression } from "./expressions.ts";
import { isForm } from "./media-type.ts";
import { operationsOf, type PlacedOperation } from "./operations.ts";
import {
  isRegularExpression,
  isSelective,
  refusalSchema,
  rejectionSchema,
  reportUnjudged,
  successSchema,
} from "./reply-schema.ts";
import { type DocumentedRequest, type RequestExtension, readRequest, schemaAt } from "./request.ts";

/** What a document says of its login: its `x-login`, and all that it refers to. */
export interface DocumentedLogin extends DocumentedCall {
  /** The header that carries the token to every other call, and what stands before the token there. */
  header: { name: string; scheme?: string };
  /** How any other call says that the token is no longer good. */
  rejection: RejectionRule[];
  refresh?: DocumentedRefresh;
  /** The document's own host; absent where every installation has another. */
  host?: string;
}

/** `x-refresh`. Its credentials are `refreshToken` and some of the login's, by their names there. */
export interface DocumentedRefresh extends DocumentedCall {
  /** Which token the request carries in the token's own header: the one held, or the refresh token in its place. */
  authorization?: "token" | "refreshToken";
}

/** An operation that logs in or renews: what is sent, and what its replies mean. */
export interface DocumentedCall extends DocumentedRequest {
  operation: PlacedOperation;
  /** Names of the component schemas that a success has. */
  success: string[];
  contract: ReplyContract;
}

/** `x-login` and `x-refresh` as they stand in a document, of the form that x-login.schema.json describes. */
interface LoginExtension extends RequestExtension {
  success?: string | string[];
  refusal?: string | string[];
  token?: ReplyExpression;
  refreshToken?: ReplyExpression;
  ends?: End[];
  refreshEnds?: End[];
  code?: ReplyExpression;
  message?: ReplyExpression | ReplyExpression[];
  reasons?: ReasonRule[];
  scheme?: string;
}

interface SecurityScheme {
  type: string;
  scheme?: string;
  in?: string;
  name?: string;
  "x-rejection"?: RejectionExtension[];
}
type RejectionExtension = Omit<RejectionRule, "schema"> & { schema?: string };

/** An operation with one of the extensions, and where that stands. */
interface Extended {
  operation: PlacedOperation;
  at: Place;
  extension: LoginExtension;
  /** What stands there itself. */
  own: LoginExtension;
  /** Where the rest of the extension stands: the login's place, of a refresh. */
  inheritedFrom?: Place;
}

/** An `x-login` as it is written, every member in it of the form that it has. */
export const loginExample = `x-login:
  credentials:
    user: $request.body#/user
    password: $request.body#/password
  success: Token
  refusal: Failure
  token: $response.body#/access_token
  ends: [{ in: $response.body#/expires_in }]
  code: $response.body#/error
  reasons: [{ code: wrong_password, reason: invalid_credentials }]`;

const schemeExample = `security: [{ token: [] }]
components:
  securitySchemes:
    token: { type: http, scheme: bearer, x-rejection: [{ status: 401 }] }`;

/**
 * Reads the login of a document whose extensions have the form that x-login.schema.json describes. What is wrong with it
 * is in `problems`; without any, `login` is whole.
 */
export function readLogin(document: OpenApiDocument): { login?: DocumentedLogin; problems: Problem[] } {
  const problems: Problem[] = [];
  // What login and refresh have in common is said once.
  const report: Report = (at, message, example) => {
    const isSaid = problems.some((each) => pointer(each.at) === pointer(at) && each.message === message);
    if (!isSaid) problems.push({ at, message, ...(example !== undefined && { example }) });
  };

  const [own, ...others] = extended(document, "x-login");
  for (const { at } of others) report(at, "A document has one x-login: leave out all but one.");
  if (!own) {
    report(
      ["paths"],
      "No operation says that it logs in: it has an x-login, which says where credentials and token are.",
      loginExample,
    );
    return { problems };
  }
  const token = readTokenScheme(document, own, report);
  const login = readCall(document, own, report);
  checkLoginSecurity(document, login, token?.name, report);
  const refresh = readRefresh(document, own, login, token?.name, report);
  const host = hostOf(document);
  return {
    problems,
    login: {
      ...login,
      header: token?.header ?? { name: "Authorization" },
      rejection: token ? readRejection(document, token, login, report) : [],
      ...(refresh && { refresh }),
      ...(host !== undefined && { host }),
    },
  };
}

function extended(document: OpenApiDocument, name: "x-login" | "x-refresh"): Extended[] {
  const extensionOf = (operation: Operation) => (operation as Operation & Record<typeof name, LoginExtension>)[name];
  return operationsOf(document, (operation) => extensionOf(operation) !== undefined).map((operation) => {
    const extension = extensionOf(operation.operation);
    return { operation, at: [...operation.at, name], extension, own: extension };
  });
}

function readCall(document: OpenApiDocument, extended: Extended, report: Report): DocumentedCall {
  const { operation, at, extension } = extended;
  const request = readRequest(document, operation, at, extension, report);
  const success = [extension.success ?? []].flat();
  const refusal = [extension.refusal ?? []].flat();
  const known = (member: "success" | "refusal", names: string[]) =>
    names.filter((name) => isJudged(document, name, placeOf(extended, member), report));
  const successNames = known("success", success);
  const refusalNames = known("refusal", refusal);
  const successes = successNames.map((name) => ({
    name,
    schema: successSchema(document, name),
    statuses: statusesOf(document, operation, name),
  }));
  for (const { name, statuses } of successes) {
    if (statuses.length === 0)
      report(
        placeOf(extended, "success"),
        `No response from 200 to 299, or 2XX, of this operation has the schema ${name}: let one refer to it, alone or in an anyOf. A reply without a body, or with a form, is no success.`,
      );
  }
  const code = extension.code;
  const refusals = refusalNames.map((name) =>
    refusalSchema(
      document,
      name,
      bodyPointer(code),
      successes.map(({ schema }) => schema),
    ),
  );
  for (const [index, schema] of refusals.entries()) {
    if (!isSelective(schema))
      report(
        placeOf(extended, "refusal"),
        `Any reply could be a ${refusalNames[index]}: let the schema be \`type: object\` and require at least one member, or be a text with a \`pattern\`.`,
      );
  }
  checkPlaces(document, extended, successNames, refusalNames, report);
  checkMessages(extension.reasons ?? [], placeOf(extended, "reasons"), report);

  const message = [extension.message ?? []].flat();
  const clientErrors = [...operation.responses.keys()].filter((status) => /^4(\d\d|XX)$/.test(status));
  const contract: ReplyContract = {
    success: successes.flatMap(({ schema, statuses }) => statuses.map((status) => ({ status, schema }))),
    refusal: refusals,
    token: extension.token ?? "$response.body",
    ...(extension.refreshToken && { refreshToken: extension.refreshToken }),
    ...(extension.ends && { ends: extension.ends.map(plain) }),
    ...(extension.refreshEnds && { refreshEnds: extension.refreshEnds.map(plain) }),
    ...(code && { code }),
    ...(message.length > 0 && { message }),
    ...(extension.reasons && { reasons: extension.reasons.map(plain) }),
    ...(clientErrors.length > 0 && { clientErrors }),
  };
  return { ...request, operation, success, contract };
}

/** Whether there is a component schema that replies can be judged by; says what is wrong where there is none. */
function isJudged(document: OpenApiDocument, name: string, at: Place, report: Report): boolean {
  if (document.components?.schemas?.[name] !== undefined) return reportUnjudged(document, name, report);
  report(at, `There is no schema #/components/schemas/${name}.`);
  return false;
}

/** Where a member stands: a refresh has what it leaves out from the login. */
function placeOf({ at, inheritedFrom, own }: Extended, member: keyof LoginExtension): Place {
  return [...(member in own ? at : (inheritedFrom ?? at)), member];
}

/** An entry without what is said about it, its provenance; a code is a text, however it is written. */
function plain<Entry extends object>(entry: Entry): Entry {
  const members = Object.entries(entry).filter(([key]) => !key.startsWith("x-"));
  return Object.fromEntries(members.map(([key, value]) => [key, key === "code" ? String(value) : value])) as Entry;
}

/** The statuses from 200 to 299 under which an operation documents a component schema, alone or among others. */
function statusesOf(document: OpenApiDocument, { responses }: PlacedOperation, name: string): string[] {
  return [...responses].flatMap(([status, { node }]) => {
    const { content = {} } = node;
    // A form that is answered is read as a text, in which nothing has a place.
    const isThere = Object.entries(content).some(
      ([type, { schema }]) => !isForm(type) && namesIn(document, schema).includes(name),
    );
    return /^2(\d\d|XX)$/.test(status) && isThere ? [status] : [];
  });
}

/** The component schemas that a schema is, or is one of. */
function namesIn(document: OpenApiDocument, schema: unknown, seen: string[] = []): string[] {
  const { $ref, anyOf = [], oneOf = [] } = (schema ?? {}) as { $ref?: string; anyOf?: unknown[]; oneOf?: unknown[] };
  const [, name] = /^#\/components\/schemas\/([^/]+)$/.exec($ref ?? "") ?? [];
  if (name === undefined || seen.includes(name))
    return [...anyOf, ...oneOf].flatMap((branch) => namesIn(document, branch, seen));
  return [name, ...namesIn(document, document.components?.schemas?.[name], [...seen, name])];
}

/** Says which expressions lead nowhere in the schemas of the replies that they are about. */
function checkPlaces(
  document: OpenApiDocument,
  extended: Extended,
  success: string[],
  refusal: string[],
  report: Report,
): void {
  const { operation, extension, own } = extended;
  type Member = "token" | "refreshToken" | "ends" | "refreshEnds" | "code" | "message";
  const check = (expression: unknown, member: Member, inner: Place, names: string[], types: string[]) => {
    if (!isReplyExpression(expression) || names.length === 0) return;
    const at = [...placeOf(extended, member), ...inner];
    // A refresh need not bring what a login brings: without a token it extends the one held.
    const mayLack = !(member in own) && names === success;
    const [, header] = expression.split("$response.header.");
    if (header?.toLowerCase() === "set-cookie") report(at, "A cookie is not supported: it is not a client's to read.");
    if (header !== undefined) {
      if (!hasHeader(operation, header) && !mayLack)
        report(at, `No response of this operation has the header ${header}: document it there.`);
      return;
    }
    const found = names.flatMap((name) =>
      schemaAt(document, document.components?.schemas?.[name], bodyPointer(expression) ?? "").map(
        ({ schema }) => schema,
      ),
    );
    if (found.length === 0 && !mayLack)
      report(at, `${expression} leads nowhere in ${names.join(", ")}: correct it, or describe the member there.`);
    const typed = found.every(
      ({ type }) => type !== undefined && [type].flat().some((each) => types.includes(`${each}`)),
    );
    if (!typed) report(at, `What is at ${expression} has a type, one of: ${types.join(", ")}.`);
  };
  check(extension.token, "token", [], success, ["string"]);
  check(extension.refreshToken, "refreshToken", [], success, ["string"]);
  for (const member of ["ends", "refreshEnds"] as const) {
    for (const [index, end] of (extension[member] ?? []).entries()) {
      if ("in" in end) check(end.in, member, [index, "in"], success, ["integer", "number", "string"]);
      if ("at" in end)
        check(end.at, member, [index, "at"], success, end.unit ? ["integer", "number", "string"] : ["string"]);
    }
  }
  check(extension.code, "code", [], refusal, ["string", "integer", "number"]);
  for (const expression of [extension.message ?? []].flat()) check(expression, "message", [], refusal, ["string"]);
}

function hasHeader({ responses }: PlacedOperation, name: string): boolean {
  return [...responses.values()].some(({ node }) =>
    Object.keys(node.headers ?? {}).some((each) => each.toLowerCase() === name.toLowerCase()),
  );
}

/** The JSON Pointer of an expression that leads to a member of the body. */
function bodyPointer(expression: ReplyExpression | undefined): string | undefined {
  return expression?.split("$response.body#")[1];
}

function checkMessages(rules: { message?: string }[], at: Place, report: Report): void {
  for (const [index, { message }] of rules.entries()) {
    if (message !== undefined && !isRegularExpression(message, "iu"))
      report([...at, index, "message"], "This is no regular expression that ECMAScript reads with its flag `u`.");
  }
}

interface TokenScheme {
  name: string;
  header: DocumentedLogin["header"];
  rules: RejectionExtension[];
}

/** The security scheme that carries the token: that of the document's own `security`, or the one that x-login names. */
function readTokenScheme(
  document: OpenApiDocument,
  { at, extension }: Extended,
  report: Report,
): TokenScheme | undefined {
  const requirements: Requirement[] = document.security ?? [];
  const names = [...new Set(requirements.flatMap((requirement) => Object.keys(requirement)))];
  const name = extension.scheme ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    const remedy =
      names.length === 0
        ? "Name the token's security scheme in the document's top-level `security`."
        : `Say which of ${names.join(", ")} carries the token: \`scheme: ${names[0]}\` in x-login.`;
    const example = names.length === 0 ? schemeExample : undefined;
    report(names.length === 0 ? [] : at, `How the token is sent is not said. ${remedy}`, example);
    return undefined;
  }
  if (requirements.some((requirement) => name in requirement && Object.keys(requirement).length > 1))
    report(["security"], "Every other call needs more than the token: two headers from one login are not supported.");
  const reference = document.components?.securitySchemes?.[name] as SecurityScheme | undefined;
  if (!reference) {
    report(
      extension.scheme === undefined ? ["security"] : [...at, "scheme"],
      `There is no security scheme #/components/securitySchemes/${name}.`,
    );
    return undefined;
  }
  const scheme = resolve<SecurityScheme>(document, reference);
  const header = headerOf(scheme);
  if (!header) {
    report(
      ["components", "securitySchemes", name],
      "The token goes into a header: `type: http`, or `type: apiKey` with `in: header`. A query, a cookie or another type is not supported. An OAuth token is a `type: http` with `scheme: bearer`.",
    );
    return undefined;
  }
  return { name, header, rules: scheme["x-rejection"] ?? [] };
}

function headerOf({ type, scheme = "", in: place, name }: SecurityScheme): DocumentedLogin["header"] | undefined {
  if (type === "apiKey" && place === "header" && name) return { name };
  if (type !== "http" || scheme.toLowerCase() === "basic") return undefined;
  return { name: "Authorization", scheme: scheme.toLowerCase() === "bearer" ? "Bearer" : scheme };
}

type Requirement = Record<string, string[]>;

/** The requirements of an operation: its own, or else the document's. */
function requirementsOf({ security = [] }: OpenApiDocument, { operation }: PlacedOperation): Requirement[] {
  return operation.security ?? security;
}

/** What an operation is secured by, as far as that can be sent. */
type Security = "nothing" | "basic" | "token";

/**
 * The ways to secure an operation that can be sent: nothing, HTTP Basic alone, or the token alone. Of those that need
 * more, or another scheme, nothing is known that could go there.
 */
function waysOf(document: OpenApiDocument, operation: PlacedOperation, token: string | undefined): Security[] {
  return requirementsOf(document, operation).flatMap((requirement): Security[] => {
    const [name, ...others] = Object.keys(requirement);
    if (name === undefined) return ["nothing"];
    if (others.length > 0) return [];
    if (name === token) return ["token"];
    return isBasic(document, name) ? ["basic"] : [];
  });
}

function isBasic(document: OpenApiDocument, name: string): boolean {
  const scheme = document.components?.securitySchemes?.[name] as SecurityScheme | undefined;
  const { type, scheme: kind } = resolve<SecurityScheme>(document, scheme ?? { type: "" });
  return type === "http" && kind?.toLowerCase() === "basic";
}

function checkLoginSecurity(
  document: OpenApiDocument,
  call: DocumentedCall,
  token: string | undefined,
  report: Report,
): void {
  const { operation, credentials } = call;
  for (const { name, place } of credentials) {
    if (place.in === "security")
      report(
        [...operation.at, "x-login", "credentials", name],
        "Only a refresh token goes into the token's header: say where this one goes.",
      );
  }
  const ways = waysOf(document, operation, token);
  const isOpen = requirementsOf(document, operation).length === 0 || ways.includes("nothing");
  if (!isOpen && !ways.includes("basic"))
    report(
      operation.at,
      "A login needs no token: its own `security` is `[]`, or HTTP Basic. A key of the client is a parameter in a header.",
    );
  checkBasic(call, ways, isOpen, report);
}

/** Says where HTTP Basic is required and not sent, or the other way round; and where half of it is sent. */
function checkBasic(
  { operation, credentials }: DocumentedCall,
  ways: Security[],
  isOpen: boolean,
  report: Report,
): void {
  const parts = new Set(credentials.flatMap(({ place }) => (place.in === "basic" ? place.name : [])));
  const isKnown = ways.includes("basic");
  const isRequired = isKnown && !isOpen && !ways.includes("token");
  if (isRequired && parts.size === 0)
    report(
      operation.at,
      "HTTP Basic is required here, and no credential goes there: name $request.basic.username and .password.",
    );
  if (!isKnown && parts.size > 0)
    report(operation.at, "A credential goes to HTTP Basic, which the operation's `security` does not name.");
  if (parts.size === 1)
    report(operation.at, "HTTP Basic has a user name and a password: name $request.basic.username and .password.");
}

function readRefresh(
  document: OpenApiDocument,
  own: Extended,
  login: DocumentedCall,
  scheme: string | undefined,
  report: Report,
): DocumentedRefresh | undefined {
  const [found, ...others] = extended(document, "x-refresh");
  for (const { at } of others) report(at, "A document has one x-refresh: leave out all but one.");
  if (!found) return undefined;

  const { credentials: _, send: __, scheme: ___, ...inherited } = own.extension;
  const refresh: Extended = { ...found, extension: { ...inherited, ...found.extension }, inheritedFrom: own.at };
  const call = readCall(document, refresh, report);
  const names = login.credentials.map(({ name }) => name);
  for (const { name, place } of call.credentials) {
    if (name !== "refreshToken" && place.in === "security")
      report(
        [...found.at, "credentials", name],
        "Only a refresh token goes into the token's header: say where this one goes.",
      );
    if (name !== "refreshToken" && !names.includes(name))
      report(
        [...found.at, "credentials", name],
        `A refresh sends the refreshToken and the login's credentials: ${names.join(", ")}.`,
      );
  }
  for (const { name, place, required } of call.credentials) {
    if (place.in === "security") continue;
    const held = login.credentials.find((each) => each.name === name);
    if (required && held?.required === false)
      report(
        [...found.at, "credentials", name],
        `The refresh needs ${name}, which the login may do without: let it be required, or optional, in both.`,
      );
  }
  const token = call.credentials.find(({ name }) => name === "refreshToken");
  if (!refresh.extension.refreshToken)
    report([...own.at], "There is an x-refresh, and nothing says where the refresh token comes from: refreshToken.");

  const { at } = found.operation;
  const ways = waysOf(document, found.operation, scheme);
  const isOpen = requirementsOf(document, found.operation).length === 0 || ways.includes("nothing");
  if (!isOpen && ways.length === 0)
    report(at, "A refresh is secured by nothing, by the token alone, or by HTTP Basic alone: nothing else is sent.");
  checkBasic(call, ways, isOpen, report);
  const sendsBasic = call.credentials.some(({ place }) => place.in === "basic");
  const isSecured = ways.includes("token") && !isOpen && !sendsBasic;
  const replaces = token?.place.in === "security";
  if (replaces && !isSecured)
    report(
      at,
      "The refresh token goes into the token's header, and the operation's `security` does not demand that scheme.",
    );
  return {
    ...call,
    ...(isSecured && { authorization: replaces ? ("refreshToken" as const) : ("token" as const) }),
  };
}

function readRejection(
  document: OpenApiDocument,
  { name, rules }: TokenScheme,
  { contract }: DocumentedCall,
  report: Report,
): RejectionRule[] {
  const at: Place = ["components", "securitySchemes", name, "x-rejection"];
  checkMessages(rules, at, report);
  return rules.map(({ schema, ...rule }, index) => {
    if (schema === undefined) return plain(rule);
    if (!isJudged(document, schema, [...at, index, "schema"], report)) return plain(rule);
    const successes = contract.success.map((each) => each.schema);
    return { ...plain(rule), schema: rejectionSchema(document, schema, bodyPointer(contract.code), successes) };
  });
}

/** The first server's URL, if it is one and has no variables. */
function hostOf({ servers = [] }: OpenApiDocument): string | undefined {
  const [server] = servers;
  const hasVariables = Object.keys(server?.variables ?? {}).length > 0;
  return server && !hasVariables && /^https?:\/\//.test(server.url) ? server.url : undefined;
}
