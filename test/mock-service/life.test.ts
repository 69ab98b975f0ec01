import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { factor } from "../support/fuzzing.ts";
import { operations } from "../support/operations.ts";
import { expected, live, stretchesOf } from "./life.ts";

/** A month, or with `npm run test:fuzz` a year. */
const whole = factor > 1 ? 365 : 30;

test.each(await readDocuments())(`a session lives ${whole} days against $name`, { timeout: 300_000 }, async (api) => {
  const own = operations.filter((operation) => operation.api === api.name);
  const login = own.find(({ kind }) => kind === "login");
  if (!login) throw new Error(`${api.name} has no login`);
  const both = { login, refresh: own.find(({ kind }) => kind === "refresh") };
  const stretches = stretchesOf(both, whole);
  expect(await live(api, both, stretches)).toEqual(expected(both, stretches));
});
