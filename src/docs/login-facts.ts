import type { End, ReplyExpression, ReplySchema } from "../login/contract.ts";
import { keysOf } from "../login/place.ts";
import type { DocumentedLogin } from "../openapi/login.ts";
import type { FactWords } from "./words.ts";

/** What a reader must know of a login to choose an API, a sentence each, in Markdown. */
export interface LoginFacts {
  success: string;
  failure: string;
  /** Each known code of a refusal, with what it means. */
  codes: string[];
  lifetime: string;
  renewal: string;
  /** The header line that every other call carries. */
  header: string;
}

/** Says in words what `x-login` says. */
export function loginFacts({ contract, header, refresh }: DocumentedLogin, words: FactWords): LoginFacts {
  const { token, reasons = [] } = contract;
  return {
    success: words.success(successText(contract.success, words), words.token(placeText(token, words))),
    failure: failureText(contract, words),
    codes: reasons.flatMap((rule) => (rule.code === undefined ? [] : [`\`${rule.code}\` (${rule.reason})`])),
    lifetime: lifetimeText(contract.ends, words),
    renewal: refresh
      ? words.refresh(`\`${refresh.operation.method.toUpperCase()} ${refresh.operation.path}\``)
      : words.anotherLogin,
    header: `${header.name}: ${header.scheme === undefined ? "" : `${header.scheme} `}<token>`,
  };
}

/** Which replies are a success, without the place of the token. */
export function successText(success: DocumentedLogin["contract"]["success"], words: FactWords): string {
  const statuses = [...new Set(success.map(({ status }) => status))].join(words.or);
  const constants = success.flatMap(({ schema }) => constantTexts(schema, words));
  return [`HTTP ${statuses}`, ...new Set(constants)].join(words.and);
}

/** Which replies are a refusal, and where its code is. */
export function failureText(
  { refusal, code }: Pick<DocumentedLogin["contract"], "refusal" | "code">,
  words: FactWords,
): string {
  return words.failure(refusalText(refusal, words), code && placeText(code, words));
}

/** When a token ends. */
export function lifetimeText(ends: readonly End[] | undefined, words: FactWords): string {
  return ends && ends.length > 0
    ? words.sentence(words.alternatives(ends.map((end) => endText(end, words))))
    : words.noEnd;
}

function refusalText(refusal: readonly ReplySchema[], words: FactWords): string {
  if (refusal.length === 0) return words.anyError;
  const texts = refusal.map(
    (schema) => constantTexts(schema, words).join(words.and) || words.bodyWith(requiredTexts(schema)),
  );
  return words.alternatives([...new Set(texts)]);
}

/** The constants that a schema requires, such as `code` `0`. */
function constantTexts(schema: ReplySchema, words: FactWords, at: string[] = []): string[] {
  const name = `\`${at.join(".")}\``;
  if (schema.const !== undefined) return [words.equals(name, codeOf(schema.const))];
  const taken = schema.not?.enum ?? (schema.not?.const === undefined ? [] : [schema.not.const]);
  if (taken.length > 0) return [words.otherThan(name, taken.map(codeOf))];
  return requiredMembers(schema).flatMap(([key, member]) => constantTexts(member, words, [...at, key]));
}

function codeOf(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function requiredTexts(schema: ReplySchema, at: string[] = []): string[] {
  const members = requiredMembers(schema);
  if (members.length === 0) return [`\`${at.join(".")}\``];
  return members.flatMap(([key, member]) => requiredTexts(member, [...at, key]));
}

function requiredMembers({ required = [], properties = {} }: ReplySchema): [string, ReplySchema][] {
  return required.map((key) => [key, properties[key] ?? {}]);
}

function endText(end: End, words: FactWords): string {
  if ("jwt" in end) return words.jwt;
  if ("at" in end) {
    const place = placeText(end.at, words);
    return end.unit === undefined ? words.instant(place) : words.at(place);
  }
  const unit = end.unit === "ms" ? words.milliseconds : words.seconds;
  return typeof end.in === "number" ? words.after(end.in, unit) : words.inReply(placeText(end.in, words), unit);
}

/** Where something is in a reply, as people write it. */
export function placeText(expression: ReplyExpression, words: FactWords): string {
  const [, header] = expression.split("$response.header.");
  if (header !== undefined) return words.headerPlace(`\`${header}\``);
  const [, pointer] = expression.split("#");
  return pointer === undefined ? words.whole : `\`${keysOf(pointer).join(".")}\``;
}
