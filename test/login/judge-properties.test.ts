import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import { isSendable } from "../../src/http/guards.ts";
import { type AnyReply, keysOf, textAt } from "../../src/login/place.ts";
import { resolve } from "../../src/openapi/document.ts";
import type { DocumentedCall } from "../../src/openapi/login.ts";
import { factor, seed } from "../support/fuzzing.ts";
import { broughtDocuments, type JudgedCall, judgedCalls, loginDocuments } from "../support/login-documents.ts";
import { changesOf } from "../support/mutations.ts";

/** Generated replies for each document. */
const runs = 10_000 * factor;

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** What ajv makes of bodies by the schemas as they stand in the document. */
function oracleOf({ document, call, replies: _ }: JudgedCall) {
  const { components } = document;
  const ajv = new Ajv2020({ strict: false, strictNumbers: true, ownProperties: true, validateFormats: false });
  const compiled = (schema: unknown) => ajv.compile({ components, ...(schema as object) });
  const named = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const schemaOf = (name: string) => resolve<Schema>(document, named(name));
  const isSuccess = call.success.map((name) => compiled(named(name)));
  const responses = [...call.operation.responses].flatMap(([status, { node }]) =>
    Object.values(node.content ?? {}).map(({ schema }) => ({ status, validate: compiled(schema ?? {}) })),
  );
  const refusals = refusalsOf(call, document).map((name) => ({
    schema: schemaOf(name),
    validate: compiled(named(name)),
  }));
  const code = call.contract.code?.split("$response.body#")[1];
  const taken = call.success.map((name) => constantAt(schemaOf(name), keysOf(code ?? "")));

  function constantAt(schema: Schema, [key, ...rest]: string[]): unknown {
    const own = resolve<Schema>(document, schema);
    if (key === undefined) return own.const;
    const next = own.properties?.[key] ?? (/^\d+$/.test(key) ? own.items : undefined);
    return next && constantAt(next, rest);
  }

  /** The body without what is not required of a refusal, and with a listed code for any other of its type. */
  function needed(reference: Schema, body: unknown, place: string): unknown {
    const schema = resolve<Schema>(document, reference);
    if (code !== undefined && place === code.replace(/\/\d+(?=\/|$)/g, "/*")) return listed(schema, body);
    if (Array.isArray(body))
      return body.map((item) => (schema.items ? needed(schema.items, item, `${place}/*`) : item));
    if (typeof body !== "object" || body === null) return body;
    const { properties = {}, required = [] } = schema;
    const kept = Object.entries(body).filter(([key]) => !Object.hasOwn(properties, key) || required.includes(key));
    return Object.fromEntries(
      kept.map(([key, member]) => {
        const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
        return [key, own ? needed(own, member, `${place}/${key}`) : member];
      }),
    );
  }

  function listed({ type, enum: values }: Schema, value: unknown): unknown {
    const isOfType = type === "integer" ? Number.isInteger(value) : typeof value === type;
    return values && isOfType && !taken.includes(value) ? values[0] : value;
  }

  const isStatus = (key: string, status: number) => key === `${status}` || key === `${`${status}`[0]}XX`;
  const saysItself = (status: number) =>
    [400, 401, 403, 422, 429].includes(status) ||
    status >= 500 ||
    (status >= 400 && [...call.operation.responses.keys()].some((key) => isStatus(key, status)));

  return {
    success: ({ status, body }: AnyReply) =>
      status >= 200 &&
      status <= 299 &&
      isSuccess.some((validate) => validate(body)) &&
      responses.some((response) => isStatus(response.status, status) && response.validate(body)),
    refusal: ({ body }: AnyReply) => refusals.some(({ schema, validate }) => validate(needed(schema, body, ""))),
    saysItself,
  };
}

/** The names of the refusal's schemas, as `x-refresh` or `x-login` has them. */
function refusalsOf({ operation }: DocumentedCall, document: JudgedCall["document"]): string[] {
  const extensions = Object.values(document.paths).flatMap((item) =>
    Object.values(item as Record<string, Record<string, { refusal?: string | string[] }>>),
  );
  const own = operation.operation as unknown as Record<string, { refusal?: string | string[] } | undefined>;
  const login = extensions.find((each) => each["x-login"])?.["x-login"];
  return [own["x-refresh"]?.refusal ?? login?.refusal ?? []].flat();
}

const documents = [...loginDocuments("openapi"), ...loginDocuments(broughtDocuments)].filter(({ document }) =>
  JSON.stringify(document.paths).includes('"x-login":'),
);

describe.each(documents)("$name", (document) => {
  const calls = judgedCalls(document);

  test.each(calls)("$name: success, refusal or neither, as ajv says by its schemas", (own) => {
    const oracle = oracleOf(own);
    const seen = { success: 0, refusal: 0, status: 0, neither: 0 };
    const count = (kind: keyof typeof seen) => {
      seen[kind] += 1;
    };
    fc.assert(
      fc.property(changesOf(own.replies), (reply) => {
        const isSuccess = oracle.success(reply) && grants(own.call, reply, own.name.endsWith("refresh"));
        const isRefusal = oracle.refusal(reply);
        const http = `HTTP ${reply.status}`;
        try {
          const judgement = own.judge(reply);
          if (judgement.reply !== reply.body || judgement.ok !== isSuccess) return false;
          if (judgement.ok) count("success");
          else if (isRefusal) count("refusal");
          else {
            count("status");
            const isByStatus = judgement.code === `${reply.status}` && judgement.message === http;
            return isByStatus && oracle.saysItself(reply.status);
          }
          return true;
        } catch (error) {
          count("neither");
          const isUnexpected = error instanceof LoginError && error.message === `unexpected_reply: ${http}`;
          return isUnexpected && !isSuccess && !isRefusal && !oracle.saysItself(reply.status);
        }
      }),
      { numRuns: Math.ceil(runs / calls.length), seed },
    );
    // Where one of the four never came, the property says nothing of it.
    const missing = Object.entries(seen).filter(([, times]) => times < runs / 200);
    const hasRefusal = own.call.contract.refusal.length > 0;
    expect(missing.filter(([kind]) => kind !== "refusal" || hasRefusal)).toEqual([]);
  });
});

/** A success has a token that a header carries; that of a refresh may have none. */
function grants({ contract }: DocumentedCall, reply: AnyReply, isRefresh: boolean): boolean {
  const token = textAt(contract.token, reply);
  return token === undefined ? isRefresh : isSendable(token);
}
