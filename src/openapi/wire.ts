import type { Parameter } from "./document.ts";
import { isForm } from "./media-type.ts";

/** A value in a header, or in a path before its encoding, in the style `simple`: what is in a list stands between commas. */
export function simpleText(value: unknown, explode: boolean): string {
  return listed(value, explode, (text) => text).join(",");
}

/** A value in a path, in the style `simple`, percent-encoded. */
export function pathText(value: unknown, explode: boolean): string {
  return listed(value, explode, encodeURIComponent).join(",");
}

/** The parts of a query, `name=value`, that a parameter becomes by its style, percent-encoded. */
export function queryText({ name, style = "form", explode = style === "form" }: Parameter, value: unknown): string[] {
  if (!isCollection(value)) return [`${encodeInQuery(name)}=${encodeInQuery(text(value))}`];
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]) => [encodeInQuery(key), encodeInQuery(text(item))] as const);
  if (style === "deepObject") return entries.map(([key, item]) => `${encodeInQuery(`${name}[`)}${key}%5D=${item}`);
  if (explode) return entries.map(([key, item]) => `${isList ? encodeInQuery(name) : key}=${item}`);
  const parts = isList ? entries.map(([, item]) => item) : entries.flat();
  const separator = separators.get(style) ?? ",";
  return [`${encodeInQuery(name)}=${parts.join(separator)}`];
}

const separators = new Map([
  ["form", ","],
  ["spaceDelimited", "%20"],
  ["pipeDelimited", "%7C"],
]);

/** What is sent for a body's value: a text is the body itself, so that it can be no JSON at all; the rest by media type. */
export function bodyText(mediaType: string, value: unknown): string {
  if (typeof value === "string") return value;
  return isForm(mediaType) && isCollection(value) ? formText(value) : JSON.stringify(value);
}

/** A list is repeated under its name; an object has no form of its own, and goes as JSON. */
function formText(value: object): string {
  const form = new URLSearchParams();
  for (const [name, member] of Object.entries(value)) {
    for (const item of Array.isArray(member) ? member : [member])
      form.append(name, isCollection(item) ? JSON.stringify(item) : text(item));
  }
  return form.toString();
}

/** What the header `Authorization` carries for HTTP Basic, in UTF-8 (RFC 7617). */
export function basicText(value: unknown): string {
  const { username = "", password = "" } = Object(value) as { username?: string; password?: string };
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function listed(value: unknown, explode: boolean, encode: (text: string) => string): string[] {
  if (!isCollection(value)) return [encode(text(value))];
  if (Array.isArray(value)) return value.map((item) => encode(text(item)));
  const entries = Object.entries(value).map(([key, item]) => [encode(key), encode(text(item))] as const);
  return explode ? entries.map(([key, item]) => `${key}=${item}`) : entries.flat();
}

function isCollection(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return String(value);
}

/** As forms encode, and so everybody who reads a query with `URLSearchParams`. */
function encodeInQuery(part: string): string {
  return new URLSearchParams([["", part]]).toString().slice("=".length);
}
