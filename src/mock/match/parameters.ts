import type { Parameter } from "../../openapi/document.ts";
import type { Shape } from "./shape.ts";

/** A parameter's value as it was sent: what a number or a boolean is written as is still a text. */
export type SentValue = string | string[] | Record<string, string>;

/** A name and a value of a query, as they were sent. */
export interface QueryPair {
  name: string;
  /** Percent-encoded: what separates the items of a list must be told from what an item contains. */
  encoded: string;
}

export function queryPairs(query: string): QueryPair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", ...rest] = part.split("=");
      return { name: decodeForm(name), encoded: rest.join("=") };
    });
}

/** What a query has for a parameter, by its style; `undefined`, if nothing. */
export function queryValue(
  { name, style = "form", explode = style === "form" }: Parameter,
  { kind, keys }: Shape,
  pairs: QueryPair[],
): SentValue | undefined {
  if (kind === "object" && style === "deepObject") return deepObject(name, pairs);
  if (kind === "object" && explode) return exploded(keys, pairs);
  const own = pairs.filter((pair) => pair.name === name);
  if (own.length === 0) return undefined;
  const values = own.map(({ encoded }) => decodeForm(encoded));
  if (kind === "plain") return values.length === 1 ? values[0] : values;
  if (explode) return values;
  const separator = separators.get(style) ?? ",";
  const items = own.flatMap(({ encoded }) => (encoded === "" ? [] : encoded.split(separator).map(decodeForm)));
  return kind === "list" ? items : paired(items);
}

const separators = new Map<string, string | RegExp>([
  ["spaceDelimited", /%20|\+/],
  ["pipeDelimited", /%7c|\|/i],
]);

function deepObject(name: string, pairs: QueryPair[]): Record<string, string> | undefined {
  const own = pairs.filter((pair) => pair.name.startsWith(`${name}[`) && pair.name.endsWith("]"));
  if (own.length === 0) return undefined;
  return Object.fromEntries(own.map((pair) => [pair.name.slice(name.length + 1, -1), decodeForm(pair.encoded)]));
}

function exploded(keys: string[], pairs: QueryPair[]): Record<string, string> | undefined {
  const own = pairs.filter(({ name }) => keys.includes(name));
  if (own.length === 0) return undefined;
  return Object.fromEntries(own.map(({ name, encoded }) => [name, decodeForm(encoded)]));
}

/** What a header, or a part of a path, has for a parameter in the style `simple`. */
export function simpleValue(
  text: string,
  { explode = false }: Parameter,
  { kind }: Shape,
  decode: (text: string) => string,
): SentValue {
  if (kind === "plain") return decode(text);
  const parts = text === "" ? [] : text.split(",").map((part) => part.trim());
  if (kind === "list") return parts.map(decode);
  if (!explode) return paired(parts.map(decode));
  return Object.fromEntries(
    parts.map((part) => {
      const [key = "", ...rest] = part.split("=");
      return [decode(key), decode(rest.join("="))];
    }),
  );
}

/** Keys and values that stand in turn. */
function paired(items: string[]): Record<string, string> {
  const keys = items.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(keys.map((key, index) => [key, items[2 * index + 1] ?? ""]));
}

/** As forms are encoded. What is not encoded as it should be stands for itself. */
function decodeForm(text: string): string {
  return decode(text.replaceAll("+", " "));
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
