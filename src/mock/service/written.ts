import type { End, ReplyExpression } from "../../login/contract.ts";
import { type AnyReply, at, keysOf, memberAt } from "../../login/place.ts";
import type { Reply } from "../../openapi/scenarios.ts";
import type { Life } from "./token-form.ts";

/** A documented reply as it is judged. */
export function asAnswered({ status, headers, example }: Reply): AnyReply {
  return { status, headers, body: example.value };
}

/** What a documented reply has at a place; `undefined` where it has nothing there. */
export function readAt(reply: Reply, expression: ReplyExpression): unknown {
  return at(expression, asAnswered(reply));
}

/** A copy of a reply with another value at a place; the reply itself where nothing stands there. */
export function written(reply: Reply, expression: ReplyExpression, value: unknown): Reply {
  if (readAt(reply, expression) === undefined) return reply;
  const [, header] = expression.split("$response.header.");
  if (header !== undefined) return withHeader(reply, header, String(value));
  const keys = keysOf(expression.slice("$response.body#".length));
  return { ...reply, example: { ...reply.example, value: withMember(reply.example.value, keys, value) } };
}

/** A copy of a reply with a header, in place of its own of that name, whatever the case of its letters. */
export function withHeader(reply: Reply, name: string, value: string): Reply {
  const isOther = ([own]: [string, string]) => own.toLowerCase() !== name.toLowerCase();
  return { ...reply, headers: { ...Object.fromEntries(Object.entries(reply.headers).filter(isOther)), [name]: value } };
}

function withMember(whole: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(whole) ? [...whole] : { ...Object(whole) }) as Record<string, unknown>;
  const member = memberAt(whole, `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  Object.defineProperty(copy, key, {
    value: withMember(member, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

/** A copy of a reply that says, wherever it says when something ends, that it ends with this life. */
export function withEnds(reply: Reply, ends: readonly End[] | undefined, life: Life): Reply {
  return (ends ?? []).reduce((changed, end) => withEnd(changed, end, life), reply);
}

function withEnd(reply: Reply, end: End, life: Life): Reply {
  if ("jwt" in end) return reply;
  if ("at" in end) return written(reply, end.at, instantLike(readAt(reply, end.at), end.unit, life));
  if (typeof end.in === "number") return reply;
  return written(reply, end.in, numberLike(readAt(reply, end.in), (life.end - life.from) / unitOf(end.unit)));
}

/** The end, in the form that an example has: what is neither a number nor a date stays as it is. */
function instantLike(example: unknown, unit: "s" | "ms" | undefined, { from, end }: Life): unknown {
  // The reply's Date has whole seconds: so counted, no reader takes the token for good after it has ended.
  const instant = Math.floor(from / 1000) * 1000 + (end - from);
  if (unit) return numberLike(example, instant / unitOf(unit));
  const [, fraction = "", zone = ""] = dateTime.exec(String(example)) ?? [];
  if (zone !== "") return dateTimeText(instant, fraction, zone);
  return date.test(String(example)) ? new Date(end).toISOString().slice(0, "2026-01-01".length) : example;
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;

/** A date and time with as many places of the second, and the offset from UTC, as an example has. */
function dateTimeText(instant: number, fraction: string, zone: string): string {
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const text = new Date(instant + offset).toISOString();
  const second = text.slice(0, "2026-01-01T00:00:00".length);
  const places = text.slice(second.length, -1).padEnd(fraction.length, "0").slice(0, fraction.length);
  return `${second}${places}${zone}`;
}

/** A number as an example has it: whole, if that is, and a text, if that is. What is no number stays as it is. */
function numberLike(example: unknown, number: number): unknown {
  const isText = typeof example === "string" && /^\d+(\.\d+)?$/.test(example);
  if (!isText && typeof example !== "number") return example;
  const isWhole = Number.isInteger(Number(example));
  const like = isWhole ? Math.max(1, Math.floor(number)) : number;
  return isText ? String(like) : like;
}

function unitOf(unit: "s" | "ms" | undefined): number {
  return unit === "ms" ? 1 : 1000;
}
