import { markdown } from "../../src/docs/html.ts";
import type { Words } from "../../src/docs/words.ts";
import { isNamer, nodesOf, type OpenApiDocument } from "../../src/openapi/document.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { inferencesOf, probesOf } from "../../src/openapi/verification.ts";

/** The lines of a page as its reader sees them without its script: what is not shown is not there. */
export function linesOfHtml(page: string): string[] {
  const body = page.slice(page.indexOf("<body>")).replace(/<script[\s\S]*?<\/script>/g, "");
  const text = body
    .replace(/\n/g, " ")
    .replace(/<(\/?(dt|dd|small|code|a|b|span)\b)[^>]*>/g, (_, tag: string) => (/^\/?d/.test(tag) ? " " : ""))
    .replace(/<wbr>/g, "")
    .replace(/<[^>]*>/g, "\n");
  return decoded(text)
    .split("\n")
    .map(collapsed)
    .filter((line) => line !== "");
}

export function linesOfMarkdown(page: string): string[] {
  return page
    .split("\n")
    .map((line) => collapsed(line.replace(/^ *- /, "").replaceAll("`", "")))
    .filter((line) => line !== "");
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

function decoded(text: string): string {
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? "");
}

/** Keywords whose value is a text for people, wherever they stand. */
const prose = ["title", "summary", "description", "x-invalid", "x-provenance-reason", "x-verify-reason", "x-observed"];
/** Keywords that are said in the row of a member. */
const bounds = [
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"],
  ...[
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "format",
    "const",
    "enum",
    "default",
    "contentEncoding",
  ],
];

/** Everything of a document that is not in the lines of a page, by what it is. */
export function missing(document: OpenApiDocument, lines: readonly string[], words: Words): string[] {
  const whole = collapsed(lines.join(" ")).replaceAll("`", "");
  const gone: string[] = [];
  const demand = (what: string, text: unknown) => {
    if (!whole.includes(collapsed(String(text)))) gone.push(`${what} ${text}`);
  };

  for (const { at, node } of nodesOf(document)) {
    for (const key of prose) {
      const text = node[key];
      // A property may be called as a keyword is.
      if (typeof text !== "string" || isNamer(at)) continue;
      for (const line of plain(text)) demand(`${key} at ${at.join("/")}:`, line);
    }
    const isMember = isNamer(at.slice(0, -1)) && at.at(-2) === "properties";
    if (isMember) gone.push(...missingOfMember(document, String(at.at(-1)), at, node, lines, words));
  }
  for (const { method, path, operation, parameters, mediaTypes, requests, replies } of readOperations([
    { name: "", document },
  ])) {
    demand("operation", `${method.toUpperCase()} ${path}`);
    for (const { name } of parameters) demand("parameter", name);
    for (const type of mediaTypes) demand("media type", type);
    for (const status of Object.keys(operation.responses)) demand("reply", `HTTP ${status}`);
    for (const { name, status, example } of replies) {
      const isThere = lines.some(
        (line) => line.includes(name) && line.includes(String(example["x-outcome"])) && line.includes(`HTTP ${status}`),
      );
      if (!isThere) gone.push(`scenario ${name}`);
      demand("value of", leafOf(example.value));
    }
    for (const { name, body } of requests)
      if (replies.some((reply) => reply.name === name)) demand(`request of ${name}:`, leafOf(body?.example.value));
  }
  const { login } = readLogin(document);
  for (const call of [login, login?.refresh]) {
    for (const { name } of call?.credentials ?? []) demand("credential", name);
    for (const { value } of call?.constants ?? []) demand("constant", JSON.stringify(value));
    for (const rule of call?.contract.reasons ?? [])
      if (!hasRule(lines, rule, rule.reason)) gone.push(`rule ${JSON.stringify(rule)}`);
    for (const end of call?.contract.ends ?? []) if ("in" in end && typeof end.in === "number") demand("end", end.in);
  }
  for (const { schema: _, ...rule } of login?.rejection ?? []) {
    if (!hasRule(lines, rule, words.rejected(rule.rejected !== false)))
      gone.push(`rule of rejection ${JSON.stringify(rule)}`);
  }
  for (const { url } of document.servers ?? []) demand("server", url);
  for (const [name, { summary, consent }] of probesOf(document)) {
    const texts = [name, ...plain(summary), words.consent[consent]];
    const isThere = lines.some((line) => texts.every((text) => line.includes(text)));
    if (!isThere) gone.push(`probe ${name}`);
  }
  for (const { reason, settlements } of inferencesOf(document)) {
    const [line = ""] = plain(reason);
    const isSettled = lines.some(
      (each) => each.includes(line) && settlements.every(({ probe }) => each.includes(probe)),
    );
    if (!isSettled) gone.push(`what settles: ${line}`);
  }
  return gone;
}

/** A rule is a line with its conditions and what follows. */
function hasRule(lines: readonly string[], rule: object, result: string): boolean {
  const { code, status, message } = rule as { code?: string; status?: number; message?: string };
  const parts = [code, status, message].filter((part) => part !== undefined).map(String);
  return lines.some((line) => line.includes(`→ ${result}`) && parts.every((part) => line.includes(part)));
}

function missingOfMember(
  document: OpenApiDocument,
  key: string,
  at: readonly (string | number)[],
  node: Record<string, unknown>,
  lines: readonly string[],
  words: Words,
): string[] {
  const { $ref } = node as { $ref?: string };
  const schema =
    $ref === undefined
      ? node
      : (Object(document.components?.schemas)[$ref.split("/").at(-1) ?? ""] as Record<string, unknown>);
  const owner = at.slice(0, -2).reduce((inner: unknown, step) => Object(inner)[step], document) as {
    required?: string[];
  };
  const isRequired = owner.required?.includes(key) ? words.required : words.optional;
  const said = bounds.flatMap((keyword) => [schema[keyword] ?? []].flat().map(String));
  const types = [schema.type ?? []].flat().map(String);
  const rows = lines.filter((line) => {
    const [name = ""] = line.split(" ");
    return name === key || name.endsWith(`.${key}`);
  });
  const isWhole = (row: string) => [isRequired, ...types, ...said].every((text) => row.includes(text));
  // A schema that leads back to itself is said once.
  return rows.some(isWhole) ? [] : [`member ${at.join("/")}: ${[isRequired, ...types, ...said].join(", ")}`];
}

/** The lines that Markdown becomes. */
function plain(text: string): string[] {
  return linesOfHtml(`<body>${markdown(text).source}`);
}

/** The last text within a value: whoever shows that shows the value. */
function leafOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value ?? "");
  return leafOf(Object.values(value).at(-1));
}
