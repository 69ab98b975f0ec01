import { expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { factor } from "../support/fuzzing.ts";
import { operations } from "../support/operations.ts";
import { expected, live, momentsOf } from "./life.ts";

/** A month, or with `npm run test:fuzz` a year. */
const whole = factor > 1 ? 365 : 30;

test.each(await readDocuments())(`a session lives ${whole} days against $name`, { timeout: 300_000 }, async (api) => {
  const own = operations.filter((operation) => operation.api === api.name);
  const login = own.find(({ kind }) => kind === "login");
  if (!login) throw new Error(`${api.name} has no login`);
  const both = { login, refresh: own.find(({ kind }) => kind === "refresh") };
  const moments = momentsOf(whole);
  expect(await live(api, both, moments)).toEqual(expected(both, moments));
});
