import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { LoginError } from "../../src/errors.ts";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { exampleValidator } from "../../src/openapi/example-validator.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { refusalReasons } from "../../src/outcome.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { type Operation, operations } from "../support/operations.ts";

const runs = 10_000 * factor;

/** What the documents' tables of codes and their likes hold, and what breaks a careless check. */
const values = fc.constantFrom<unknown>(
  ...[
    "",
    " ",
    "token",
    "to ken",
    "token\n",
    "トークン",
    "~!",
    "\u007f",
    "00",
    "10",
    "0",
    "200",
    "ok",
    "error",
    "Bearer",
    "constructor",
    "__proto__",
  ],
  ...[0, -0, 1, -1, 0.5, 1800, 31_536_000, 31_536_001, 1e308, 200, 401, 498, null, true, false],
  ...[[], ["token"], {}, { token: "token" }, { result_code: "00" }, { code: 0 }, { access_token: "token" }],
);

/** One change of a reply: a member, found by counting, is removed, replaced, wrapped, or given a neighbour. */
const mutation = fc.record({
  member: fc.nat(63),
  kind: fc.constantFrom("remove", "replace", "replace", "replace", "add", "wrap"),
  value: fc.oneof({ arbitrary: values, weight: 5 }, { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 }),
  name: fc.constantFrom("token", "code", "status", "access_token", "expires", "__proto__", "constructor", "toString"),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

type Container = Record<string, unknown>;

function membersOf(value: unknown): { container: Container; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const container = value as Container;
  return Object.keys(container).flatMap((key) => [{ container, key }, ...membersOf(container[key])]);
}

function mutate(reply: unknown, { member, kind, name, value: shared }: Mutation): unknown {
  const value = structuredClone(shared);
  const members = membersOf(reply);
  const found = members[member % (members.length || 1)];
  if (!found) return value;
  const { container, key } = found;
  if (kind === "remove") delete container[key];
  if (kind === "replace") container[key] = value;
  if (kind === "wrap") container[key] = [container[key]];
  if (kind === "add")
    Object.defineProperty(container, name, { value, enumerable: true, configurable: true, writable: true });
  return reply;
}

/** What arrives of it as JSON: a list, for one, has no named members. */
const asSent = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

/** The statuses that are documented come most often; an unchanged reply now and then, mostly one with a single change. */
const mutations = fc.oneof(
  { arbitrary: fc.constant([]), weight: 1 },
  { arbitrary: fc.array(mutation, { minLength: 1, maxLength: 1 }), weight: 5 },
  { arbitrary: fc.array(mutation, { minLength: 2, maxLength: 4 }), weight: 3 },
);
const statuses = fc.oneof(
  { arbitrary: fc.constant(200), weight: 9 },
  { arbitrary: fc.constantFrom(201, 204, 400, 401, 402, 404, 429, 498, 500, 503), weight: 1 },
);

describe.each(operations)("$name", ({ api, operationId, judge, success }: Operation) => {
  const document = parse(readFileSync(`openapi/${api}.yaml`, "utf8")) as OpenApiDocument;
  const described = readOperations([{ name: api, document }]).find(
    ({ operation }) => operation.operationId === operationId,
  );
  const examples = [success("token"), ...(described?.replies ?? []).map(({ example }) => example.value)];
  const schema = document.components?.schemas?.[operationId === "login" ? "LoginSuccess" : "RefreshSuccess"];
  const validate = exampleValidator(document);
  const isValid = (body: unknown) => validate(schema, body) === undefined;

  /** Successes, whose members all count, are changed more often than refusals. */
  const bodies = fc.oneof(
    {
      arbitrary: fc.tuple(fc.constantFrom(...examples.filter(isValid)), mutations),
      weight: 8,
    },
    { arbitrary: fc.tuple(fc.constantFrom(...examples), mutations), weight: 3 },
    { arbitrary: fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.constant([])), weight: 1 },
  );
  const replies = fc
    .tuple(statuses, bodies)
    .map(([status, [body, changes]]) => ({ status, body: asSent(changes.reduce(mutate, structuredClone(body))) }));

  test(`${runs} replies: a success if and only if the document's schema says so`, { timeout: 30_000 * factor }, () => {
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(replies, ({ status, body }) => {
        const valid = status === 200 && isValid(body);
        seen[valid ? "valid" : "invalid"] += 1;
        let judgement: ReturnType<Operation["judge"]>;
        try {
          judgement = judge({ status, body });
        } catch (error) {
          expect(error).toBeInstanceOf(LoginError);
          expect(error).toMatchObject({ code: "unexpected_reply" });
          return !valid;
        }
        if (judgement.reply !== body || judgement.ok !== valid) return false;
        if (!judgement.ok) {
          const { reason, code, message } = judgement as { reason?: unknown; code?: unknown; message?: unknown };
          return (refusalReasons as readonly unknown[]).includes(reason) && [code, message].every(isText);
        }
        return granted(judgement as unknown as { grant: Container });
      }),
      { numRuns: runs, seed },
    );
    // Both sides of the border are walked on, or else the property says nothing.
    expect(seen.valid).toBeGreaterThan(runs / 10);
    expect(seen.invalid).toBeGreaterThan(runs / 10);
  });
});

const isText = (value: unknown) => typeof value === "string";

/** A grant is what a header carries, and lasts from a second to a year. */
function granted({ grant }: { grant: Container }): boolean {
  const { value, lifetime = 1000, expiresAt, refresh } = grant;
  const isGood = value === undefined || /^[!-~]+$/.test(String(value));
  const lasts = Number(lifetime) >= 1000 && Number(lifetime) <= 31_536_000_000;
  const ends = expiresAt === undefined || !Number.isNaN((expiresAt as Date).getTime());
  return isGood && lasts && ends && (refresh === undefined || granted({ grant: refresh as Container }));
}
