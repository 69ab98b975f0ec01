import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedMock, serveMock } from "./served.ts";

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

test("the listing is plain text, which is a script as it stands", async () => {
  const response = await fetch(`${mock.url}/_mock/scenarios`);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const lines = (await response.text()).split("\n");
  expect(lines.filter((line) => !/^(#.*|curl .*|)$/.test(line))).toEqual([]);
});
