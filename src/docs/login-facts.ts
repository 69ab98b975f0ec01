import type { End, ReplyExpression, ReplySchema } from "../login/contract.ts";
import { keysOf } from "../login/place.ts";
import type { DocumentedLogin } from "../openapi/login.ts";

/** What a reader must know of a login to choose an API, a sentence each, in Markdown. */
export interface LoginFacts {
  success: string;
  failure: string;
  lifetime: string;
  renewal: string;
  /** The header line that every other call carries. */
  header: string;
}

/** Says in words what `x-login` says. */
export function loginFacts({ contract, header, refresh }: DocumentedLogin): LoginFacts {
  const { token, ends = [], code, reasons = [] } = contract;
  const codes = reasons.flatMap((rule) => (rule.code === undefined ? [] : [`\`${rule.code}\` (${rule.reason})`]));
  return {
    success: `${successText(contract.success)}. The token is ${placeText(token)}.`,
    failure: `${refusalText(contract.refusal)}${code ? `; ${placeText(code)} says why` : ""}.${codes.length > 0 ? ` Known codes: ${codes.join(", ")}.` : ""}`,
    lifetime:
      ends.length > 0 ? `${ends.map(endText).join(", or ")}.` : "Not said: until a call is told that it is over.",
    renewal: refresh
      ? `By \`${refresh.operation.method.toUpperCase()} ${refresh.operation.path}\` with the refresh token, without the password.`
      : "By another login.",
    header: `${header.name}: ${header.scheme === undefined ? "" : `${header.scheme} `}<token>`,
  };
}

function successText(success: DocumentedLogin["contract"]["success"]): string {
  const statuses = [...new Set(success.map(({ status }) => status))].join(" or ");
  const constants = success.flatMap(({ schema }) => constantTexts(schema));
  return [`HTTP ${statuses}`, ...new Set(constants)].join(" and ");
}

function refusalText(refusal: readonly ReplySchema[]): string {
  if (refusal.length === 0) return "An HTTP status of 400 or above";
  const texts = refusal.map(
    (schema) => constantTexts(schema).join(" and ") || `A body with ${requiredTexts(schema).join(", ")}`,
  );
  return [...new Set(texts)].join(", or ");
}

/** The constants that a schema requires, such as `code` `0`. */
function constantTexts(schema: ReplySchema, at: string[] = []): string[] {
  if (schema.const !== undefined) return [`\`${at.join(".")}\` \`${JSON.stringify(schema.const)}\``];
  const taken = schema.not?.enum ?? (schema.not?.const === undefined ? [] : [schema.not.const]);
  if (taken.length > 0)
    return [`\`${at.join(".")}\` other than ${taken.map((value) => `\`${JSON.stringify(value)}\``).join(", ")}`];
  return requiredMembers(schema).flatMap(([key, member]) => constantTexts(member, [...at, key]));
}

function requiredTexts(schema: ReplySchema, at: string[] = []): string[] {
  const members = requiredMembers(schema);
  if (members.length === 0) return [`\`${at.join(".")}\``];
  return members.flatMap(([key, member]) => requiredTexts(member, [...at, key]));
}

function requiredMembers({ required = [], properties = {} }: ReplySchema): [string, ReplySchema][] {
  return required.map((key) => [key, properties[key] ?? {}]);
}

function endText(end: End): string {
  if ("jwt" in end) return "The token is a JWT, whose claims say it";
  if ("at" in end) return `${placeText(end.at)} says until when`;
  const unit = end.unit === "ms" ? "milliseconds" : "seconds";
  return typeof end.in === "number" ? `${end.in} ${unit} from the reply` : `${placeText(end.in)} says it in ${unit}`;
}

/** Where something is in a reply, as people write it. */
export function placeText(expression: ReplyExpression): string {
  const [, header] = expression.split("$response.header.");
  if (header !== undefined) return `the header \`${header}\``;
  const [, pointer] = expression.split("#");
  return pointer === undefined ? "the body itself" : `\`${keysOf(pointer).join(".")}\``;
}
