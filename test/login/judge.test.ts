import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors.ts";
import type { RejectionRule, ReplyContract } from "../../src/login/contract.ts";
import { isRejection, isSuccessBody, judge, judgeRefresh } from "../../src/login/judge.ts";
import { type AnyReply, memberAt } from "../../src/login/place.ts";

/** A service that says its outcome by a code in the body, whatever the status. */
const contract: ReplyContract = {
  success: [
    {
      status: "200",
      schema: {
        type: "object",
        required: ["code", "token"],
        properties: { code: { type: "string", const: "00" }, token: { type: "string" }, expires: { type: "integer" } },
      },
    },
    { status: "2XX", schema: { type: "object", required: ["ticket"] } },
  ],
  // As `refusalSchema` opens it: any code but that of a success.
  refusal: [
    {
      type: "object",
      required: ["code"],
      properties: { code: { type: ["string", "integer"], not: { enum: ["00"] } } },
    },
    { type: "object", required: ["fault"], properties: { fault: { type: "string", enum: ["down", "late"] } } },
  ],
  token: "$response.body#/token",
  code: "$response.body#/code",
  message: ["$response.body#/detail", "$response.body#/title"],
  reasons: [
    { code: "10", status: 403, reason: "not_permitted" },
    { code: "10", reason: "invalid_credentials" },
    { message: "quota|limit", reason: "rate_limited" },
    { status: 409, reason: "invalid_request" },
    { code: "404", reason: "not_found" },
  ],
  clientErrors: ["404", "418"],
};

/** What a reply comes to, in a line: `success <token>`, a refusal's reason, code and message, or the error. */
function judged(reply: AnyReply, own: ReplyContract = contract): string {
  try {
    const judgement = judge(own, reply);
    if (judgement.ok) return `success ${judgement.grant.value}`;
    return `${judgement.reason}, ${judgement.code}, ${judgement.message}`;
  } catch (error) {
    return error instanceof LoginError ? error.message : `thrown: ${error}`;
  }
}

interface Case {
  status?: number;
  body?: unknown;
  is: string;
}

const success = { code: "00", token: "token-1" };

const cases: Record<string, Case> = {
  "a success": { body: success, is: "success token-1" },
  "a success with members that nobody knows": { body: { ...success, more: [1] }, is: "success token-1" },
  "a success on a status that the document has no success for": {
    status: 201,
    body: success,
    is: "unexpected_reply: HTTP 201",
  },
  "a success's body on an error's status": { status: 500, body: success, is: "server_error, 500, HTTP 500" },
  "a success that fits but for an optional member": {
    body: { ...success, expires: "soon" },
    is: "unexpected_reply: HTTP 200",
  },
  "a success on any status of 2XX": { status: 299, body: { ticket: 1, token: "token-2" }, is: "success token-2" },
  "a success on 300, which 2XX is not": {
    status: 300,
    body: { ticket: 1, token: "token-2" },
    is: "unexpected_reply: HTTP 300",
  },
  "a success without its token": { body: { ticket: 1 }, is: "unexpected_reply: HTTP 200" },
  "a success with an empty token": { body: { code: "00", token: "" }, is: "unexpected_reply: HTTP 200" },
  "a success whose token is no text": { body: { ticket: 1, token: 17 }, is: "unexpected_reply: HTTP 200" },
  "a success whose token no header carries": {
    body: { code: "00", token: "to\nken" },
    is: "unexpected_reply: HTTP 200",
  },
  "a success without its token that is a refusal": { body: { ticket: 1, code: "7" }, is: "unknown, 7, HTTP 200" },

  "a refusal, on HTTP 200": { body: { code: "10" }, is: "invalid_credentials, 10, HTTP 200" },
  "a refusal, on any status": { status: 302, body: { code: "10" }, is: "invalid_credentials, 10, HTTP 302" },
  "a refusal that rules tell apart by status": {
    status: 403,
    body: { code: "10", detail: "No." },
    is: "not_permitted, 10, No.",
  },
  "a code that is a number, compared as text": { body: { code: 10 }, is: "invalid_credentials, 10, HTTP 200" },
  "a code that no list has": { body: { code: "4711" }, is: "unknown, 4711, HTTP 200" },
  "a code that a success has as its constant": { body: { code: "00" }, is: "unexpected_reply: HTTP 200" },
  "an enum elsewhere is closed": { body: { fault: "other" }, is: "unexpected_reply: HTTP 200" },
  "a body without a code has the HTTP status for one": {
    status: 404,
    body: { fault: "down" },
    is: "not_found, 404, HTTP 404",
  },
  "an empty code is none": { status: 500, body: { fault: "down", code: "" }, is: "server_error, 500, HTTP 500" },
  "a code of another type is none": {
    status: 400,
    body: { fault: "down", code: ["10"] },
    is: "unknown, 400, HTTP 400",
  },
  "the first text of several messages": {
    body: { code: "7", detail: 1, title: "Title" },
    is: "unknown, 7, Title",
  },
  "the first message wins": { body: { code: "7", detail: "Detail", title: "Title" }, is: "unknown, 7, Detail" },
  "an empty message is no text": { body: { code: "7", detail: "", title: "Title" }, is: "unknown, 7, Title" },
  "a rule by message, whatever the case": { body: { code: "7", title: "QUOTA!" }, is: "rate_limited, 7, QUOTA!" },
  "a rule by message, of a reply without one": { status: 409, body: { code: "7" }, is: "invalid_request, 7, HTTP 409" },
  "the first rule that holds decides": { body: { code: "10", title: "limit" }, is: "invalid_credentials, 10, limit" },
  "a refusal without a rule has what its status says": {
    status: 503,
    body: { code: "7" },
    is: "server_error, 7, HTTP 503",
  },
  "a refusal on 429": { status: 429, body: { code: "10" }, is: "invalid_credentials, 10, HTTP 429" },

  "429 says it itself": { status: 429, body: "Slow down.", is: "rate_limited, 429, HTTP 429" },
  "500 says it itself": { status: 500, is: "server_error, 500, HTTP 500" },
  "599 says it itself": { status: 599, is: "server_error, 599, HTTP 599" },
  "400 says it itself": { status: 400, body: {}, is: "unknown, 400, HTTP 400" },
  "401 says it itself": { status: 401, body: null, is: "unknown, 401, HTTP 401" },
  "403 says it itself": { status: 403, body: [], is: "unknown, 403, HTTP 403" },
  "422 says it itself": { status: 422, is: "unknown, 422, HTTP 422" },
  "a 4xx that the document lists": { status: 418, is: "unknown, 418, HTTP 418" },
  "a gateway's 404 page, where the document lists 404": { status: 404, body: "<html>", is: "unknown, 404, HTTP 404" },
  "a 4xx that it does not list": { status: 405, body: "<html>", is: "unexpected_reply: HTTP 405" },
  "a 2xx that is neither": { status: 204, is: "unexpected_reply: HTTP 204" },
  "a 3xx that is neither": { status: 304, is: "unexpected_reply: HTTP 304" },
  "a 1xx that is neither": { status: 101, is: "unexpected_reply: HTTP 101" },

  "inherited names are no members": {
    body: Object.create({ code: "10" }) as object,
    is: "unexpected_reply: HTTP 200",
  },
  "`__proto__` is a member like others": {
    body: JSON.parse('{ "__proto__": { "code": "10" } }'),
    is: "unexpected_reply: HTTP 200",
  },
};

describe("a login's reply", () => {
  test.each(Object.entries(cases))("%s", (_, { status = 200, body, is }) => {
    expect(judged({ status, body })).toBe(is);
  });

  test("keeps the body that it was", () => {
    const refused = { code: "10" };
    expect(judge(contract, { status: 200, body: success }).reply).toBe(success);
    expect(judge(contract, { status: 200, body: refused }).reply).toBe(refused);
  });

  test("has no words where the document has no place for them", () => {
    const { message: _, ...own } = contract;
    expect(judged({ status: 200, body: { code: "7", title: "Title" } }, own)).toBe("unknown, 7, HTTP 200");
  });

  test("404 says nothing where the document does not list it", () => {
    const { clientErrors: _, ...own } = contract;
    expect(judged({ status: 404, body: "<html>" }, own)).toBe("unexpected_reply: HTTP 404");
    expect(judged({ status: 404 }, { ...own, clientErrors: ["4XX"] })).toBe("unknown, 404, HTTP 404");
    expect(judged({ status: 204 }, { ...own, clientErrors: ["4XX"] })).toBe("unexpected_reply: HTTP 204");
  });

  test("may have token, code and message in headers, whatever the case and whoever's class they are of", () => {
    const own: ReplyContract = {
      success: [{ status: "201", schema: {} }],
      refusal: [{ type: "object" }],
      token: "$response.header.X-Token",
      code: "$response.header.x-code",
      message: ["$response.header.X-Message"],
    };
    const headers = { "x-token": "token-1", "X-CODE": "E1", "x-message": "No." };
    const foreign = { get: (name: string) => new Map(Object.entries(headers)).get(name.toLowerCase()) ?? null };
    for (const each of [headers, new Headers(headers), foreign as unknown as Headers])
      expect(judged({ status: 201, headers: each }, own)).toBe("success token-1");
    expect(judged({ status: 400, headers, body: {} }, own)).toBe("unknown, E1, No.");
    expect(judged({ status: 201, body: { "X-Token": "token-1" } }, own)).toBe("unknown, 201, HTTP 201");
    // A record from the caller may hold what no `Headers` takes.
    expect(judged({ status: 201, headers: { "": "ト" } }, own)).toBe("unexpected_reply: HTTP 201");
  });

  test("may be a bare text", () => {
    const own: ReplyContract = {
      success: [{ status: "200", schema: { type: "string", pattern: "^ey" } }],
      refusal: [{ type: "string", pattern: "^Error" }],
      token: "$response.body",
      message: ["$response.body"],
      reasons: [{ message: "password$", reason: "invalid_credentials" }],
    };
    expect(judged({ status: 200, body: "eyJ" }, own)).toBe("success eyJ");
    expect(judged({ status: 200, body: "Error: Password" }, own)).toBe("invalid_credentials, 200, Error: Password");
    expect(judged({ status: 200, body: "Something" }, own)).toBe("unexpected_reply: HTTP 200");
  });
});

describe("a place in a body", () => {
  const body = JSON.parse(`{
    "a/b": { "m~n": "escaped" }, "~1": "tilde", "": { "": "empty" }, "a#b": "hash",
    "list": [{ "name": "first" }, "second"], "text": "text", "null": null, "__proto__": { "own": "proto" }
  }`);

  const places = [
    ["/a~1b/m~0n", "escaped"],
    ["/~01", "tilde"],
    ["//", "empty"],
    ["/a#b", "hash"],
    ["/list/0/name", "first"],
    ["/list/1", "second"],
    ["/__proto__/own", "proto"],
  ] as const;
  test("leads to a member", () => {
    for (const [pointer, value] of places) expect(memberAt(body, pointer), pointer).toBe(value);
  });

  const nowhere = [
    "/list/2",
    "/list/01",
    "/list/-",
    "/list/length",
    "/text/0",
    "/text/length",
    "/a/b",
    "/constructor/name",
    "/toString",
    "/__proto__/toString/name",
    "/missing/further",
    "/null/further",
  ];
  test("or to nothing", () => {
    for (const pointer of nowhere) expect(memberAt(body, pointer), pointer).toBeUndefined();
  });
});

describe("a refresh's reply", () => {
  test("is a success without a token, which grants none", () => {
    const reply = { status: 200, body: { ticket: 1 } };
    expect(judgeRefresh(contract, reply)).toStrictEqual({ ok: true, grant: {}, reply: reply.body });
  });

  test("is none with a token that no header carries", () => {
    expect(() => judgeRefresh(contract, { status: 200, body: { ticket: 1, token: " " } })).toThrow("unexpected_reply");
  });

  test("is a refusal as a login's is", () => {
    expect(judgeRefresh(contract, { status: 200, body: { code: "10" } })).toMatchObject({
      reason: "invalid_credentials",
    });
    expect(judgeRefresh(contract, { status: 401 })).toMatchObject({ reason: "unknown", code: "401" });
  });
});

test("a body is a success by its schema alone", () => {
  expect([success, { ticket: 1 }].every((body) => isSuccessBody(contract, body))).toBe(true);
  expect([{ code: "10" }, null, undefined, "00"].some((body) => isSuccessBody(contract, body))).toBe(false);
});

describe("another call's reply", () => {
  const closed = {
    type: "object",
    required: ["code"],
    properties: { code: { type: ["string", "integer"] }, title: { type: "string" } },
    additionalProperties: false,
  } as const;
  const json = { "Content-Type": "application/json; charset=utf-8" };
  const quotaFirst: RejectionRule[] = [{ status: 401, message: "time limit|quota", rejected: false }, { status: 401 }];
  const byBody: RejectionRule[] = [{ status: 200, schema: closed, code: "498" }];

  const inHeader: ReplyContract = {
    success: [],
    refusal: [],
    token: "$response.body",
    code: "$response.header.X-Code",
  };

  const rejections: Record<string, { rules: RejectionRule[]; reply: AnyReply; login?: ReplyContract; is: boolean }> = {
    "a status with a rule": { rules: [{ status: 401 }], reply: { status: 401 }, is: true },
    "a status without one": { rules: [{ status: 401 }], reply: { status: 403 }, is: false },
    "no rules at all": { rules: [], reply: { status: 401 }, is: false },
    "the first rule that holds decides": {
      rules: quotaFirst,
      reply: { status: 401, headers: json, body: { title: "Quota reached" } },
      is: false,
    },
    "the next one, where the first does not hold": {
      rules: quotaFirst,
      reply: { status: 401, headers: json, body: { title: "Expired" } },
      is: true,
    },
    "a rule on the body, of a reply that is no JSON": {
      rules: quotaFirst,
      reply: { status: 401, headers: { "content-type": "text/html" }, body: { title: "quota" } },
      is: true,
    },
    "a rule on any message, of a reply without one": {
      rules: [{ status: 401, message: "." }],
      reply: { status: 401, headers: json, body: {} },
      is: false,
    },
    "a code in a header, of a reply that is no JSON": {
      rules: [{ status: 401, code: "E1" }],
      reply: { status: 401, headers: { "X-Code": "E1" } },
      login: inHeader,
      is: true,
    },
    "a code, compared as text": {
      rules: byBody,
      reply: { status: 200, headers: json, body: { code: 498 } },
      is: true,
    },
    "JSON of a kind": {
      rules: byBody,
      reply: { status: 200, headers: { "content-type": "application/problem+json" }, body: { code: "498" } },
      is: true,
    },
    "another code": { rules: byBody, reply: { status: 200, headers: json, body: { code: 499 } }, is: false },
    "a body with another member": {
      rules: byBody,
      reply: { status: 200, headers: json, body: { code: 498, products: [] } },
      is: false,
    },
    "a body without a content type": { rules: byBody, reply: { status: 200, body: { code: 498 } }, is: false },
    "a body of another content type": {
      rules: byBody,
      reply: { status: 200, headers: { "content-type": "text/json-lines" }, body: { code: 498 } },
      is: false,
    },
    "a code that the body does not have is not the status": {
      rules: [{ status: 498, code: "498" }],
      reply: { status: 498, headers: json, body: {} },
      is: false,
    },
    "a schema that says nothing, of a reply that is no JSON": {
      rules: [{ status: 200, schema: {} }],
      reply: { status: 200, body: "text" },
      is: false,
    },
  };

  test.each(Object.entries(rejections))("%s", (_, { rules, reply, login = contract, is }) => {
    expect(isRejection(login, rules, reply)).toBe(is);
  });
});
