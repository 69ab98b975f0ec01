import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { documented } from "../../src/mock/answer.ts";
import { prismVersion } from "../../src/mock/prism.ts";
import { readOperations } from "../../src/openapi/scenarios.ts";
import { answerOfPrism } from "../support/prism.ts";
import { documentOf } from "./served.ts";

test("a reply has the headers that it has from Prism", async () => {
  const api = documentOf("/throttled", "get", {
    responses: {
      "429": {
        description: "",
        headers: { "Retry-After": { schema: { type: "integer" }, example: 30 } },
        content: { "application/problem+json": { examples: { success: { value: { title: "Later" } } } } },
      },
    },
  });
  const [operation] = readOperations([api]);
  const [reply] = operation?.replies ?? [];
  if (!operation || !reply) throw new Error("The document has no reply.");
  const { status, headers, body } = documented(reply);
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const prism = await answerOfPrism(api.document, operation, reply);
  expect({ status, headers: lowered, body: JSON.parse(body) }).toEqual(prism);
});

test("Prism's version is one, in the package's peer, in the development dependency and in the advice on installing", () => {
  const { peerDependencies, devDependencies, peerDependenciesMeta } = manifest;
  const name = "@stoplight/prism-http";
  expect([peerDependencies[name], devDependencies[name]]).toEqual([prismVersion, prismVersion]);
  expect(peerDependenciesMeta[name].optional).toBe(true);
});
