import type { ReplySchema } from "../../src/login/contract.ts";
import type { Condition, StatusPattern } from "../../src/openapi/verification.ts";
import type { Answered } from "./services.ts";

/** A reply of which a condition is no longer so, and as little else as possible is different. */
export function contrary({ status, body, headers = {} }: Answered, condition: Condition): Answered {
  if (condition.outcome === "success") return { status, headers, body: withoutToken(body) };
  if (condition.outcome !== undefined) return { status: 200, body: {} };
  if (condition.rejected !== undefined) return { status: condition.rejected ? 403 : 401, headers, body: {} };
  if (condition.status !== undefined) return { status: otherStatus([condition.status].flat()), headers, body };
  if (condition.jwtLife !== undefined) {
    if (typeof condition.jwtLife === "number")
      return { status, body, headers: { ...headers, Date: "Thu, 01 Jan 2026 00:00:00 GMT" } };
    return { status, headers, body: changed(body, condition.jwtLife, (life) => Number(life) * 60) };
  }
  if (condition.at !== undefined)
    return { status, headers, body: changed(body, condition.at, (value) => other(condition.is, value)) };
  return { status, headers, body: withoutToken(body) };
}

/** A status that none of the patterns takes, and that is still the service's own word. */
function otherStatus(patterns: StatusPattern[]): number {
  const isTaken = (status: number) =>
    patterns.some(
      (each) => String(each).replace("XX", "") === String(status).slice(0, String(each).replace("XX", "").length),
    );
  const status = [401, 403, 404, 200].find((each) => !isTaken(each));
  if (status === undefined) throw new Error(`every status is one of ${patterns.join(", ")}`);
  return status;
}

/** A value that a schema does not take, of the same type where that is possible; nothing, where any value would do. */
function other(schema: ReplySchema | undefined, value: unknown): unknown {
  if (schema?.pattern !== undefined) return "\u00e4 :b";
  if (schema?.const !== undefined || schema?.enum !== undefined) return typeof value === "number" ? 77 : "other";
  if (schema?.not?.const !== undefined) return schema.not.const;
  if (schema?.maximum !== undefined) return schema.maximum + 1;
  if (schema?.type !== undefined) return [schema.type].flat().includes("string") ? { another: "type" } : "another type";
  return undefined;
}

function changed(body: unknown, expression: string, change: (value: unknown) => unknown): unknown {
  const keys = expression.split("#/")[1]?.split("/") ?? [];
  const visit = (node: unknown, [key, ...rest]: string[]): unknown => {
    if (key === undefined) return change(node);
    const members = { ...(node as Record<string, unknown>) };
    members[key] = visit(members[key], rest);
    return members;
  };
  return visit(body, keys);
}

/** A body whose every member is a number. */
function withoutToken(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return 0;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, withoutToken(value)]));
}
