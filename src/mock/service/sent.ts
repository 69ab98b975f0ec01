import { memberAt } from "../../login/place.ts";
import type { DocumentedCall, DocumentedLogin } from "../../openapi/login.ts";
import type { ScenarioRequest } from "../../openapi/scenarios.ts";

/** A login or a refresh that came in. */
export interface SentCall {
  api: string;
  kind: "login" | "refresh";
  /** By the credentials' names; those that were not sent are absent, or `undefined`. */
  credentials: Readonly<Record<string, unknown>>;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
}

/** What a scenario's request carries, by the credentials' names; what is absent is left out. */
export function scenarioCredentials(
  { credentials }: DocumentedCall,
  { parameters, body, basic }: ScenarioRequest,
): Record<string, unknown> {
  const found = credentials.map(({ name, place }) => {
    if (place.in === "body") return [name, memberAt(body?.example.value, place.pointer)] as const;
    if (place.in === "basic") return [name, memberAt(basic?.value, `/${place.name}`)] as const;
    if (place.in === "security") return [name, undefined] as const;
    const sent = parameters.find(({ parameter }) => parameter.in === place.in && parameter.name === place.name);
    return [name, sent?.example.value] as const;
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Whether a scenario's body has the constants that a call sends there: of two calls at one path they tell which it is. */
export function hasConstants({ constants }: DocumentedCall, { body }: ScenarioRequest): boolean {
  return constants.every(
    ({ place, value }) => place.in !== "body" || isSame(memberAt(body?.example.value, place.pointer), value),
  );
}

/** What a header's value carries besides the scheme; `undefined` where it has another scheme, or there is none. */
export function tokenIn({ scheme }: DocumentedLogin["header"], value: string | undefined): string | undefined {
  if (value === undefined || scheme === undefined) return value;
  const [own = "", ...rest] = value.split(" ");
  return own.toLowerCase() === scheme.toLowerCase() ? rest.join(" ").trim() : undefined;
}

/** Whether two values are the same on the wire, where a number in a header or a form is a text. */
export function isSame(one: unknown, other: unknown): boolean {
  return asText(one) === asText(other);
}

function asText(value: unknown): string | undefined {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
