import { isDeepStrictEqual } from "node:util";
import type { Scenario } from "./match.ts";
import type { MockedOperation } from "./operation.ts";
import type { SentRequest } from "./read.ts";

/** The scenario that a request would have led to with the least changes, and where it differs from that. */
export interface Nearest {
  scenario: string;
  /** Such as `header Password` and `body /password`, and `body /…` for a member that the scenario has not; nothing that was sent. */
  differs: string[];
}

/** Of more than this nobody would look at the rest; what was sent may be of any size. */
const maximumDifferences = 20;
const maximumDepth = 8;

export function nearest(operation: MockedOperation, scenarios: Scenario[], request: SentRequest): Nearest | undefined {
  const all = scenarios.map((scenario) => ({
    scenario: scenario.reply.name,
    differs: differencesOf(operation, scenario, request),
  }));
  const [first, ...others] = all;
  if (!first) return undefined;
  return others.reduce((best, each) => (each.differs.length < best.differs.length ? each : best), first);
}

function differencesOf(operation: MockedOperation, { request: documented, pathIsKnown }: Scenario, sent: SentRequest) {
  const parameters = operation.parameters.flatMap(({ in: place, name }, index) => {
    const isSame = !pathIsKnown[index] || isDeepStrictEqual(documented.parameters[index], sent.parameters[index]);
    return isSame ? [] : [`${place} ${name}`];
  });
  const basic = isDeepStrictEqual(documented.basic, sent.basic) ? [] : ["header Authorization"];
  return [...parameters, ...basic, ...bodyDifferences(documented.body, sent.body)].slice(0, maximumDifferences);
}

function bodyDifferences(documented: unknown, sent: unknown, pointer = "", depth = 0): string[] {
  if (isDeepStrictEqual(documented, sent)) return [];
  const areObjects = isObject(documented) && isObject(sent);
  if (!areObjects || depth === maximumDepth) return [`body${pointer === "" ? "" : ` ${pointer}`}`];
  const keys = Object.keys(documented);
  const inside = keys.flatMap((key) => {
    const escaped = key.replaceAll("~", "~0").replaceAll("/", "~1");
    return bodyDifferences(memberOf(documented, key), memberOf(sent, key), `${pointer}/${escaped}`, depth + 1);
  });
  const hasMore = Object.keys(sent).some((key) => !Object.hasOwn(documented, key));
  return hasMore ? [...inside, `body ${pointer}/…`] : inside;
}

function memberOf(holder: object, key: string): unknown {
  return Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
