import type { CredentialRule, SchemaType } from "../login/contract.ts";
import { keysOf } from "../login/place.ts";
import { type ApiDocument, pointer as pointerOf } from "../openapi/document.ts";
import type { RequestPlace } from "../openapi/expressions.ts";
import type { DocumentedCall, DocumentedLogin, DocumentedRefresh } from "../openapi/login.ts";
import { isForm, isJson } from "../openapi/media-type.ts";
import { operationsOf } from "../openapi/operations.ts";
import type { Credential } from "../openapi/request.ts";
import { Code, Conditional, docblock, literal, longestLine, quoted, union } from "./literal.ts";

/** Where generated code finds the runtime and its own types, and what it was generated from, as its first line says it. */
export interface EntrySettings {
  runtime: string;
  schema: string;
  heading: string;
}

/**
 * The entry of an API's package: its credentials, its login as data, and what callers use, bound to both. It reads as if
 * a person had written it, and breaks at compile time where the document's `paths` have another request.
 */
export function entry(api: ApiDocument, login: DocumentedLogin, { runtime, schema, heading }: EntrySettings): string {
  const { refresh } = login;
  const code = [
    credentialTypes(login),
    replyTypes(login),
    `type LoginCall = ${callType(login)};\n`,
    refresh ? `type RefreshCall = ${callType(refresh)};\n` : "",
    apiData(api, login),
    exportedFunctions(api, login),
  ].filter((part) => part !== "");
  return `${heading}\n\n${imports(login, runtime, schema)}\n\nexport type { paths };\n\n${code.join("\n")}`;
}

function imports({ credentials, refresh }: DocumentedLogin, runtime: string, schema: string): string {
  const sendsBasic = credentials.some(({ place }) => place.in === "basic");
  // In the order that the formatter gives them.
  const names = [
    "type AnyReply",
    !refresh && "type Api",
    sendsBasic && "basic",
    "type CallOf",
    "type Client",
    "type ClientOptions",
    "type CredentialsSource",
    "connect",
    refresh && "type Grant",
    "isSuccessBody",
    "type Judgement",
    "judge",
    refresh && "judgeRefreshReply",
    "type LoginOptions",
    "type LoginOutcome",
    "logIn",
    "openClient",
    "openSession",
    refresh && "type RefreshableApi",
    refresh && "renew",
    "type Session",
    "type SessionOptions",
    refresh && "type Token",
  ].filter((name) => typeof name === "string");
  return [
    `import {\n${names.map((name) => `  ${name},\n`).join("")}} from ${JSON.stringify(runtime)};`,
    `import type { components, paths } from ${JSON.stringify(schema)};`,
  ].join("\n");
}

function credentialTypes({ credentials, operation }: DocumentedLogin): string {
  const members = credentials.map((credential) => {
    const name = `${credential.name}${credential.required ? "" : "?"}:`;
    return `${docblock(hoverText(credential), "  ")}  ${name}${union(typesOf(credential), "  ", name.length)}\n`;
  });
  const place = `${operation.method.toUpperCase()} ${operation.path}`;
  return `${docblock(`What \`${place}\` logs in with.`)}export interface Credentials {\n${members.join("")}}\n`;
}

/** What an editor shows of a credential: what its parameter or property says in the document, else where it goes. */
function hoverText({ description = "", expression }: Credential): string {
  return description.trim() === "" ? `Goes to \`${expression}\`.` : description;
}

function typesOf({ types, enum: values }: Credential): string[] {
  if (values) return values.map((value) => literal(value, ""));
  return [...new Set(types.map(typeScriptType))];
}

function typeScriptType(type: SchemaType): string {
  return type === "integer" ? "number" : type;
}

function replyTypes({ success, refresh }: DocumentedLogin): string {
  const declared = (name: string, schemas: string[]) => {
    const declaration = `export type ${name} =`;
    const types = schemas.map((schema) => `components["schemas"][${quoted(schema)}]`);
    return `${declaration}${union(types, "", declaration.length)}\n`;
  };
  const login = `${docblock("The reply to a login that succeeded.")}${declared("LoginReply", success)}`;
  if (!refresh) return login;
  return `${login}${docblock("The reply to a refresh that succeeded.")}${declared("RefreshReply", refresh.success)}`;
}

function callType({ operation: { path, method } }: DocumentedCall): string {
  return `CallOf<paths, ${JSON.stringify(path)}, ${JSON.stringify(method)}>`;
}

function apiData({ name, document }: ApiDocument, login: DocumentedLogin): string {
  const { credentials, header, rejection, host, refresh } = login;
  const data = {
    name,
    ...(host !== undefined && { host }),
    credentials: Object.fromEntries(credentials.map((credential) => [credential.name, ruleOf(credential)])),
    header,
    rejection,
    login: { request: requestCode(login, login.credentials, "LoginCall"), ...login.contract },
    ...(refresh && { refresh: refreshData(login, refresh) }),
  };
  const type = refresh ? "RefreshableApi<Credentials>" : "Api<Credentials>";
  const text = docblock(`The login of "${document.info.title}", as its document has it.`);
  return `${text}const api: ${type} = ${literal(data, "", longDeclaration)};\n`;
}

/** Makes a literal take a line for each member, however short it is. */
const longDeclaration = 1000;

function refreshData(login: DocumentedLogin, refresh: DocumentedRefresh) {
  const further = refresh.credentials.filter(({ name }) => name !== "refreshToken").map(({ name }) => name);
  // What the login requires, or leaves optional, holds for the refresh too.
  const sent = refresh.credentials.map((own) => {
    const held = login.credentials.find(({ name }) => name === own.name);
    return { ...own, required: held?.required ?? own.required };
  });
  return {
    credentials: further,
    ...(refresh.authorization && { authorization: refresh.authorization }),
    request: requestCode(refresh, sent, "RefreshCall"),
    ...refresh.contract,
  };
}

function ruleOf({ types, enum: values, required, secret }: Credential): CredentialRule {
  return {
    type: types.length === 1 ? (types[0] as SchemaType) : types,
    ...(values && { enum: values }),
    ...(!required && { optional: true as const }),
    ...(secret && { secret: true as const }),
  };
}

/** The function that makes a call of credentials. */
function requestCode(call: DocumentedCall, credentials: Credential[], type: string): Code {
  const { operation, constants, mediaType } = call;
  const params: Record<string, Record<string, unknown>> = {};
  const body: Tree = new Map();
  const put = (place: RequestPlace, value: unknown) => {
    if (place.in === "body") plant(body, keysOf(place.pointer), value);
    if (place.in === "path" || place.in === "query" || place.in === "header") {
      params[place.in] = { ...params[place.in], [place.name]: value };
    }
  };
  for (const { place, value } of constants) put(place, value);
  for (const { place, name } of credentials) put(place, new Code(name));
  const [userName] = credentials.filter(({ place }) => place.in === "basic" && place.name === "username");
  const [password] = credentials.filter(({ place }) => place.in === "basic" && place.name === "password");
  if (userName && password)
    put({ in: "header", name: "Authorization" }, new Code(`basic(${userName.name}, ${password.name})`));

  const made = {
    method: operation.method.toUpperCase(),
    path: operation.path,
    ...(Object.keys(params).length > 0 && { params }),
    ...(body.size > 0 && { body: grown(body, "", credentials) }),
    ...(body.size > 0 && mediaType !== "application/json" && { contentType: mediaType }),
  };
  const used = credentials.filter(({ place }) => place.in !== "security").map(({ name }) => name);
  const parameters = literal(Object.fromEntries(used.map((name) => [name, new Code(name)])), "    ", type.length + 22);
  const given = used.length === 0 ? "()" : `(${parameters})`;
  return new Code(`${given}: ${type} => (${literal(made, "    ", longDeclaration)})`);
}

/** Members by their keys; those whose keys are all indices are a list. */
type Tree = Map<string, unknown>;

function plant(tree: Tree, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const branch = (tree.get(key) as Tree | undefined) ?? new Map();
  tree.set(key, branch);
  plant(branch, rest, value);
}

function grown(tree: Tree, pointer: string, credentials: Credential[]): unknown {
  const entries = [...tree].map(([key, value]) => {
    if (!(value instanceof Map)) return [key, value] as const;
    const own = pointer + pointerOf([key]);
    const condition = conditionOf(own, credentials);
    const members = grown(value, own, credentials);
    return [key, condition === undefined ? members : new Conditional(condition, members)] as const;
  });
  const sorted = entries.toSorted(([one], [other]) => Number(one) - Number(other));
  const isList = sorted.every(([key], index) => key === String(index));
  return isList ? sorted.map(([, value]) => value) : Object.fromEntries(entries);
}

/** When a member of the body is there, if it may be left out: with all that it needs, or with anything in it. */
function conditionOf(pointer: string, credentials: Credential[]): string | undefined {
  const within = credentials.filter(({ place }) => place.in === "body" && place.pointer.startsWith(`${pointer}/`));
  const parents = within.flatMap(({ name, required, optionalParents }) =>
    required ? [] : optionalParents.filter((each) => each.pointer === pointer).map(({ needs }) => ({ name, needs })),
  );
  if (parents.length === 0 || parents.length < within.length) return undefined;
  const isGiven = ({ name }: { name: string }) => `${name} !== undefined`;
  const needed = parents.filter(({ needs }) => needs);
  if (needed.length > 0) return needed.map(isGiven).join(" && ");
  const any = parents.map(isGiven).join(" || ");
  return parents.length > 1 ? `(${any})` : any;
}

function exportedFunctions({ document }: ApiDocument, login: DocumentedLogin): string {
  const { title } = document.info;
  const { host, refresh } = login;
  const options = (type: string) =>
    host === undefined ? `options: ${type} & { baseUrl: string }` : `options?: ${type}`;
  const forms = formOperations(document);
  const formList = forms.length > 0 ? `, ${literal(forms, "  ")}` : "";
  const functions: ExportedFunction[] = [
    {
      text: `Logs in to "${title}", with one request, and resolves to what the service said. Rejects with a \`LoginError\` if an option or a credential cannot be used, or if the service did not answer.`,
      name: "login",
      parameters: ["credentials: Credentials", options("LoginOptions")],
      type: "Promise<LoginOutcome<LoginReply>>",
      result: "logIn(api, credentials, options)",
    },
    ...(refresh ? [refreshFunction(refresh, options("LoginOptions"))] : []),
    {
      text: "Opens a session, which logs in when a token is needed, keeps it fresh and sends it; credentials may come from a function, a vault's for example. Throws a `LoginError` if an option cannot be used.",
      name: "createSession",
      parameters: ["credentials: CredentialsSource<Credentials>", options("SessionOptions")],
      type: "Session",
      result: "openSession(api, credentials, options)",
    },
    {
      text: `Creates the typed client of "${title}". Throws a \`LoginError\` if an option cannot be used.`,
      name: "createClient",
      parameters: [options("ClientOptions")],
      type: "Client<paths>",
      result: `openClient<paths>(connect(api.host, options)${formList})`,
    },
    {
      text: "Whether the body of a reply to a login is that of a success.",
      name: "isLoginSuccess",
      parameters: ["reply: unknown"],
      type: "reply is LoginReply",
      result: "isSuccessBody(api.login, reply)",
    },
    {
      text: "Reads a reply to a login into a judgement, without a network. Throws `unexpected_reply` if it says nothing about the login.",
      name: "judgeLogin",
      parameters: ["reply: AnyReply"],
      type: "Judgement<LoginReply>",
      result: "judge(api.login, reply)",
    },
    ...(refresh ? [judgeRefreshFunction] : []),
  ];
  return functions.map(functionCode).join("\n");
}

/** A function that only binds the runtime's to the API. */
interface ExportedFunction {
  text: string;
  name: string;
  parameters: string[];
  type: string;
  result: string;
}

function functionCode({ text, name, parameters, type, result }: ExportedFunction): string {
  const line = `export function ${name}(${parameters.join(", ")}): ${type} {`;
  const lines = `export function ${name}(\n${parameters.map((each) => `  ${each},\n`).join("")}): ${type} {`;
  return `${docblock(text)}${line.length > longestLine ? lines : line}\n  return ${result};\n}\n`;
}

function refreshFunction({ credentials }: DocumentedRefresh, options: string): ExportedFunction {
  const further = credentials.filter(({ name }) => name !== "refreshToken").map(({ name }) => JSON.stringify(name));
  const hasFurther = further.length > 0;
  return {
    text: "Renews a token by its refresh token, with one request, and resolves to what the service said. A reply without a token extends the one that was given, which then has no `expiresAt`. Rejects as `login` does.",
    name: "refresh",
    parameters: [
      "token: Token",
      ...(hasFurther ? [`credentials: Pick<Credentials, ${further.join(" | ")}>`] : []),
      options,
    ],
    type: "Promise<LoginOutcome<RefreshReply>>",
    result: `renew(api, token, ${hasFurther ? "credentials" : "{}"}, options)`,
  };
}

const judgeRefreshFunction: ExportedFunction = {
  text: "As `judgeLogin`, for a refresh; a grant without a `value` extends the token held.",
  name: "judgeRefresh",
  parameters: ["reply: AnyReply"],
  type: "Judgement<RefreshReply, Grant>",
  result: "judgeRefreshReply(api.refresh, reply)",
};

/** The operations whose body is a form, as the typed client wants them named. */
function formOperations(document: ApiDocument["document"]): string[] {
  return operationsOf(document).flatMap(({ method, path, body }) => {
    const types = Object.keys(body?.node.content ?? {});
    return types.some(isForm) && !types.some(isJson) ? [`${method.toUpperCase()} ${path}`] : [];
  });
}
