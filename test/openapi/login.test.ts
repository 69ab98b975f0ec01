import { describe, expect, test } from "vitest";
import type { Grant } from "../../src/login/grant.ts";
import { isRejection } from "../../src/login/judge.ts";
import { endOf } from "../../src/login/token.ts";
import type { OpenApiDocument, Operation } from "../../src/openapi/document.ts";
import type { RequestPlace } from "../../src/openapi/expressions.ts";
import { type DocumentedCall, readLogin } from "../../src/openapi/login.ts";
import { loginProblems, loginWarnings } from "../../src/openapi/login-rules.ts";
import { houseRules } from "../../src/openapi/rules.ts";
import { broughtDocuments, judgedCalls, loginDocuments, readDocument } from "../support/login-documents.ts";

/** What a document is read into: the request by credentials and constants, and how the token is used. */
interface Expected {
  /** Name, where it goes, and what else is known: `?` may be left out, `*` is a secret. */
  credentials: string[];
  constants?: string[];
  mediaType?: string;
  refresh?: { credentials: string[]; constants?: string[]; authorization?: "token" | "refreshToken" };
  header?: object;
  host?: string;
  /** What the example `success` grants; ends in seconds from a reply that arrives at `now`. */
  grant: { value: string; end: number; refresh?: { value: string; end?: number } };
}

const now = Date.parse("2031-05-01T02:00:00Z");
const bearer = { name: "Authorization", scheme: "Bearer" };
const form = "application/x-www-form-urlencoded";
const json = "application/json";

const expected: Record<string, Expected> = {
  "bare-string": {
    credentials: ["tenant: path tenant (north, south)", "password*: header X-Password"],
    header: { name: "X-Key" },
    host: "https://plain.example.com/api",
    grant: { value: "eyJhbGciOiJub25lIn0.eyJpYXQiOjE2MDAwMDAwMDAsImV4cCI6MTYwMDAwMzYwMH0.c2ln", end: 3600 },
  },
  constants: {
    credentials: ["user: query user", "pin*: header Pin"],
    constants: [
      'query grant_type = "password"',
      'header X-Client = "docs"',
      "header X-Api-Version = 2",
      'query scope = ["read","write"]',
    ],
    host: "https://constants.example.com",
    grant: { value: "token-1", end: 3600 },
  },
  "error-list": {
    credentials: ["login: body /logins/0/name", "password*: body /logins/0/secret"],
    mediaType: json,
    host: "https://lists.example.com",
    grant: { value: "token-1", end: 600 },
  },
  "header-refresh": {
    credentials: ["user: body /user", "password*: body /password", "device?: body /device"],
    mediaType: json,
    refresh: { credentials: ["refreshToken*: security", "device?: query device"], authorization: "refreshToken" },
    host: "https://renew.example.com",
    grant: { value: "access-1", end: 60, refresh: { value: "refresh-1" } },
  },
  "header-token": {
    credentials: ["userName: body /user/name", "password*: body /user/password"],
    mediaType: json,
    header: { name: "X-Auth-Token" },
    grant: { value: "token-of-the-session", end: 3600 },
  },
  "json-rpc": {
    credentials: ["user: body /params/0", "password*: body /params/1"],
    constants: ["body /id = 1", 'body /jsonrpc = "2.0"', 'body /method = "login"', "body /params/2 = 3"],
    mediaType: json,
    host: "https://rpc.example.com",
    grant: { value: "token-1", end: 3600 },
  },
  lifetimes: {
    credentials: ["email: body /email", "password*: body /password"],
    mediaType: json,
    header: { name: "Authorization", scheme: "Token" },
    host: "https://units.example.com",
    // 900,000 ms are later than the instant, 400 s after the reply's own Date.
    grant: { value: "first-token", end: 400, refresh: { value: "first-refresh-token", end: 604_800 } },
  },
  "password-grant": {
    credentials: [
      "clientId: basic username",
      "clientSecret*: basic password",
      "userName: body /username",
      "password*: body /password",
      "scope?: body /scope",
    ],
    constants: ['body /grant_type = "password"'],
    mediaType: form,
    refresh: {
      credentials: ["clientId: basic username", "clientSecret*: basic password", "refreshToken: body /refresh_token"],
      constants: ['body /grant_type = "refresh_token"'],
    },
    host: "https://auth.example.com",
    grant: { value: "2YotnFZFEjr1zCsicMWpAA", end: 3600, refresh: { value: "tGzv3JOkF0XG5Qx2TlKWIA" } },
  },
  "text-refusals": {
    credentials: ["user: body /user", "password*: body /password"],
    mediaType: json,
    host: "https://texts.example.com",
    // What its example says is text for people.
    grant: { value: "token-1", end: Number.NaN },
  },
};

const placeText = (place: RequestPlace): string => {
  if (place.in === "security") return place.in;
  return `${place.in} ${"pointer" in place ? place.pointer : place.name}`;
};
const credentialTexts = ({ credentials }: DocumentedCall) =>
  credentials.map(({ name, required, secret, place, enum: values }) => {
    const marks = `${required ? "" : "?"}${secret ? "*" : ""}`;
    return `${name}${marks}: ${placeText(place)}${values ? ` (${values.join(", ")})` : ""}`;
  });
const constantTexts = ({ constants }: DocumentedCall) =>
  constants.map(({ place, value }) => `${placeText(place)} = ${JSON.stringify(value)}`);
const secondsTo = (grant: Grant) => ((endOf(grant, now) ?? Number.NaN) - now) / 1000;

const documents = loginDocuments(broughtDocuments);

test("each document that the tests bring is expected to be something", () => {
  expect(documents.map(({ name }) => name)).toEqual(Object.keys(expected));
});

describe.each(documents)("$name", ({ name, document }) => {
  const own = expected[name] as Expected;

  test("nothing is wrong with it", () => {
    expect([...loginProblems(document)]).toEqual([]);
    expect([...loginWarnings(document)]).toEqual([]);
    // Descriptions are prose, which these documents have none of.
    const rules = Object.entries(houseRules).filter(([rule]) => rule !== "described");
    expect(rules.flatMap(([, check]) => [...check(document)])).toEqual([]);
  });

  test("its request, its header and its host are read as they stand there", () => {
    const { login } = readLogin(document);
    if (!login) throw new Error("It has no login.");
    expect(credentialTexts(login)).toEqual(own.credentials);
    expect(constantTexts(login)).toEqual(own.constants ?? []);
    expect(login.mediaType).toBe(own.mediaType);
    expect(login.header).toEqual(own.header ?? bearer);
    expect(login.host).toBe(own.host);
    expect(login.refresh && credentialTexts(login.refresh)).toEqual(own.refresh?.credentials);
    expect(login.refresh && constantTexts(login.refresh)).toEqual(own.refresh && (own.refresh.constants ?? []));
    expect(login.refresh?.authorization).toBe(own.refresh?.authorization);
  });

  test("its replies are judged as they say, and its success grants what stands there", () => {
    for (const { judge, replies } of judgedCalls({ name, document })) {
      for (const reply of replies) {
        const judgement = judge(reply);
        expect([reply.name, judgement.ok ? "success" : judgement.reason]).toEqual([reply.name, reply.outcome]);
      }
    }
    const [login] = judgedCalls({ name, document });
    const reply = login?.replies.find((each) => each.name === "success");
    const judgement = reply && login?.judge(reply);
    if (!judgement?.ok) throw new Error("It has no success.");
    const { value, refresh } = judgement.grant;
    expect({ value, end: secondsTo(judgement.grant) }).toEqual({ value: own.grant.value, end: own.grant.end });
    expect(refresh?.value).toBe(own.grant.refresh?.value);
    if (refresh) expect(secondsTo(refresh)).toBe(own.grant.refresh?.end ?? Number.NaN);
  });
});

test("a credential is described as its parameter or member is", () => {
  const document = documents.find(({ name }) => name === "password-grant")?.document as OpenApiDocument;
  const { login } = readLogin(document);
  expect(login?.credentials.map(({ name, description }) => `${name}: ${description}`)).toEqual([
    "clientId: User name of HTTP Basic.",
    "clientSecret: Password of HTTP Basic.",
    "userName: Name of the user.",
    "password: Password of the user.",
    "scope: What the token is for.",
  ]);
});

/** Of a document, replies to other calls, and whether they reject the token. */
const rejections: [document: string, reply: { status: number; body?: unknown }, is: boolean][] = [
  ["password-grant", { status: 401 }, true],
  ["password-grant", { status: 403, body: { error: "invalid_grant" } }, false],
  ["text-refusals", { status: 403, body: { message: "Quota of this token" } }, false],
  ["text-refusals", { status: 403, body: { message: "TOKEN expired" } }, true],
  ["text-refusals", { status: 403 }, false],
  // Its code is none of the listed, which are open.
  ["json-rpc", { status: 200, body: { jsonrpc: "2.0", id: 1, error: { code: -32002, message: "Expired" } } }, true],
  ["json-rpc", { status: 200, body: { jsonrpc: "2.0", id: 1, error: { code: -32001, message: "No" } } }, false],
  ["json-rpc", { status: 200, body: { jsonrpc: "2.0", error: { code: -32002, message: "" }, more: 1 } }, false],
  ["json-rpc", { status: 200, body: { jsonrpc: "2.0", error: { code: -32002, message: "", more: 1 } } }, false],
  ["json-rpc", { status: 200, body: { jsonrpc: "2.0", error: { code: -32002 } } }, false],
  ["error-list", { status: 422, body: { errors: [{ code: "1003", title: "Expired" }] } }, true],
  ["error-list", { status: 422, body: { errors: [{ code: "1003", other: 1 }] } }, false],
  ["error-list", { status: 401, body: { errors: [{ code: "1003" }] } }, false],
];

test("another call's reply rejects the token where its document says so", () => {
  const headers = { "Content-Type": "application/json" };
  for (const [name, reply, is] of rejections) {
    const document = documents.find((each) => each.name === name)?.document;
    const { login } = readLogin(document ?? { openapi: "", info: { title: "" }, paths: {} });
    const isRejected = login && isRejection(login.contract, login.rejection, { ...reply, headers });
    expect(isRejected, `${name} ${JSON.stringify(reply)}`).toBe(is);
  }
});

test("a refresh is secured by what its operation is: nothing, or the token held, or the refresh token in its place", () => {
  const authorizationOf = (change: (document: OpenApiDocument) => void) => {
    const document = readDocument(`${broughtDocuments}/header-refresh.yaml`);
    change(document);
    expect([...loginProblems(document)]).toEqual([]);
    return readLogin(document).login?.refresh?.authorization;
  };
  const operation = (document: OpenApiDocument) =>
    document.paths["/renew"]?.post as Operation & { "x-refresh": { credentials: { refreshToken: string } } };
  const inQuery = (document: OpenApiDocument) => {
    operation(document)["x-refresh"].credentials.refreshToken = "$request.query.token";
    operation(document).parameters?.push({ name: "token", in: "query", required: true, schema: { type: "string" } });
  };
  expect(authorizationOf(() => {})).toBe("refreshToken");
  expect(authorizationOf(inQuery)).toBe("token");
  for (const security of [[], [{}, { accessToken: [] }]])
    expect(
      authorizationOf((document) => {
        inQuery(document);
        operation(document).security = security;
      }),
    ).toBeUndefined();
});

test("a scheme of HTTP is written as its registry has it, and any other as the document has it", () => {
  const headerOf = (scheme: object) => {
    const document = readDocument(`${broughtDocuments}/lifetimes.yaml`);
    Object.assign(document.components?.securitySchemes?.accessToken as object, scheme);
    return readLogin(document).login?.header;
  };
  expect(headerOf({ scheme: "BEARER" })).toEqual(bearer);
  expect(headerOf({ scheme: "esignon" })).toEqual({ name: "Authorization", scheme: "esignon" });
});

test("a refresh without a token extends the one held, and has what it leaves out from the login", () => {
  const calls = documents.flatMap(judgedCalls).filter(({ call }) => "authorization" in call);
  expect(calls.map(({ name }) => name)).toEqual(["header-refresh, refresh"]);
  const [refresh] = calls;
  expect(refresh?.judge({ status: 200, body: { ok: true } })).toEqual({ ok: true, grant: {}, reply: { ok: true } });
  expect(refresh?.judge({ status: 409, body: { code: 7 } })).toMatchObject({
    reason: "invalid_credentials",
    code: "7",
  });
});
