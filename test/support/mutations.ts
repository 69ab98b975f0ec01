import fc from "fast-check";
import type { AnyReply } from "../../src/login/place.ts";

/** What tables of codes and their likes hold, and what breaks a careless check. */
const values: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...["", " ", "token", "to ken", "token\n", "トークン", "~!", "00", "10", "0", "200", "1001", "ok", "error", "2.0"],
  ...["2026-01-01T00:00:00Z", "constructor", "__proto__", "Bad password", "x".repeat(41), "time limit"],
  ...[0, 1, -1, 0.5, 1800, 31_536_000, 31_536_001, 1e308, 200, 401, 498, -32001, null, true, false],
  ...[[], ["token"], {}, { token: "token" }, { result_code: "00" }, { code: 0 }, { code: "1001" }],
);

/** One change of a body: a member, found by counting, is removed, replaced, wrapped, or given a neighbour. */
const change = fc.record({
  member: fc.nat(63),
  kind: fc.constantFrom("remove", "replace", "replace", "replace", "add", "wrap"),
  value: values,
  name: fc.constantFrom("token", "code", "status", "access_token", "__proto__", "constructor", "toString", "message"),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

type Container = Record<string, unknown>;

function membersOf(value: unknown): { container: Container; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const container = value as Container;
  return Object.keys(container).flatMap((key) => [{ container, key }, ...membersOf(container[key])]);
}

function changed(body: unknown, { member, kind, name, value: shared }: Change): unknown {
  const value = structuredClone(shared);
  const members = membersOf(body);
  const found = members[member % (members.length || 1)];
  if (!found) return value;
  const { container, key } = found;
  if (kind === "remove") delete container[key];
  if (kind === "replace") container[key] = value;
  if (kind === "wrap") container[key] = [container[key]];
  if (kind === "add")
    Object.defineProperty(container, name, { value, enumerable: true, configurable: true, writable: true });
  return body;
}

/** What arrives of it as JSON: a list, for one, has no named members. */
const asSent = (body: unknown): unknown => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)));

const changes: fc.Arbitrary<Change[]> = fc.oneof(
  { arbitrary: fc.constant<Change[]>([]), weight: 2 },
  { arbitrary: fc.array(change, { minLength: 1, maxLength: 1 }), weight: 6 },
  { arbitrary: fc.array(change, { minLength: 2, maxLength: 4 }), weight: 2 },
);

const statuses = fc.constantFrom(200, 201, 204, 302, 400, 401, 402, 403, 404, 409, 418, 422, 429, 498, 500, 503);

/**
 * Replies like the documented ones: mostly one with a change or none, on its own status more often than on another, with
 * its own headers or none; now and then any JSON at all.
 */
export function changesOf(documented: AnyReply[]): fc.Arbitrary<AnyReply> {
  const bases = fc.constantFrom(...documented);
  const any = fc.tuple(statuses, fc.jsonValue({ maxDepth: 2 })).map(([status, body]) => ({ status, body }));
  const like = fc
    .record({ base: bases, changes, other: statuses, keepsStatus: fc.nat(3), keepsHeaders: fc.nat(9) })
    .map(({ base, changes: all, other, keepsStatus, keepsHeaders }) => ({
      status: keepsStatus > 0 ? base.status : other,
      headers: keepsHeaders > 0 ? base.headers : {},
      body: asSent(all.reduce(changed, structuredClone(base.body))),
    }));
  return fc.oneof({ arbitrary: like, weight: 15 }, { arbitrary: any, weight: 1 });
}
