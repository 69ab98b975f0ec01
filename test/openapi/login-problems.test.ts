import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type OpenApiDocument, pointer } from "../../src/openapi/document.ts";
import { loginProblems, loginWarnings } from "../../src/openapi/login-rules.ts";
import { broughtDocuments, readDocument } from "../support/login-documents.ts";

type Path = (string | number)[];
type Change = (document: OpenApiDocument) => void;

/** A change of a good document, and what is wrong with it then: where, as a JSON Pointer, and what to do. */
interface Breach {
  document: string;
  changes: Change[];
  problems: [at: string, message: string][];
}

const memberOf = (node: unknown, key: string | number): unknown => (node as Record<string | number, unknown>)[key];

const set =
  (value: unknown, ...path: Path): Change =>
  (document) => {
    const parent = path.slice(0, -1).reduce(memberOf, document as unknown);
    (parent as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
  };

const remove =
  (...path: Path): Change =>
  (document) => {
    const parent = path.slice(0, -1).reduce(memberOf, document as unknown);
    delete (parent as Record<string | number, unknown>)[path.at(-1) ?? ""];
  };

const operations: Record<string, Path> = {
  "password-grant": ["paths", "/token", "post"],
  "header-token": ["paths", "/sessions", "post"],
  "bare-string": ["paths", "/login/{tenant}", "get"],
  lifetimes: ["paths", "/auth/login", "post"],
  "error-list": ["paths", "/login", "post"],
  "json-rpc": ["paths", "/rpc", "post"],
  constants: ["paths", "/v2/login", "post"],
  "text-refusals": ["paths", "/login", "post"],
  "header-refresh": ["paths", "/login", "post"],
};

/** Of a document: changes of its `x-login`, its operation and its schemas, and their pointers. */
function of(document: string) {
  const operation = operations[document] ?? [];
  const login: Path = [...operation, "x-login"];
  const schemas: Path = ["components", "schemas"];
  const breach = (changes: Change | Change[], ...problems: Breach["problems"]): Breach => ({
    document,
    changes: [changes].flat(),
    problems,
  });
  return {
    breach,
    login: (...path: Path) => [...login, ...path],
    operation: (...path: Path) => [...operation, ...path],
    schema: (...path: Path) => [...schemas, ...path],
  };
}

const grant = of("password-grant");
const inHeader = of("header-token");
const bare = of("bare-string");
const units = of("lifetimes");
const rpc = of("json-rpc");
const constants = of("constants");
const texts = of("text-refusals");
const renew = of("header-refresh");

const refresh: Path = ["paths", "/renew", "post"];
const schemes: Path = ["components", "securitySchemes"];
const json = (...path: Path): Path => ["requestBody", "content", "application/json", "schema", ...path];
const anotherLogin = {
  credentials: { user: "$request.query.user" },
  success: "LoggedIn",
  token: "$response.body#/token",
};

const noRegularExpression = "This is no regular expression that ECMAScript reads with its flag `u`.";
const noExpression = (example: string) =>
  `This is no runtime expression that can stand here: write it like \`${example}\`, or see x-login.schema.json.`;
const notOfRequest = noExpression("$request.body#/password");
const notOfReply = noExpression("$response.body#/access_token");
const onlyRefresh = "Only a refresh token goes into the token's header: say where this one goes.";
const intoHeader =
  "The token goes into a header: `type: http`, or `type: apiKey` with `in: header`. A query, a cookie or another type is not supported. An OAuth token is a `type: http` with `scheme: bearer`.";
const keywords = "type, const, enum, not, required, properties, items, pattern, minimum, maximum, anyOf";
const unjudged = (keyword: string) =>
  `Replies are judged by this schema, and \`${keyword}\` is none of what they can be judged by: ${keywords}.`;
const nowhere = (expression: string, schema: string) =>
  `${expression} leads nowhere in ${schema}: correct it, or describe the member there.`;
const form = "application/x-www-form-urlencoded";
const noSuccess = (schema: string) =>
  `No response from 200 to 299, or 2XX, of this operation has the schema ${schema}: let one refer to it, alone or in an anyOf. A reply without a body, or with a form, is no success.`;
const nowhereInRequest = (expression: string) =>
  `${expression} leads nowhere in the request: correct it, or describe it there.`;
const needsToken =
  "A login needs no token: its own `security` is `[]`, or HTTP Basic. A key of the client is a parameter in a header.";
const isNotBasic = "A credential goes to HTTP Basic, which the operation's `security` does not name.";
const bothOfBasic = "HTTP Basic has a user name and a password: name $request.basic.username and .password.";
const needsMember = (place: string) =>
  `The login needs ${place} in its body: make it a credential, or give it a constant in \`send\`.`;
const listsInQuery =
  "Only a list is sent as a parameter beside texts, and only in a query by `style: form` and `explode: true`.";
const anyReply = (schema: string) =>
  `Any reply could be a ${schema}: let the schema be \`type: object\` and require at least one member, or be a text with a \`pattern\`.`;

const p = (...path: Path) => pointer(path);

const forms: Record<string, Breach> = {
  "a member that does not exist": units.breach(set("x", ...units.login("sucess")), [
    p(...units.login("sucess")),
    "x-login has no member `sucess` here: there are credentials, send, success, refusal, token, refreshToken, ends, refreshEnds, code, message, reasons, scheme, provenance.",
  ]),
  "a member that is missing": units.breach(remove(...units.login("token")), [
    p(...units.login()),
    "x-login needs the member `token` here.",
  ]),
  "credentials of no name": units.breach(set({}, ...units.login("credentials")), [
    p(...units.login("credentials")),
    "x-login/credentials must NOT have fewer than 1 properties.",
  ]),
  "a credential's name with a capital": units.breach(
    set("$request.body#/email", ...units.login("credentials", "Email")),
    [p(...units.login("credentials")), "A credential is called as in TypeScript, such as `userName`, not `Email`."],
  ),
  ...Object.fromEntries(
    ["class", "arguments", "toString"].map((name) => [
      `a credential called ${name}`,
      units.breach(set("$request.body#/email", ...units.login("credentials", name)), [
        p(...units.login("credentials")),
        `\`${name}\` is a word of TypeScript's own, or of the generated code: call the credential otherwise.`,
      ]),
    ]),
  ),
  "a cookie": units.breach(set("$request.cookie.session", ...units.login("credentials", "email")), [
    p(...units.login("credentials", "email")),
    notOfRequest,
  ]),
  "a constant at no expression": units.breach(set({ "body/x": 1 }, ...units.login("send")), [
    p(...units.login("send")),
    notOfRequest,
  ]),
  "a token that is no expression": units.breach(set("data.access_token", ...units.login("token")), [
    p(...units.login("token")),
    notOfReply,
  ]),
  "an end that says nothing": units.breach(set([{}], ...units.login("ends")), [
    p(...units.login("ends", 0)),
    "x-login needs one of the members `in`, `at`, `jwt` here.",
  ]),
  "an end of another unit": units.breach(
    set([{ in: 5, unit: "min" }], ...units.login("ends")),
    [p(...units.login("ends", 0, "unit")), "This is one of: s, ms."],
    [p(...units.login("ends", 0, "unit")), "This is one of: ms."],
  ),
  "an end with two meanings": units.breach(set([{ in: 5, jwt: true }], ...units.login("ends")), [
    p(...units.login("ends", 0, "jwt")),
    "`jwt` cannot stand beside the other members that are here.",
  ]),
  "claims with a unit": units.breach(set([{ jwt: true, unit: "s" }], ...units.login("ends")), [
    p(...units.login("ends", 0, "unit")),
    "`unit` cannot stand beside the other members that are here.",
  ]),
  "a reason that does not exist": units.breach(set([{ code: 1, reason: "bad_password" }], ...units.login("reasons")), [
    p(...units.login("reasons", 0, "reason")),
    "This is one of: invalid_credentials, invalid_request, not_permitted, not_found, rate_limited, server_error, unknown.",
  ]),
  "a rule that demands nothing": units.breach(set([{ reason: "unknown" }], ...units.login("reasons")), [
    p(...units.login("reasons", 0)),
    "x-login needs one of the members `code`, `status`, `message` here.",
  ]),
  "a provenance of what is no member": units.breach(
    set({ tokens: { "x-provenance": "inferred", "x-provenance-reason": "Why." } }, ...units.login("provenance")),
    [
      p(...units.login("provenance")),
      "`tokens` is none of: credentials, send, success, refusal, token, refreshToken, ends, refreshEnds, code, message, reasons, scheme.",
    ],
  ),
  "a provenance without a reason": units.breach(
    set({ ends: { "x-provenance": "inferred" } }, ...units.login("provenance")),
    [p(...units.login("provenance", "ends")), "x-login needs the member `x-provenance-reason` here."],
  ),
  "a list of one provenance": units.breach(
    set(
      { ends: { "x-provenance": [{ "x-provenance": "inferred", "x-provenance-reason": "Why." }] } },
      ...units.login("provenance"),
    ),
    [
      p(...units.login("provenance", "ends", "x-provenance")),
      "x-login/provenance/ends/x-provenance must NOT have fewer than 2 items.",
    ],
  ),
  "a success that is no name": units.breach(
    set([], ...units.login("success")),
    [p(...units.login("success")), "x-login/success must be string."],
    [p(...units.login("success")), "x-login/success must NOT have fewer than 1 items."],
  ),
  "a refresh without its token": renew.breach(remove(...refresh, "x-refresh", "credentials", "refreshToken"), [
    p(...refresh, "x-refresh", "credentials"),
    "x-refresh needs the member `refreshToken` here.",
  ]),
  "a refresh with a scheme": renew.breach(set("accessToken", ...refresh, "x-refresh", "scheme"), [
    p(...refresh, "x-refresh", "scheme"),
    "x-refresh has no member `scheme` here: there are credentials, send, success, refusal, token, refreshToken, ends, refreshEnds, code, message, reasons, provenance.",
  ]),
  "a rejection without a status": units.breach(set([{ code: 1 }], ...schemes, "accessToken", "x-rejection"), [
    p(...schemes, "accessToken", "x-rejection", 0),
    "x-rejection needs the member `status` here.",
  ]),
  "a rejection by an empty text": units.breach(
    set([{ status: 401, message: "" }], ...schemes, "accessToken", "x-rejection"),
    [
      p(...schemes, "accessToken", "x-rejection", 0, "message"),
      "x-rejection/0/message must NOT have fewer than 1 characters.",
    ],
  ),
};

const tokens: Record<string, Breach> = {
  "no login": units.breach(remove(...units.login()), [
    "/paths",
    "No operation says that it logs in: it has an x-login, which says where credentials and token are.",
  ]),
  "two logins": renew.breach(
    [
      set({ get: {} }, "paths", "/other"),
      set({ operationId: "other", responses: {}, "x-login": anotherLogin }, "paths", "/other", "get"),
    ],
    [p("paths", "/other", "get", "x-login"), "A document has one x-login: leave out all but one."],
  ),
  "two refreshes": renew.breach(
    [
      set({}, "paths", "/other"),
      set(
        { operationId: "other", responses: {}, "x-refresh": { credentials: { refreshToken: "$request.security" } } },
        "paths",
        "/other",
        "post",
      ),
    ],
    [p("paths", "/other", "post", "x-refresh"), "A document has one x-refresh: leave out all but one."],
  ),
  "no security": units.breach(remove("security"), [
    "",
    "How the token is sent is not said. Name the token's security scheme in the document's top-level `security`.",
  ]),
  "security of several schemes": units.breach(
    [
      set([{ accessToken: [] }, { other: [] }], "security"),
      set({ type: "http", scheme: "bearer" }, ...schemes, "other"),
    ],
    [
      p(...units.login()),
      "How the token is sent is not said. Say which of accessToken, other carries the token: `scheme: accessToken` in x-login.",
    ],
  ),
  "two headers from one login": units.breach(
    [
      set([{ accessToken: [], other: [] }], "security"),
      set("accessToken", ...units.login("scheme")),
      set({ type: "apiKey", in: "header", name: "X-Csrf" }, ...schemes, "other"),
    ],
    ["/security", "Every other call needs more than the token: two headers from one login are not supported."],
  ),
  "a scheme that does not exist": units.breach(set("missing", ...units.login("scheme")), [
    p(...units.login("scheme")),
    "There is no security scheme #/components/securitySchemes/missing.",
  ]),
  "a security that does not exist": units.breach(set([{ missing: [] }], "security"), [
    "/security",
    "There is no security scheme #/components/securitySchemes/missing.",
  ]),
  "a token in a query": units.breach(set({ type: "apiKey", in: "query", name: "token" }, ...schemes, "accessToken"), [
    p(...schemes, "accessToken"),
    intoHeader,
  ]),
  "a token in a cookie": units.breach(set({ type: "apiKey", in: "cookie", name: "token" }, ...schemes, "accessToken"), [
    p(...schemes, "accessToken"),
    intoHeader,
  ]),
  "a scheme of another type": units.breach(set({ type: "mutualTLS" }, ...schemes, "accessToken"), [
    p(...schemes, "accessToken"),
    intoHeader,
  ]),
  "a rejection by a schema that does not exist": units.breach(
    set([{ status: 200, schema: "Missing" }], ...schemes, "accessToken", "x-rejection"),
    [p(...schemes, "accessToken", "x-rejection", 0, "schema"), "There is no schema #/components/schemas/Missing."],
  ),
  "a rejection by no regular expression": units.breach(
    set([{ status: 401, message: "(" }], ...schemes, "accessToken", "x-rejection"),
    [p(...schemes, "accessToken", "x-rejection", 0, "message"), noRegularExpression],
  ),

  "a login that needs the token": units.breach(remove(...units.operation("security")), [
    p(...units.operation()),
    needsToken,
  ]),
  "a login that needs more than HTTP Basic": grant.breach(
    [
      set([{ client: [], key: [] }], ...grant.operation("security")),
      set({ type: "apiKey", in: "header", name: "X-Key" }, ...schemes, "key"),
    ],
    [p(...grant.operation()), needsToken],
    [p(...grant.operation()), isNotBasic],
    [
      p(...grant.operation()),
      "A refresh is secured by nothing, by the token alone, or by HTTP Basic alone: nothing else is sent.",
    ],
  ),
  "HTTP Basic that nothing goes to": units.breach(
    [
      set([{ client: [] }], ...units.operation("security")),
      set({ type: "http", scheme: "Basic" }, ...schemes, "client"),
    ],
    [
      p(...units.operation()),
      "HTTP Basic is required here, and no credential goes there: name $request.basic.username and .password.",
    ],
  ),
  "HTTP Basic that no security names": grant.breach(set([], ...grant.operation("security")), [
    p(...grant.operation()),
    isNotBasic,
  ]),
  "half of HTTP Basic": grant.breach(remove(...grant.operation("x-refresh", "credentials", "clientSecret")), [
    p(...grant.operation()),
    bothOfBasic,
  ]),
  "a login's own credential in the token's header": units.breach(
    set("$request.security", ...units.login("credentials", "key")),
    [p(...units.login("credentials", "key")), onlyRefresh],
  ),
  "a refresh's other credential in the token's header": renew.breach(
    set("$request.security", ...refresh, "x-refresh", "credentials", "device"),
    [p(...refresh, "x-refresh"), "Two values go to $request.security: leave out all but one."],
    [p(...refresh, "x-refresh", "credentials", "device"), onlyRefresh],
  ),
  "a refresh's credential that the login does not have": renew.breach(
    [
      remove(...refresh, "x-refresh", "credentials", "device"),
      set("$request.query.device", ...refresh, "x-refresh", "credentials", "deviceId"),
    ],
    [
      p(...refresh, "x-refresh", "credentials", "deviceId"),
      "A refresh sends the refreshToken and the login's credentials: user, password, device.",
    ],
  ),
  "a refresh token that comes from nowhere": renew.breach(remove(...renew.login("refreshToken")), [
    p(...renew.login()),
    "There is an x-refresh, and nothing says where the refresh token comes from: refreshToken.",
  ]),
  "a refresh token in a header that nothing demands": renew.breach(set([], ...refresh, "security"), [
    p(...refresh),
    "The refresh token goes into the token's header, and the operation's `security` does not demand that scheme.",
  ]),
};

const replies: Record<string, Breach> = {
  "a success that does not exist": units.breach(set("Missing", ...units.login("success")), [
    p(...units.login("success")),
    "There is no schema #/components/schemas/Missing.",
  ]),
  "a refusal that does not exist": texts.breach(set(["Refused", "Missing"], ...texts.login("refusal")), [
    p(...texts.login("refusal")),
    "There is no schema #/components/schemas/Missing.",
  ]),
  "a success that is a form": units.breach(
    set(
      { [form]: { schema: { $ref: "#/components/schemas/LoggedIn" } } },
      ...units.operation("responses", "200", "content"),
    ),
    [p(...units.login("success")), noSuccess("LoggedIn")],
  ),
  "a success that no response has": units.breach(
    set({ description: "Logged in." }, ...units.operation("responses", "200")),
    [p(...units.login("success")), noSuccess("LoggedIn")],
  ),
  "a refusal that takes any object": texts.breach(remove(...texts.schema("Refused", "required")), [
    p(...texts.login("refusal")),
    anyReply("Refused"),
  ]),
  "a refusal that takes any text": texts.breach(remove(...texts.schema("Refused", "type")), [
    p(...texts.login("refusal")),
    anyReply("Refused"),
  ]),
  "a refusal that takes null": texts.breach(set(["object", "null"], ...texts.schema("Refused", "type")), [
    p(...texts.login("refusal")),
    anyReply("Refused"),
  ]),
  "a bare text that may be any": bare.breach(remove(...bare.schema("Words", "enum")), [
    p(...bare.login("refusal")),
    anyReply("Words"),
  ]),
  "a token nowhere": units.breach(set("$response.body#/data/token", ...units.login("token")), [
    p(...units.login("token")),
    nowhere("$response.body#/data/token", "LoggedIn"),
  ]),
  "a refresh token nowhere": units.breach(set("$response.body#/refresh", ...units.login("refreshToken")), [
    p(...units.login("refreshToken")),
    nowhere("$response.body#/refresh", "LoggedIn"),
  ]),
  "an end nowhere": units.breach(
    set([{ in: 60 }, { in: "$response.body#/a" }, { at: "$response.body#/b" }], ...units.login("ends")),
    [p(...units.login("ends", 1, "in")), nowhere("$response.body#/a", "LoggedIn")],
    [p(...units.login("ends", 2, "at")), nowhere("$response.body#/b", "LoggedIn")],
  ),
  "a refresh token's end nowhere": units.breach(set([{ in: "$response.body#/a" }], ...units.login("refreshEnds")), [
    p(...units.login("refreshEnds", 0, "in")),
    nowhere("$response.body#/a", "LoggedIn"),
  ]),
  "a code nowhere": units.breach(set("$response.body#/code", ...units.login("code")), [
    p(...units.login("code")),
    nowhere("$response.body#/code", "Failed"),
  ]),
  "a message nowhere": units.breach(set(["$response.body#/text"], ...units.login("message")), [
    p(...units.login("message")),
    nowhere("$response.body#/text", "Failed"),
  ]),
  "a login's code that the refresh's refusal does not have": renew.breach(
    [
      set({ type: "object", required: ["error"], properties: { error: { type: "integer" } } }, ...renew.schema("No")),
      set("No", ...refresh, "x-refresh", "refusal"),
    ],
    [p(...renew.login("code")), nowhere("$response.body#/code", "No")],
  ),
  "a header that no response has": inHeader.breach(set("$response.header.Token", ...inHeader.login("token")), [
    p(...inHeader.login("token")),
    "No response of this operation has the header Token: document it there.",
  ]),
  "a token that comes as a cookie": inHeader.breach(
    [
      set("$response.header.Set-Cookie", ...inHeader.login("token")),
      set({ schema: { type: "string" } }, ...inHeader.operation("responses", "201", "headers", "Set-Cookie")),
    ],
    [p(...inHeader.login("token")), "A cookie is not supported: it is not a client's to read."],
  ),
  "a token that is no text": units.breach(
    set({ type: "integer" }, ...units.schema("LoggedIn", "properties", "data", "properties", "access_token")),
    [p(...units.login("token")), "What is at $response.body#/data/access_token has a type, one of: string."],
  ),
  "an instant that is no text, without a unit": units.breach(
    set([{ at: "$response.body#/data/expires_at" }], ...units.login("ends")),
    [p(...units.login("ends", 0, "at")), "What is at $response.body#/data/expires_at has a type, one of: string."],
  ),
  "a code without a type": units.breach(set({}, ...units.schema("Failed", "properties", "status")), [
    p(...units.login("code")),
    "What is at $response.body#/status has a type, one of: string, integer, number.",
  ]),
  "a rule by no regular expression": texts.breach(set("[", ...texts.login("reasons", 1, "message")), [
    p(...texts.login("reasons", 1, "message")),
    noRegularExpression,
  ]),
  "an outcome that the rules do not make": texts.breach(set("locked out", ...texts.login("reasons", 1, "message")), [
    p(...texts.operation("responses", "200", "content", "application/json", "examples", "locked")),
    "x-login makes rate_limited of this reply, and its x-outcome says not_permitted: correct the one or the other.",
  ]),
  "an outcome of what is neither": texts.breach(
    set({}, ...texts.operation("responses", "200", "content", "application/json", "examples", "other", "value")),
    [
      p(...texts.operation("responses", "200", "content", "application/json", "examples", "other")),
      "x-login makes neither a success nor a refusal of this reply, and its x-outcome says unknown: correct the one or the other.",
    ],
  ),
  "an outcome of a reply without content": constants.breach(
    set("not_permitted", ...constants.operation("responses", "403", "x-outcome")),
    [
      p(...constants.operation("responses", "403")),
      "x-login makes unknown of this reply, and its x-outcome says not_permitted: correct the one or the other.",
    ],
  ),
};

const token: Path = units.schema("LoggedIn", "properties", "data", "properties", "access_token");
const data: Path = units.schema("LoggedIn", "properties", "data");

const schemas: Record<string, Breach> = {
  "a keyword that is not judged": units.breach(set(1, ...token, "minLength"), [
    p(...token, "minLength"),
    unjudged("minLength"),
  ]),
  "closed objects": units.breach(set(false, ...data, "additionalProperties"), [
    p(...data, "additionalProperties"),
    unjudged("additionalProperties"),
  ]),
  "a oneOf": texts.breach(
    [set([{ type: "object", required: ["message"] }], ...texts.schema("Refused", "oneOf"))],
    [p(...texts.schema("Refused", "oneOf")), unjudged("oneOf")],
  ),
  "a `not` of anything but a constant": units.breach(set({ type: "null" }, ...token, "not"), [
    p(...token, "not"),
    "Of `not`, replies are judged by `not: { const: … }` only.",
  ]),
  "a schema that is a boolean": units.breach(set(true, ...token), [
    p(...token),
    "A schema that replies are judged by is an object.",
  ]),
  "a constant that is an object": units.breach(set({}, ...token, "const"), [
    p(...token),
    "What replies are judged by has texts, numbers, booleans and null for constants.",
  ]),
  "an enum with a list": units.breach(set(["a", []], ...token, "enum"), [
    p(...token),
    "What replies are judged by has texts, numbers, booleans and null for constants.",
  ]),
  "a pattern that is none": units.breach(set("[", ...token, "pattern"), [p(...token, "pattern"), noRegularExpression]),
  "a keyword beside a reference": units.breach(
    [
      set({ type: "string" }, ...units.schema("Text")),
      set({ $ref: "#/components/schemas/Text", pattern: "^a" }, ...token),
    ],
    [p(...token, "pattern"), "Beside a `$ref`, replies are judged by nothing: put it where the `$ref` leads."],
  ),
  "a circle": units.breach(
    set({ type: "object", properties: { next: { $ref: "#/components/schemas/LoggedIn" } } }, ...data),
    [p(...units.schema("LoggedIn")), "A schema that replies are judged by does not lead back to itself."],
  ),
  "a circle of alternatives": texts.breach(
    set({ anyOf: [{ $ref: "#/components/schemas/Refused" }] }, ...texts.schema("Refused")),
    [p(...texts.schema("Refused")), "A schema that replies are judged by does not lead back to itself."],
  ),
  "a circle in what a rejection fits": rpc.breach(
    [
      set({ type: "array", items: { $ref: "#/components/schemas/List" } }, ...rpc.schema("List")),
      set("List", ...schemes, "accessToken", "x-rejection", 0, "schema"),
    ],
    [p(...rpc.schema("List")), "A schema that replies are judged by does not lead back to itself."],
  ),
};

const requests: Record<string, Breach> = {
  "a credential nowhere in the body": units.breach(
    set("$request.body#/mail", ...units.login("credentials", "email")),
    [p(...units.login("credentials", "email")), nowhereInRequest("$request.body#/mail")],
    [p(...units.operation("requestBody")), needsMember("/email")],
  ),
  "a credential nowhere in the parameters": bare.breach(
    set("$request.query.tenant", ...bare.login("credentials", "tenant")),
    [p(...bare.login("credentials", "tenant")), nowhereInRequest("$request.query.tenant")],
    [
      p(...bare.operation("parameters", 0)),
      "The login needs the parameter tenant: make it a credential, or give it a constant in `send`.",
    ],
  ),
  "a constant nowhere": constants.breach(set(1, ...constants.login("send", "$request.header.X-Missing")), [
    p(...constants.login("send", "$request.header.X-Missing")),
    nowhereInRequest("$request.header.X-Missing"),
  ]),
  "a constant that its enum does not have": constants.breach(
    set("passwrd", ...constants.login("send", "$request.query.grant_type")),
    [
      p(...constants.login("send", "$request.query.grant_type")),
      "$request.query.grant_type is described otherwise: what is sent there has another type or value.",
    ],
  ),
  "a constant of another type": rpc.breach(set(true, ...rpc.login("send", "$request.body#/id")), [
    p(...rpc.login("send", "$request.body#/id")),
    "$request.body#/id is described otherwise: what is sent there has another type or value.",
  ]),
  "a constant that no schema of the body has": grant.breach(
    set("client_credentials", ...grant.login("send", "$request.body#/grant_type")),
    [
      p(...grant.login("send", "$request.body#/grant_type")),
      "$request.body#/grant_type is described otherwise: what is sent there has another type or value.",
    ],
  ),
  "a value within another": rpc.breach(
    set([1], ...rpc.login("send", "$request.body#/params")),
    [
      p(...rpc.login()),
      "$request.body#/params/0 lies within $request.body#/params, which has a value itself: leave out one of them.",
    ],
    [
      p(...rpc.login()),
      "$request.body#/params/1 lies within $request.body#/params, which has a value itself: leave out one of them.",
    ],
  ),
  "a list with a hole": rpc.breach(
    [
      set({ type: "array", items: { type: "string" } }, ...rpc.operation(...json("properties", "params"))),
      set("$request.body#/params/2", ...rpc.login("credentials", "password")),
    ],
    [p(...rpc.login()), "Nothing is sent at /params/1, yet at /params/2: a list has no holes."],
  ),
  "a refresh that needs what the login may do without": renew.breach(
    set(true, ...refresh, "parameters", 0, "required"),
    [
      p(...refresh, "x-refresh", "credentials", "device"),
      "The refresh needs device, which the login may do without: let it be required, or optional, in both.",
    ],
  ),
  "two values for one place": rpc.breach(set("ann", ...rpc.login("send", "$request.body#/params/0")), [
    p(...rpc.login()),
    "Two values go to $request.body#/params/0: leave out all but one.",
  ]),
  "a credential that is an object": units.breach(
    set({ type: "object" }, ...units.operation(...json("properties", "email"))),
    [
      p(...units.login("credentials", "email")),
      "A credential is a string, an integer, a number or a boolean: say so by its `type`.",
    ],
  ),
  "a credential without a type": units.breach(set({}, ...units.operation(...json("properties", "email"))), [
    p(...units.login("credentials", "email")),
    "A credential is a string, an integer, a number or a boolean: say so by its `type`.",
  ]),
  "a required parameter that nothing is sent for": constants.breach(
    set({ type: "integer" }, "paths", "/v2/login", "parameters", 0, "schema"),
    [
      p("paths", "/v2/login", "parameters", 0),
      "The login needs the parameter X-Api-Version: make it a credential, or give it a constant in `send`.",
    ],
  ),
  "a required member that nothing is sent for": rpc.breach(remove(...rpc.login("send")), [
    p(...rpc.operation("requestBody")),
    needsMember("/id"),
  ]),
  "a required member that is not described": units.breach(
    set(["email", "password", "tenant"], ...units.operation(...json("required"))),
    [p(...units.operation("requestBody")), needsMember("/tenant")],
  ),
  "a required member that leads back to itself": units.breach(
    [
      set(
        { type: "object", required: ["next"], properties: { next: { $ref: "#/components/schemas/Next" } } },
        ...units.schema("Next"),
      ),
      set({ $ref: "#/components/schemas/Next" }, ...units.operation(...json("properties", "next"))),
      set(["next"], ...units.operation(...json("required"))),
    ],
    [
      p(...units.operation("requestBody")),
      "The body that the login needs never ends: what /next/next requires leads back to itself.",
    ],
  ),
  "a body of one of several schemas, and nothing that chooses": grant.breach(
    [
      set({ type: "string" }, ...grant.schema("RefreshRequest", "properties", "username")),
      set({ type: "string" }, ...grant.schema("RefreshRequest", "properties", "password")),
      set({ type: "string" }, ...grant.schema("RefreshRequest", "properties", "scope")),
      remove(...grant.login("send")),
    ],
    [p(...grant.login()), "The body is one of several schemas: say which by a constant of it, in `send`."],
  ),
  "a body of one of several schemas, none of which has all": grant.breach(
    set("$request.body#/refresh_token", ...grant.login("credentials", "scope")),
    [p(...grant.login()), "The body is one of several schemas, and none of them has all that is sent."],
  ),
  "a multipart body": units.breach(
    set({ "multipart/form-data": { schema: { type: "object" } } }, ...units.operation("requestBody", "content")),
    [
      p(...units.operation("requestBody", "content")),
      "A login sends JSON or a form, with a schema: describe one of these.",
    ],
    [p(...units.login("credentials", "email")), nowhereInRequest("$request.body#/email")],
    [p(...units.login("credentials", "password")), nowhereInRequest("$request.body#/password")],
  ),
  "an XML body": units.breach(
    set({ "application/xml": { schema: { type: "object" } } }, ...units.operation("requestBody", "content")),
    [
      p(...units.operation("requestBody", "content")),
      "A login sends JSON or a form, with a schema: describe one of these.",
    ],
    [p(...units.login("credentials", "email")), nowhereInRequest("$request.body#/email")],
    [p(...units.login("credentials", "password")), nowhereInRequest("$request.body#/password")],
  ),
  "a form with members within members": inHeader.breach(
    (document) => {
      const content = inHeader.operation("requestBody", "content").reduce(memberOf, document as unknown) as Record<
        string,
        unknown
      >;
      content["application/x-www-form-urlencoded"] = content["application/json"];
      delete content["application/json"];
    },
    [
      p(...inHeader.operation("requestBody")),
      "A form has no members within members, so that nothing can be sent at /user/name.",
    ],
    [
      p(...inHeader.operation("requestBody")),
      "A form has no members within members, so that nothing can be sent at /user/password.",
    ],
  ),
  "a list in a query of another style": constants.breach(
    set(false, ...constants.operation("parameters", 1, "explode")),
    [p(...constants.operation("parameters", 1)), listsInQuery],
  ),
  "a list in a header": constants.breach(
    set({ type: "array", const: [2] }, "paths", "/v2/login", "parameters", 0, "schema"),
    [p("paths", "/v2/login", "parameters", 0), listsInQuery],
  ),
};

describe.each(Object.entries({ forms, tokens, replies, schemas, requests }))("%s", (_, breaches) => {
  test.each(Object.entries(breaches))("%s", (__, { document: name, changes, problems }) => {
    const document = readDocument(join(broughtDocuments, `${name}.yaml`));
    for (const change of changes) change(document);
    const found = [...loginProblems(document)].map(({ at, message }) => [pointer(at), message]);
    expect(found).toEqual(problems);
  });
});

describe("a token whose end nothing says", () => {
  const endless = () => {
    const document = readDocument(join(broughtDocuments, "lifetimes.yaml"));
    remove(...units.login("ends"))(document);
    return document;
  };

  test("is a warning, and no problem", () => {
    const document = endless();
    expect([...loginProblems(document)]).toEqual([]);
    expect([...loginWarnings(document)]).toEqual([
      {
        at: units.login(),
        message:
          "Nothing says when the token ends, so that a session uses it until it is rejected. If the reply or the page says it: `ends`.",
        example: expect.stringContaining("ends: [{ in: 3600 }]"),
      },
    ]);
  });

  test("is not said of what is wrong anyway", () => {
    const document = endless();
    set("x", ...units.login("sucess"))(document);
    expect([...loginWarnings(document)]).toEqual([]);
  });
});

test("a refresh may bring less than a login, and says so where it does not", () => {
  const document = readDocument(join(broughtDocuments, "header-refresh.yaml"));
  remove("components", "schemas", "Renewed", "properties", "access")(document);
  expect([...loginProblems(document)]).toEqual([]);
  set("$response.body#/access", ...refresh, "x-refresh", "token")(document);
  expect([...loginProblems(document)].map(({ at, message }) => [pointer(at), message])).toEqual([
    [p(...refresh, "x-refresh", "token"), nowhere("$response.body#/access", "Renewed")],
  ]);
});
