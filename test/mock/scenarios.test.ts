import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { documentOf, json, type ServedMock, serveMock } from "./served.ts";

const form = "application/x-www-form-urlencoded";

const esignon = (body: object | string, company = "acme") => [`/api/${company}/login`, json(body)] as const;
const login = (email: unknown, password: unknown, code = "1001Q") => ({
  header: { request_code: code },
  body: { memb_email: email, memb_pwd: password },
});
const headers = (values: Record<string, string>) => ["/login", { headers: values }] as const;

let mock: ServedMock;
beforeAll(async () => {
  mock = await serveMock();
});
afterAll(() => mock.close());

/** The name of the scenario that a request is answered with, which the log says, and the status. */
async function answered(on: ServedMock, [path, init]: readonly [string, RequestInit?]) {
  const lines = on.log.length;
  const response = await fetch(on.url + path, init);
  const body = await response.text();
  await expect.poll(() => on.log.length).toBe(lines + 1);
  return { scenario: on.log.at(-1)?.split(" ").slice(2, 4).join(" "), body };
}

describe("a request that equals a scenario's gets its answer", () => {
  it.each([
    [
      "whatever the order of members and the blanks",
      esignon(
        `{ "body": {"memb_pwd":"wrong-password", "memb_email":"member@example.com"},\n"header":{"request_code":"1001Q"}}`,
      ),
      "wrongPassword 200",
    ],
    [
      "with the media type in other words",
      [
        "/api/acme/login",
        json(login("member@example.com", "wrong-password"), { "content-type": "Application/JSON; charset=utf-8" }),
      ],
      "wrongPassword 200",
    ],
    [
      "with a path in another encoding",
      esignon(login("member@example.com", "correct-password"), "company%2Dwithout%2dapi"),
      "companyNotAllowed 200",
    ],
    [
      "with headers of its own",
      ["/login", { headers: { "user-name": "user_test", PASSWORD: "wrong_password", "X-Trace": "1" } }],
      "wrongPassword 401",
    ],
    [
      "with a query that is not documented",
      ["/login?a=b", { headers: { "User-Name": "user_test", Password: "wrong_password" } }],
      "wrongPassword 401",
    ],
  ] as const)("%s", async (_, request, expected) => {
    expect((await answered(mock, request)).scenario).toBe(expected);
  });

  it.each([
    ["one value differs", esignon(login("other@example.com", "correct-password"))],
    ["it has a member more", esignon({ ...login("member@example.com", "correct-password"), more: 1 })],
    ["the path differs", esignon(login("member@example.com", "correct-password"), "other")],
    ["a header differs in case", headers({ "User-Name": "user_test", Password: "Wrong_password" })],
  ] as const)("and any other valid one gets success: %s", async (_, request) => {
    expect((await answered(mock, request)).scenario).toBe("success 200");
  });

  it.each([
    ["of another user", esignon(login("other@example.com", "wrong-password"))],
    ["of another company", esignon(login("member@example.com", "wrong-password"), "other")],
    ["with a member more", esignon({ ...login("member@example.com", "wrong-password"), more: 1 })],
    ["in a header", headers({ "User-Name": "anybody", Password: "wrong_password" })],
  ] as const)("and the password of wrongPassword is wrong for anybody: %s", async (_, request) => {
    expect((await answered(mock, request)).scenario).toMatch(/^wrongPassword /);
  });

  it("without a media type as well, so that a slip does not pass for success", async () => {
    const body = new Blob([JSON.stringify(login("member@example.com", "wrong-password"))]);
    expect((await answered(mock, ["/api/acme/login", { method: "POST", body }])).scenario).toBe("wrongPassword 200");
  });
});

describe("an invalid request gets the scenario with which the same is wrong", () => {
  it.each([
    ["any user name and no Password", headers({ "User-Name": "anybody" }), "missingPassword 402"],
    ["any Password and no user name", headers({ Password: "anything" }), "missingUserName 402"],
    ["any user name and an empty Password", headers({ "User-Name": "anybody", Password: "" }), "emptyPassword 402"],
    ["an empty user name and any Password", headers({ "User-Name": "", Password: "anything" }), "emptyUserName 402"],
    ["any text that is not JSON", esignon("neither JSON"), "malformedBody 200"],
    ["text that is not JSON, for any company", esignon("{", "whichever"), "malformedBody 200"],
    ["the company that may not call, and no JSON", esignon("{", "company-without-api"), "malformedBody 200"],
  ] as const)("%s", async (_, request, expected) => {
    expect((await answered(mock, request)).scenario).toBe(expected);
  });

  it.each([
    ["both headers missing", headers({}), ["User-Name", "Password"]],
    ["one missing, one empty", headers({ "User-Name": "" }), ["User-Name", "Password"]],
    ["both empty", headers({ "User-Name": "", Password: "" }), ["User-Name", "Password"]],
    ["a member missing", esignon({ header: { request_code: "1001Q" }, body: { memb_email: "a" } }), ["memb_pwd"]],
    ["a value that is not allowed", esignon(login("a", "b", "1002Q")), ["request_code"]],
    ["a value of another type", esignon(login("a", 1)), ["memb_pwd"]],
    ["JSON that is a string", esignon('"text"'), ["object"]],
    ["no body", ["/api/acme/login", { method: "POST" }], ["required"]],
    ["JSON null", esignon("null"), ["object"]],
  ] as const)("or 422 with Prism's list of what is wrong, if there is none: %s", async (_, request, said) => {
    const { scenario, body } = await answered(mock, request);
    expect(scenario).toBe("- 422");
    const { validation } = JSON.parse(body);
    for (const [index, text] of said.entries()) expect(JSON.stringify(validation[index])).toContain(text);
    expect(validation).toHaveLength(said.length);
  });

  it("or 400 at once, if the text is no JSON and the operation documents nothing for it", async () => {
    for (const path of ["/api/authenticate", "/v1/api/auth/login", "/v1/api/auth/refresh"])
      expect(await answered(mock, [path, json("{")]), path).toMatchObject({
        scenario: "- 400",
        body: expect.stringContaining("The body is not JSON"),
      });
  });

  it("or 415, if the media type is another", async () => {
    const [path, init] = esignon(login("member@example.com", "correct-password"));
    for (const type of ["text/plain", "application/xml", form, "nonsense", ";", "a/b/c"]) {
      const { scenario, body } = await answered(mock, [path, { ...init, headers: { "content-type": type } }]);
      expect(scenario, type).toBe("- 415");
      expect(JSON.parse(body).mediaTypes, type).toEqual(["application/json"]);
    }
  });
});

describe("a document with new scenarios needs no code", () => {
  const reply = (value: unknown) => ({ value, "x-outcome": "success" });
  const answers = (...names: string[]) => ({
    "200": {
      description: "",
      headers: {
        "Retry-After": { schema: { type: "integer" }, example: 30 },
        "X-Short": { schema: { type: "string" }, examples: { short: { value: "yes" } } },
        "X-No-Example": {},
      },
      content: { "application/json": { examples: Object.fromEntries(names.map((name) => [name, reply(name)])) } },
    },
  });
  const document: ApiDocument = documentOf("/things/{id}", "put", {
    parameters: [
      { $ref: "#/components/parameters/Id" },
      {
        name: "mode",
        in: "query",
        required: true,
        schema: { type: "string", enum: ["slow", "fast & loose"] },
        examples: {
          success: { value: "slow" },
          fast: { value: "fast & loose" },
          short: { value: "slow" },
          late: { value: "slow" },
          unknownMode: { value: "other", "x-invalid": "No such mode." },
        },
      },
    ],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["name", "age"],
            properties: { name: { type: "string", minLength: 1 }, age: { type: "integer" } },
          },
          examples: {
            success: { value: { name: "a", age: 1 } },
            fast: { value: { name: "a", age: 1 } },
            short: { value: { name: "a" }, "x-invalid": "No age." },
            late: { value: { name: "", age: 1 }, "x-invalid": "The name is empty." },
            unknownMode: { value: { name: "a", age: 1 } },
            modeless: { value: { name: "a", age: 1 } },
          },
        },
      },
    },
    responses: answers("success", "fast", "short", "late", "unknownMode", "modeless", "bodiless"),
  });
  document.document.components = {
    parameters: {
      Id: {
        name: "id",
        in: "path",
        required: true,
        schema: { type: "string" },
        examples: Object.fromEntries(
          ["success", "fast", "short", "late", "unknownMode", "modeless"].map((name) => [name, { value: "a/b c" }]),
        ),
      },
    },
  };
  let test: ServedMock;
  beforeAll(async () => {
    test = await serveMock([document]);
  });
  afterAll(() => test.close());

  const put = (target: string, body?: object) =>
    [
      target,
      { method: "PUT", ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }) },
    ] as const;

  it.each([
    ["equal by a query parameter", put("/things/a%2Fb%20c?mode=fast+%26+loose", { name: "a", age: 1 }), "fast 200"],
    ["valid otherwise", put("/things/1?mode=fast%20%26%20loose", { name: "a", age: 2 }), "success 200"],
    ["the same member missing", put("/things/1?mode=slow", { name: "other" }), "short 200"],
    ["the same member empty", put("/things/1?mode=slow", { name: "", age: 7 }), "late 200"],
    ["the same parameter not allowed", put("/things/1?mode=x", { name: "z", age: 7 }), "unknownMode 200"],
    ["the same parameter missing", put("/things/1", { name: "z", age: 7 }), "modeless 200"],
    ["another member missing", put("/things/1?mode=slow", { age: 1 }), "- 422"],
    ["more wrong than in any scenario", put("/things/1", { name: "z" }), "- 422"],
    ["a parameter given twice", put("/things/1?mode=slow&mode=slow", { name: "z", age: 7 }), "- 422"],
  ] as const)("%s", async (_, request, expected) => {
    expect((await answered(test, request)).scenario).toBe(expected);
  });

  it.each([
    ["success", { name: "z", age: 7 }, ["30", null, null]],
    ["short", { name: "z" }, ["30", "yes", null]],
  ])("a header of the response that has an example for the scenario is sent: %s", async (_, body, expected) => {
    const { headers } = await fetch(`${test.url}/things/1?mode=slow`, put("", body)[1]);
    expect(["retry-after", "x-short", "x-no-example"].map((name) => headers.get(name))).toEqual(expected);
  });

  it("its listing asks for a scenario by its query too", async () => {
    expect(await (await fetch(`${test.url}/_mock/scenarios`)).text()).toContain(
      `'${test.url}/things/a%2Fb%20c?mode=fast+%26+loose'`,
    );
  });
});

describe("documents that the mock cannot answer from", () => {
  let bare: ServedMock | undefined;
  afterEach(() => bare?.close());

  it("an operation without an example of success answers 501", async () => {
    bare = await serveMock([documentOf("/bare", "get", { responses: { "200": { description: "" } } })]);
    expect((await fetch(`${bare.url}/bare`)).status).toBe(501);
  });

  it("a response that has no status of its own is no choice", async () => {
    const response = { description: "", content: { "application/json": { examples: { failure: { value: 1 } } } } };
    bare = await serveMock([documentOf("/bare", "get", { responses: { default: response, "4XX": response } })]);
    const { status } = await fetch(`${bare.url}/bare`, { headers: { Prefer: "example=failure" } });
    expect(status).toBe(400);
  });

  it("a reply without content is one if it has a scenario, and has the headers of that", async () => {
    const headers = { "X-Token": { examples: { success: { value: "abc" } } } };
    const responses = {
      "204": { description: "", headers, "x-scenario": "success", "x-outcome": "success" },
      "403": { description: "", "x-scenario": "wrongPassword", "x-outcome": "invalid_credentials" },
      "404": { description: "" },
    };
    bare = await serveMock([documentOf("/bare", "get", { responses })]);
    const seen = async (prefer: string) => {
      const response = await fetch(`${bare?.url}/bare`, { headers: prefer === "" ? {} : { Prefer: prefer } });
      const { status, headers } = response;
      return [status, headers.get("x-token"), headers.get("content-type"), status > 400 || (await response.text())];
    };
    expect(await seen("")).toEqual([204, "abc", null, ""]);
    expect(await seen("code=403")).toEqual([403, null, null, true]);
    expect((await seen("code=404"))[0]).toBe(400);
  });

  it("two with the same method and path stop it, and it names both", async () => {
    const [one, other] = [documentOf("/a/{x}", "get", {}, "one"), documentOf("/a/{y}", "get", {}, "other")];
    await expect(serveMock([one, other])).rejects.toThrow(
      "one (GET /a/{x}) and other (GET /a/{y}) have the same method and path, so one port cannot serve both: leave out one or other.",
    );
  });

  it("two with the same path and another method do not", async () => {
    bare = await serveMock([documentOf("/a", "get", {}, "one"), documentOf("/a", "post", {}, "other")]);
    expect((await fetch(`${bare.url}/a`, { method: "PUT" })).headers.get("allow")).toBe("GET, POST");
  });
});
