import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { judge, judgeRefresh, type LoginGrant } from "../login/judge.ts";
import type { AnyReply } from "../login/place.ts";
import { keysOf } from "../login/place.ts";
import { type OpenApiDocument, type Place, type Problem, resolve } from "./document.ts";
import { type DocumentedLogin, loginExample, readLogin } from "./login.ts";
import { type IsWanted, operationsOf } from "./operations.ts";
import { repliesOf } from "./scenarios.ts";

const schema = JSON.parse(readFileSync(new URL("./x-login.schema.json", import.meta.url), "utf8"));
const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictRequired: false });
ajv.addSchema(schema, "x-login");
const forms = {
  "x-login": ajv.compile({ $ref: "x-login#/$defs/login" }),
  "x-refresh": ajv.compile({ $ref: "x-login#/$defs/refresh" }),
  "x-rejection": ajv.compile({ $ref: "x-login#/$defs/rejection" }),
};

/**
 * What is wrong with the login that a document states: `x-login`, `x-refresh` and `x-rejection` have another form than
 * x-login.schema.json gives them, name what is not there, leave out what the request needs, or make something else of a
 * scenario than its `x-outcome` says.
 */
export function* loginProblems(document: OpenApiDocument): Iterable<Problem> {
  const malformed = [...formProblems(document)];
  yield* malformed;
  if (malformed.some(({ isUnreadable }) => isUnreadable)) return;
  const { login, problems } = readLogin(document);
  yield* problems;
  const ofKnownMembers = malformed.filter(({ isUnknown }) => !isUnknown);
  if (login && ![...ofKnownMembers, ...problems].some(isAboutReplies)) yield* outcomeProblems(document, login);
}

/** Whether a problem may make something else of a reply than its document means. */
function isAboutReplies({ at }: Problem): boolean {
  const [first] = at;
  if (first === "components") return at[1] === "schemas";
  const extension = at.findIndex((key) => key === "x-login" || key === "x-refresh");
  const member = at[extension + 1];
  const ofRequest: readonly unknown[] = ["credentials", "send", "ends", "refreshEnds", "scheme"];
  return first === "paths" && !(extension > 0 && ofRequest.includes(member));
}

/** The login of a document, if its extensions have the form that x-login.schema.json describes and nothing is wrong with it. */
export function soundLogin(document: OpenApiDocument): DocumentedLogin | undefined {
  // What has another form cannot be read.
  if ([...formProblems(document)].length > 0) return undefined;
  const { login, problems } = readLogin(document);
  return problems.length === 0 ? login : undefined;
}

/** Says of a document of which nothing else is wrong what of its token its writer may have forgotten. */
export function* loginWarnings(document: OpenApiDocument): Iterable<Problem> {
  const login = soundLogin(document);
  if (!login) return;
  const { name, scheme } = login.header;
  if (name.toLowerCase() === "authorization" && scheme === undefined)
    yield {
      at: ["components", "securitySchemes"],
      message:
        "`Authorization` carries the token alone, without a word before it. If there is one, as in `Authorization: Token <token>`, the scheme is another.",
      example: "type: http\nscheme: Token",
    };
  if (!login.contract.ends)
    yield {
      at: [...login.operation.at, "x-login"],
      message:
        "Nothing says when the token ends, so that a session uses it until it is rejected. If the reply or the page says it: `ends`.",
      example:
        "ends: [{ in: 3600 }]   # or: [{ in: $response.body#/expires_in }], [{ at: $response.body#/expires_at }], [{ jwt: true }]",
    };
}

/** Says of a document of which nothing else is wrong where `ends` reads nothing in any example. */
export function* endWarnings(document: OpenApiDocument): Iterable<Problem> {
  const login = soundLogin(document);
  if (!login?.contract.ends) return;
  const grants = grantsOf(document, login);
  if (grants.length > 0 && !grants.some(hasEnd))
    yield {
      at: [...login.operation.at, "x-login", "ends"],
      message:
        "By this, no example of a success says when its token ends, so that a session uses it until it is rejected. `in` is seconds, `at` an instant such as 2030-01-01T00:00:00Z, `jwt` the claims of the token.",
    };
}

/** What the examples of the login's operation grant. */
function grantsOf(document: OpenApiDocument, { operation, contract }: DocumentedLogin): LoginGrant[] {
  return repliesOf(document, operation).flatMap(({ status, headers, example }) => {
    try {
      const judgement = judge(contract, { status, headers, body: example.value });
      return judgement.ok ? [judgement.grant] : [];
    } catch {
      // Neither a success nor a refusal: it grants nothing.
      return [];
    }
  });
}

function hasEnd({ lifetime, instants }: LoginGrant): boolean {
  return lifetime !== undefined || instants !== undefined;
}

/** What of an extension has another form than it should. */
interface FormProblem extends Problem {
  /** Whether the rest of the extension cannot be read beside it; a word or a member that is none of those that there are is no hindrance. */
  isUnreadable: boolean;
  /** Whether it is a member that nothing describes, and nothing reads. */
  isUnknown: boolean;
}

function* formProblems(document: OpenApiDocument): Iterable<FormProblem> {
  const isExtended: IsWanted = (operation) => "x-login" in operation || "x-refresh" in operation;
  for (const { at, operation } of operationsOf(document, isExtended)) {
    yield* formProblemsOf("x-login", operation, at);
    yield* formProblemsOf("x-refresh", operation, at);
  }
  for (const [name, scheme] of Object.entries(document.components?.securitySchemes ?? {}))
    yield* formProblemsOf("x-rejection", resolve<object>(document, scheme as object), [
      "components",
      "securitySchemes",
      name,
    ]);
}

function* formProblemsOf(name: keyof typeof forms, holder: object, at: Place): Iterable<FormProblem> {
  const validate = forms[name];
  const extension: unknown = (holder as Record<string, unknown>)[name];
  if (extension === undefined || validate(extension)) return;
  // Of a value that fits none of several forms, only the innermost complaints help, in each part of it.
  const wrappers = ["oneOf", "anyOf", "allOf", "if", "propertyNames"];
  const errors = (validate.errors ?? []).filter(({ keyword }) => !wrappers.includes(keyword));
  const innermost = errors.filter(
    ({ instancePath }) => !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`)),
  );
  const found = new Map(
    innermost.map((error) => {
      const unknown = unknownMember(error);
      const place = [
        ...at,
        name,
        ...keysOf(error.instancePath).map(indexOrKey),
        ...(unknown === undefined ? [] : [unknown]),
      ];
      const isWord = error.keyword === "enum" && error.propertyName === undefined;
      // The rest of a document is read without the rules of x-rejection.
      const isRule = name === "x-rejection" && error.keyword === "required";
      const isUnreadable = !isWord && !isRule && unknown === undefined;
      const example = formExample(name, error);
      const problem = {
        at: place,
        message: formMessage(name, error, innermost),
        isUnreadable,
        isUnknown: unknown !== undefined,
        ...(example !== undefined && { example }),
      };
      return [JSON.stringify(problem), problem];
    }),
  );
  yield* found.values();
}

/** The member that something has and nothing describes. */
function unknownMember({ params }: ErrorObject): string | undefined {
  return params.additionalProperty ?? params.unevaluatedProperty;
}

/** How something is written that is of another type than it should be, where the example of a login has it. */
function formExample(name: keyof typeof forms, { keyword, instancePath }: ErrorObject): string | undefined {
  if (keyword !== "type") return undefined;
  if (name === "x-rejection") return "x-rejection:\n  - status: 401";
  const [member] = keysOf(instancePath);
  if (member === undefined) return name === "x-login" ? loginExample : undefined;
  const lines = new RegExp(`^ {2}${member}:.*\\n( {4}.*\\n)*`, "m").exec(`${loginExample}\n`)?.[0];
  return lines?.replace(/^ {2}/gm, "").trimEnd();
}

function formMessage(name: string, error: ErrorObject, all: ErrorObject[]): string {
  const { keyword, message = "", params, instancePath, propertyName } = error;
  const { allowedValues, missingProperty } = params;
  if (propertyName !== undefined && keyword === "pattern" && instancePath.endsWith("/credentials"))
    return `A credential is called as in TypeScript, such as \`userName\`, not \`${propertyName}\`.`;
  if (propertyName !== undefined && keyword === "not")
    return `\`${propertyName}\` is a word of TypeScript's own, or of the generated code: call the credential otherwise.`;
  if (propertyName !== undefined && keyword === "enum")
    return `\`${propertyName}\` is none of: ${allowedValues.join(", ")}.`;
  const unknown = unknownMember(error);
  if (unknown !== undefined) {
    const known = Object.keys(error.parentSchema?.properties ?? {}).filter((key) => !key.startsWith("x-"));
    const remedy = known.length > 0 ? `there are ${known.join(", ")}` : "see x-login.schema.json for what there is";
    return `${name} has no member \`${unknown}\` here: ${remedy}.`;
  }
  if (missingProperty !== undefined) {
    const isChoice = (each: ErrorObject) => /\/(oneOf|anyOf)\/\d+\/required$/.test(each.schemaPath);
    const choices = all.filter((each) => isChoice(each) && each.instancePath === instancePath);
    const names = isChoice(error) ? choices.map((each) => each.params.missingProperty) : [missingProperty];
    return `${name} needs ${names.length > 1 ? "one of the members" : "the member"} \`${names.join("`, `")}\` here.`;
  }
  if (allowedValues !== undefined) return `This is one of: ${allowedValues.join(", ")}.`;
  if (keyword === "false schema")
    return `\`${keysOf(instancePath).at(-1)}\` cannot stand beside the other members that are here.`;
  if (keyword === "pattern") {
    const isOfRequest = /^\/(credentials|send)\b/.test(instancePath);
    const example = isOfRequest ? "$request.body#/password" : "$response.body#/access_token";
    return `This is no runtime expression that can stand here: write it like \`${example}\`, or see x-login.schema.json.`;
  }
  return `${name}${instancePath} ${message}.`;
}

function indexOrKey(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}

/** Says of which scenarios the rules make something else than `x-outcome` says. */
function* outcomeProblems(document: OpenApiDocument, login: DocumentedLogin): Iterable<Problem> {
  const calls = [{ ...login, judge }, ...(login.refresh ? [{ ...login.refresh, judge: judgeRefresh }] : [])];
  const operations = new Set(calls.map(({ operation }) => `${operation.method} ${operation.path}`));
  for (const key of operations) {
    // A login and a refresh may be one operation: a scenario is then either's.
    const ofOperation = calls.filter(({ operation }) => `${operation.method} ${operation.path}` === key);
    const [first] = ofOperation;
    if (!first) continue;
    const { responses } = first.operation;
    for (const reply of repliesOf(document, first.operation)) {
      const { name, status, headers, mediaType, example } = reply;
      const answered: AnyReply = { status, headers, body: example.value };
      const outcomes = ofOperation.map((call) => outcomeOf(() => call.judge(call.contract, answered)));
      const stated = example["x-outcome"];
      if (stated === undefined || outcomes.includes(stated)) continue;
      const place = mediaType === undefined ? [] : ["content", mediaType, "examples", name];
      const made = [...new Set(outcomes)].join(" or ");
      yield {
        at: [...(responses.get(String(status))?.at ?? []), ...place],
        message: `x-login makes ${made} of this reply, and its x-outcome says ${stated}: correct the one or the other.`,
      };
    }
  }
}

function outcomeOf(judged: () => ReturnType<typeof judge | typeof judgeRefresh>): string {
  try {
    const judgement = judged();
    return judgement.ok ? "success" : judgement.reason;
  } catch {
    return "neither a success nor a refusal";
  }
}
