import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { refusalReasons } from "../login/outcome.ts";
import { keysOf } from "../login/place.ts";
import type { OpenApiDocument, Place, Problem } from "./document.ts";
import { isReplyExpression, type RequestPlace, requestPlace } from "./expressions.ts";
import type { DocumentedLogin } from "./login.ts";
import { soundLogin } from "./login-rules.ts";
import { operationsOf, type PlacedOperation } from "./operations.ts";
import { schemaAt } from "./request.ts";
import { callOf, isEnough, neededConsent } from "./stake.ts";
import {
  type Condition,
  inferencesOf,
  type Probe,
  type ProvenanceEntry,
  probesOf,
  provenanceEntries,
} from "./verification.ts";

const schema = JSON.parse(readFileSync(new URL("./x-verify.schema.json", import.meta.url), "utf8"));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false });
ajv.addSchema(schema, "x-verify");
const isProbes = ajv.compile({ $ref: "x-verify#/$defs/probes" });
const isSettlement = ajv.compile({ $ref: "x-verify#/$defs/settlement" });

/**
 * What is wrong with how a document's inferences can be settled: one has no `x-verify`, or names a probe, a member or a
 * place that is not there; a probe asks for less consent than it needs, or settles nothing.
 */
export function* verificationProblems(document: OpenApiDocument): Iterable<Problem> {
  const malformed = [...formProblems(document)];
  yield* malformed;
  yield* entryProblems(document);
  if (malformed.length > 0) return;
  const login = soundLogin(document);
  // What is wrong with the login is said by its own rule.
  if (!login) return;
  yield* probeProblems(document, login);
  yield* settlementProblems(document, login);
}

function* formProblems(document: OpenApiDocument): Iterable<Problem> {
  const { "x-verify": probes } = document as { "x-verify"?: unknown };
  if (probes !== undefined) yield* formProblemsOf(isProbes, probes, ["x-verify"]);
  for (const { at, node } of provenanceEntries(document)) {
    if (node["x-verify"] !== undefined) yield* formProblemsOf(isSettlement, node["x-verify"], [...at, "x-verify"]);
  }
}

function* formProblemsOf(validate: ValidateFunction, value: unknown, at: Place): Iterable<Problem> {
  if (validate(value)) return;
  // Of a value that fits none of several forms, only the innermost complaint helps.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "oneOf");
  const deepest = Math.max(...errors.map(({ instancePath }) => keysOf(instancePath).length));
  const error = errors.find(({ instancePath }) => keysOf(instancePath).length === deepest);
  const place = keysOf(error?.instancePath ?? "");
  yield { at: [...at, ...place.map((key) => (/^\d+$/.test(key) ? Number(key) : key))], message: formMessage(error) };
}

function formMessage(error: ErrorObject | undefined): string {
  const { allowedValues, additionalProperty, missingProperty, propertyName } = error?.params ?? {};
  const see = "see x-verify.schema.json";
  if (additionalProperty !== undefined) return `x-verify has no member \`${additionalProperty}\` here: ${see}.`;
  if (missingProperty !== undefined) return `x-verify needs the member \`${missingProperty}\` here: ${see}.`;
  if (propertyName !== undefined) return `\`${propertyName}\` cannot stand here: ${see}.`;
  if (allowedValues !== undefined) return `This is one of: ${allowedValues.join(", ")}.`;
  return `x-verify ${error?.message ?? "has another form"}: ${see}.`;
}

function* entryProblems(document: OpenApiDocument): Iterable<Problem> {
  for (const { at, node } of provenanceEntries(document)) {
    for (const message of messagesOf(node)) yield { at: [...at, "x-provenance"], message };
  }
}

function* messagesOf(entry: ProvenanceEntry): Iterable<string> {
  const { "x-provenance": provenance, "x-verify": verify, "x-verify-reason": reason } = entry;
  if (provenance === "observed") {
    if (verify !== undefined) yield "What was observed is settled: leave out its x-verify.";
    return;
  }
  // Of an entry that says nothing, the rule `provenance` says so.
  const isStated = ["inferred", "sibling-page"].includes(provenance) && entry["x-provenance-reason"] !== undefined;
  if (isStated && verify === undefined)
    yield "Nothing says how this could be settled: give it an `x-verify` with a probe and what `holds`, or `x-verify: none` with an `x-verify-reason`.";
  const hasReason = typeof reason === "string" && reason.trim() !== "";
  if (verify === "none" && !hasReason) yield "`x-verify: none` has an x-verify-reason beside it.";
  if (verify !== undefined && verify !== "none" && reason !== undefined)
    yield "An x-verify-reason stands beside `x-verify: none`.";
}

function* probeProblems(document: OpenApiDocument, login: DocumentedLogin): Iterable<Problem> {
  const probes = probesOf(document);
  const used = new Set(inferencesOf(document).flatMap(({ settlements }) => settlements.map(({ probe }) => probe)));
  for (const { after } of probes.values()) if (after !== undefined) used.add(after);
  const calls = [...probes.values()].map(({ call }) => call);
  const hasContrast = calls.includes("invented") || calls.includes("none");
  // Beside a call with a good token, one without shows that the path needs a token.
  if (calls.includes("held")) for (const [name, { call }] of probes) if (call !== undefined) used.add(name);
  for (const [name, probe] of probes) {
    const at = ["x-verify", name];
    if (!used.has(name)) yield { at, message: "This probe settles nothing: leave it out, or refer to it." };
    if (probe.after !== undefined && !probes.has(probe.after))
      yield { at: [...at, "after"], message: `There is no probe ${probe.after}.` };
    if (followsItself(name, probes)) yield { at: [...at, "after"], message: "A probe does not follow itself." };
    if (probe.call === "held" && probe.after === undefined)
      yield { at, message: "A call with the held token has `after`, the probe that brings it." };
    if (probe.call === "held" && !hasContrast)
      yield {
        at,
        message:
          "An open path answers any token: have a probe with `call: invented` beside this one, which shows that it is not open.",
      };
    if (probe.operation !== undefined) yield* operationProblems(at, probe, login);
  }
}

function followsItself(name: string, probes: ReadonlyMap<string, Probe>): boolean {
  const seen = new Set<string>();
  let before = probes.get(name)?.after;
  while (before !== undefined && before !== name && !seen.has(before)) {
    seen.add(before);
    before = probes.get(before)?.after;
  }
  return before === name;
}

function* operationProblems(at: Place, probe: Probe, login: DocumentedLogin): Iterable<Problem> {
  const { operation, credentials = {}, with: values = {}, consent, after } = probe;
  const call = callOf(probe, login);
  if (!call) {
    const calls = [login, ...(login.refresh ? [login.refresh] : [])];
    const names = [...new Set(calls.map((each) => each.operation.operation.operationId))].join(" or ");
    // Of an operation without an operationId another rule says so.
    if (names === "") return;
    yield { at: [...at, "operation"], message: `A probe asks ${names}, not ${operation}.` };
    return;
  }
  const { documented, kind } = call;
  for (const [name, substitute] of Object.entries(credentials)) {
    const own = documented.credentials.find((each) => each.name === name);
    if (!own) yield { at: [...at, "credentials", name], message: `${operation} has no credential ${name}.` };
    if (own?.place.in === "path" && substitute !== "invented")
      yield { at: [...at, "credentials", name], message: `${name} is in the path, which cannot be without it.` };
  }
  for (const expression of Object.keys(values)) {
    const place = requestPlace(expression);
    if (!place) yield { at: [...at, "with", expression], message: "This is no runtime expression of a request." };
    const replaced = documented.credentials.find((each) => place && overlap(place, each.place));
    if (replaced)
      yield {
        at: [...at, "with", expression],
        message: `Here stands the credential ${replaced.name}: say under \`credentials\` what is sent in its place.`,
      };
  }
  if (probe.method === "get" && probe.body !== undefined)
    yield { at: [...at, "body"], message: "A GET has no body: give the probe another method." };
  const sendsOwnRefreshToken = kind === "refresh" && credentials.refreshToken === undefined && probe.body === undefined;
  if (sendsOwnRefreshToken && after === undefined)
    yield { at, message: "A refresh with a token of its own has `after`, the probe that brings it." };
  const needed = neededConsent(probe, call);
  if (!isEnough(consent, needed.consent))
    yield { at: [...at, "consent"], message: `${needed.why}: its consent is \`${needed.consent}\`.` };
}

/** Whether what is put at one place of a request changes what stands at the other. */
function overlap(one: RequestPlace, other: RequestPlace): boolean {
  if (one.in === "body" && other.in === "body")
    return `${one.pointer}/`.startsWith(`${other.pointer}/`) || `${other.pointer}/`.startsWith(`${one.pointer}/`);
  if (one.in === "header" && other.in === "basic") return one.name.toLowerCase() === "authorization";
  if (one.in === "header" && other.in === "header") return one.name.toLowerCase() === other.name.toLowerCase();
  return one.in === other.in && "name" in one && "name" in other && one.name === other.name;
}

function* settlementProblems(document: OpenApiDocument, login: DocumentedLogin): Iterable<Problem> {
  const probes = probesOf(document);
  for (const { at, settlements } of inferencesOf(document)) {
    for (const { probe: name, when, holds } of settlements) {
      const probe = probes.get(name);
      const place = [...at, "x-verify"];
      if (!probe) {
        yield {
          at: place,
          message: `The document's x-verify has no probe ${name}. It has: ${[...probes.keys()].join(", ") || "none"}.`,
        };
        continue;
      }
      const operation = operationsOf(document).find((each) => each.operation.operationId === probe.operation);
      for (const condition of [...when, ...holds])
        yield* conditionProblems(document, login, condition, operation, place);
    }
    const names = settlements.map(({ probe }) => probe);
    if (new Set(names).size < names.length)
      yield { at: [...at, "x-verify"], message: "A probe settles an inference in one way: name it once." };
  }
}

const outcomes: readonly string[] = ["success", "refusal", ...refusalReasons];

function* conditionProblems(
  document: OpenApiDocument,
  login: DocumentedLogin,
  { outcome, fits, at: expression, absent, jwtLife, of, rejected }: Condition,
  operation: PlacedOperation | undefined,
  at: Place,
): Iterable<Problem> {
  if (outcome !== undefined && !outcomes.includes(outcome))
    yield { at, message: `An outcome is one of: ${outcomes.join(", ")}.` };
  if (outcome !== undefined && !operation)
    yield {
      at,
      message: "A call with the token has no outcome of a login: say its `status`, or whether it is `rejected`.",
    };
  if (rejected !== undefined && login.rejection.length === 0)
    yield { at, message: "`rejected` is what x-rejection says, and the document has none." };
  if (fits !== undefined && document.components?.schemas?.[fits] === undefined)
    yield { at, message: `There is no schema #/components/schemas/${fits}.` };
  for (const each of [expression, jwtLife, of]) {
    if (each === undefined || typeof each === "number") continue;
    if (!isReplyExpression(each)) yield { at, message: `${each} is no runtime expression of a reply.` };
    else if (operation && !absent && !leadsSomewhere(document, operation, each))
      yield { at, message: `${each} leads nowhere in the replies of ${operation.operation.operationId}.` };
  }
}

function leadsSomewhere(document: OpenApiDocument, { responses }: PlacedOperation, expression: string): boolean {
  const [, header] = expression.split("$response.header.");
  if (header !== undefined) return true;
  const path = expression.split("$response.body#")[1] ?? "";
  const contents = [...responses.values()].flatMap(({ node }) => Object.values(node.content ?? {}));
  return contents.some(({ schema: each }) => schemaAt(document, each, path).length > 0);
}
