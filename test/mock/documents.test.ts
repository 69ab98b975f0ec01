import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documented } from "../../src/mock/answer.ts";
import { check } from "../../src/openapi/check.ts";
import { read } from "../../src/openapi/read.ts";
import { headerName, readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { loginDocuments } from "../support/login-documents.ts";
import { documentOf, heldMock, type ServedMock, serveMock } from "./served.ts";

const run = promisify(execFile);
const file = "test/mock/hard.yaml";
const { documents } = await read([file]);
const operations = readOperations(documents);
const held = heldMock(documents);
const base = "http://mock.example";

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock(documents);
});
afterAll(() => mock.close());

it("a document that has all that is hard is one that lint passes", async () => {
  expect(await check([file])).toEqual([]);
});

const cases = operations.flatMap((operation) =>
  operation.replies.map((reply) => ({
    title: `${operation.operation.operationId} ${reply.name}`,
    operation,
    reply,
    named: `${operation.operation.operationId}/${headerName(reply.name)}`,
  })),
);

it.each(cases)("$title: by request, by the listing's line and without a port", async ({ operation, reply, named }) => {
  const { method, path, headers, body } = wireRequest(operation, reply);
  const init = { method, headers, ...(body !== undefined && { body }) };
  const expected = documented(reply);
  for (const response of [await fetch(mock.url + path, init), await held.fetch(base + path, init)]) {
    expect([response.headers.get("x-mock-scenario"), response.status]).toEqual([named, reply.status]);
    expect(await response.text()).toBe(expected.body);
    for (const [name, value] of Object.entries(expected.headers)) expect(response.headers.get(name)).toBe(value);
  }
  const listing = await (await fetch(`${mock.url}/_mock/scenarios`)).text();
  const lines = listing.split("\n# ").filter((entry) => entry.startsWith(`${reply.name} (`));
  const outputs = await Promise.all(
    lines.map((entry) => run("sh", ["-c", `# ${entry.split("\n### ")[0]?.trimEnd()} -sSi`])),
  );
  expect(outputs.map(({ stdout }) => /^x-mock-scenario: (.*)\r$/m.exec(stdout)?.[1])).toContain(named);
});

describe("of the same document", () => {
  const basic = (user: string, password: string) => ({ Authorization: `Basic ${btoa(`${user}:${password}`)}` });
  const right = { grant_type: "password", username: "jo & co", password: "right ü" };
  const form = (values: Record<string, string>, headers: Record<string, string> = basic("client", "secret:Ã¼")) => ({
    method: "POST",
    headers,
    body: new URLSearchParams(values),
  });
  const files = "/sites/12/files/a,b%2Cc,d%2Fe.json";

  it.each([
    ["a form in another order", "/token", form({ ...right, grant_type: "password" }), "token/success"],
    [
      "a wrong password of anybody",
      "/token",
      form({ ...right, username: "x", password: "wrong" }),
      "token/wrongPassword",
    ],
    [
      "a wrong password of another client",
      "/token",
      form({ ...right, password: "wrong" }, basic("x", "y")),
      "token/wrongPassword",
    ],
    ["any other valid request", "/token", form({ ...right, username: "x", password: "y" }), "token/success"],
    ["any other valid refresh", "/token", form({ grant_type: "refresh_token", refresh_token: "x" }), "token/refreshed"],
    ["no Basic", "/token", form(right, {}), "token/-"],
    ["another scheme", "/token", form(right, { Authorization: "Bearer x" }), "token/-"],
    ["a form that lacks a member", "/token", form({ grant_type: "password" }), "token/-"],
    ["a text for a number", "/lists", { method: "PUT", body: new URLSearchParams({ sizes: "one" }) }, "lists/-"],
    [
      "a number of a list",
      "/lists",
      {
        method: "PUT",
        body: new URLSearchParams([
          ["sizes", "1"],
          ["sizes", "2"],
        ]),
      },
      "lists/success",
    ],
    ["the same missing", "/lists", { method: "PUT", body: new URLSearchParams({ place: "{}" }) }, "lists/short"],
    [
      "the parameters in another order, and a blank as a plus",
      `${files}?filter[sizeMin]=1&flat=a,1&count=3&firstDay=monday&pipes=a|b&words=a+b&ids=1,2&tags=one&tags=two+%26+three`,
      { headers: { "X-List": "1,2", "X-Word": "für" } },
      "files/success",
    ],
    ["a number in an exploded object", `${files}?firstDay=monday&count=x`, {}, "files/-"],
    ["an exploded object without what it needs", `${files}?count=3`, {}, "files/-"],
    ["a number in brackets", `${files}?filter%5BsizeMin%5D=x`, {}, "files/-"],
    ["a list of other than numbers", `${files}?ids=1,x`, {}, "files/-"],
    ["a list of a number", `${files}?ids=1`, {}, "files/success"],
    ["a path that is no number", "/sites/x/files/b.json", {}, "files/-"],
    ["any site, where a scenario has none", "/sites/99/files/a.json", {}, "files/empty"],
    ["a path that goes on", "/sites/12/files/a.jsonx", {}, "-"],
  ])("%s", async (_, path, init, expected) => {
    expect((await held.fetch(base + path, init)).headers.get("x-mock-scenario")).toBe(expected);
  });

  it("what is in no scenario is told the nearest, and where it differs, without a value", async () => {
    const response = await held.fetch(`${base}/token`, form({ ...right, password: "canary", more: "canary" }, {}));
    const { nearest, validation } = await response.json();
    expect(nearest).toEqual({ scenario: "success", differs: ["header Authorization", "body /password", "body /…"] });
    expect(validation).toMatchObject([{ location: ["header", "Authorization"], code: "required" }]);
    expect(JSON.stringify([nearest, validation])).not.toContain("canary");
  });

  it("every other call is answered by its token", async () => {
    const call = async (token?: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { Authorization: token };
      const response = await held.fetch(`${base}/protected/hard/items`, { headers });
      return `${response.status} ${response.headers.get("x-mock-scenario")}`;
    };
    for (const token of ["Bearer token-1", "bearer token-2"]) expect(await call(token)).toBe("200 protected/success");
    for (const token of [undefined, "Bearer token-3", "token-1", "Basic token-1"])
      expect(await call(token)).toBe("401 protected/rejected");
  });
});

it("the tests' own login documents are answered, each scenario by its request", async () => {
  const brought = loginDocuments("test/openapi/documents");
  for (const api of brought) {
    const own = heldMock([api]);
    for (const operation of readOperations([api])) {
      for (const reply of operation.replies) {
        const { method, path, headers, body } = wireRequest(operation, reply);
        const response = await own.fetch(base + path, { method, headers, ...(body !== undefined && { body }) });
        const name = `${operation.operation.operationId}/${headerName(reply.name)}`;
        expect([api.name, response.headers.get("x-mock-scenario"), response.status]).toEqual([
          api.name,
          name,
          reply.status,
        ]);
      }
    }
  }
});

describe("what lint would have refused ends nothing", () => {
  const answer = async (responses: object, more: object = {}) => {
    const own = heldMock([documentOf("/a", "get", { responses, ...more })]);
    const response = await own.fetch(`${base}/a`);
    return { status: response.status, text: await response.text(), log: own.log.join(), response };
  };
  const content = (example: object) => ({ "application/json": { examples: { success: example } } });

  it("an example without a value has no body", async () => {
    const parameters = [{ name: "q", in: "query", examples: { success: {} } }];
    expect(await answer({ "200": { content: content({}) } }, { parameters })).toMatchObject({ status: 200, text: "" });
  });

  it("a header beyond Latin-1 goes as UTF-8", async () => {
    const headers = { "X-A": { example: "日本" } };
    const { response } = await answer({ "200": { headers, content: content({ value: 1 }) } });
    expect(Buffer.from(response.headers.get("x-a") ?? "", "latin1").toString()).toBe("日本");
  });

  it.each([
    [
      "a header with a line break",
      { "200": { headers: { "X-A": { example: "a\nb" } }, content: content({ value: 1 }) } },
      'The header "X-A" cannot be sent',
    ],
    [
      "a header whose name is none",
      { "200": { headers: { "X A": { example: "a" } }, content: content({ value: 1 }) } },
      'The header "X A" cannot be sent',
    ],
    ["a status that ends nothing", { "101": { content: content({ value: 1 }) } }, "No answer has the status 101"],
  ])("%s is a 500, and the log says why", async (_, responses, why) => {
    expect(await answer(responses)).toMatchObject({ status: 500, log: expect.stringContaining(why) });
    const served = await serveMock([documentOf("/a", "get", { responses })]);
    expect((await fetch(`${served.url}/a`)).status).toBe(500);
    expect((await fetch(`${served.url}/a`)).status).toBe(500);
    await served.close();
  });
});
