import { createInstance, getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { readDocuments } from "../../scripts/documents.ts";
import { documented } from "../../src/mock/answer.ts";
import { prismVersion } from "../../src/mock/prism.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { documentOf } from "./served.ts";

const silent = Object.assign(() => {}, { level: "silent" });
const logger: Parameters<typeof createInstance>[1]["logger"] = new Proxy(silent, {
  get: (_, name) => (name === "child" ? () => logger : silent),
}) as never;

/** What Prism itself answers when it is asked for an example by status and name. */
async function answerOfPrism(document: object, method: string, path: string, code: number, exampleKey: string) {
  const resources = await getHttpOperationsFromSpec(structuredClone(document));
  const config = {
    isProxy: false as const,
    mock: { dynamic: false, code, exampleKey },
    checkSecurity: false,
    validateRequest: false,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
  };
  const input = { method: method as "get", url: { path: path.replace(/\{\w+\}/g, "x") }, headers: {} };
  const result = await createInstance(config, { logger }).request(input, resources, config)();
  if (result._tag === "Left") throw result.left;
  const { statusCode: status, headers = {}, body } = result.right.output;
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status, headers: Object.fromEntries(lowered), body };
}

const throttled = documentOf("/throttled", "get", {
  responses: {
    "429": {
      description: "",
      headers: { "Retry-After": { schema: { type: "integer" }, example: 30 } },
      content: { "application/problem+json": { examples: { success: { value: { title: "Later" } } } } },
    },
  },
});
const replies = [...(await readDocuments()), throttled].flatMap((api) =>
  readOperations([api]).flatMap(({ method, path, operation, replies }) =>
    replies.map((reply) => ({ title: `${api.name} ${operation.operationId} ${reply.name}`, api, method, path, reply })),
  ),
);

describe("the mock's answer is that of Prism", () => {
  it.each(replies)("$title", async ({ api, method, path, reply }) => {
    const { status, headers, body } = documented(reply);
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    expect({ status, headers: lowered, body: JSON.parse(body) }).toEqual(
      await answerOfPrism(api.document, method, path, reply.status, reply.name),
    );
  });
});

describe("Prism's version", () => {
  it("is one, in the package's peer, in the development dependency and in the advice on installing", () => {
    expect([
      manifest.peerDependencies["@stoplight/prism-http"],
      manifest.devDependencies["@stoplight/prism-http"],
      prismVersion,
    ]).toEqual(["5.12.0", "5.12.0", "5.12.0"]);
    expect(manifest.peerDependenciesMeta["@stoplight/prism-http"].optional).toBe(true);
  });
});
