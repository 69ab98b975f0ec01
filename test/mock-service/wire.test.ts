import { beforeEach, describe, expect, test } from "vitest";
import { isRejection, judge, judgeRefresh } from "../../src/login/judge.ts";
import { at } from "../../src/login/place.ts";
import { endOf, tokenHeader } from "../../src/login/token.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf, type MockHandle } from "../../src/mock/handle.ts";
import { createService } from "../../src/mock/service/service.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { type DocumentedCall, type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import { readOperations, type WireRequest, wireRequest } from "../../src/openapi/scenarios.ts";
import { hours } from "../support/clock.ts";
import { broughtDocuments, loginDocuments } from "../support/login-documents.ts";

const folders = ["openapi", broughtDocuments, "test/upkeep/documents"];

describe.each(folders.flatMap(loginDocuments))("a login of $name, over the wire", (api) => {
  const { login } = readLogin(api.document);
  if (!login) throw new Error(`${api.name} states no login`);
  const clock = () => Date.UTC(2030, 0, 1);
  const mock = handleOf(createCore([api], { service: (all) => createService(all, { clock }) }));
  beforeEach(() => mock.reset());

  test("brings a token that is new and good, until it ends or is revoked", async () => {
    const first = await logIn(mock, api, login);
    const second = await logIn(mock, api, login);
    expect(second.value).not.toBe(first.value);
    expect(await isGood(mock, api, login, first.value)).toBe(true);
    expect(await isGood(mock, api, login, `${first.value}x`)).toBe(false);
    mock.revoke(first.value);
    expect(await isGood(mock, api, login, first.value)).toBe(false);
    expect(await isGood(mock, api, login, second.value)).toBe(true);
    mock.advance(Math.max(0, (endOf(second, mock.now()) ?? mock.now() + hours) - mock.now()));
    expect(await isGood(mock, api, login, second.value)).toBe(login.contract.ends === undefined);
    mock.reset();
    expect(mock.now()).toBe(clock());
    expect(await isGood(mock, api, login, second.value)).toBe(false);
  });

  test("is refused with the password of the scenario wrongPassword, and after so many of them with the right one", async () => {
    await logIn(mock, api, login);
    for (let count = 0; count < 6; count++) {
      const reply = await send(mock, requestOf(api, login, "wrongPassword"));
      expect(judge(login.contract, reply)).toMatchObject({ ok: false });
    }
    // Where that scenario is of another account, the account of the scenario success is as it was.
    const isSameAccount = sameAccount(api, login);
    const reply = await send(mock, requestOf(api, login, "success"));
    expect(judge(login.contract, reply)).toMatchObject({ ok: !isSameAccount });
  });

  const { refresh } = login;
  const renewing = refresh && readyToRefresh(api, login, refresh);
  if (!refresh || !renewing) return;
  test("is renewed by its refresh token, and by no other", async () => {
    const { refresh: granted } = await logIn(mock, api, login);
    const by = (token = "") => replaced(renewing.request, renewing.example, token);
    expect(judgeRefresh(refresh.contract, await send(mock, by("unknown-token")))).toMatchObject({ ok: false });
    const renewed = judgeRefresh(refresh.contract, await send(mock, by(granted?.value)));
    expect(renewed).toMatchObject({ ok: true });
    const isSpent = renewed.ok && renewed.grant.refresh !== undefined;
    const again = judgeRefresh(refresh.contract, await send(mock, by(granted?.value)));
    expect(again).toMatchObject({ ok: !isSpent });
    if (isSpent && renewed.ok && renewed.grant.value !== undefined)
      expect(await isGood(mock, api, login, renewed.grant.value)).toBe(false);
  });
});

async function logIn(mock: MockHandle, api: ApiDocument, login: DocumentedLogin) {
  const reply = await send(mock, requestOf(api, login, "success"));
  const judgement = judge(login.contract, reply);
  if (!judgement.ok) throw new Error(`${api.name}: ${JSON.stringify(reply)}`);
  return judgement.grant;
}

/** Whether a call with a token is answered, and not told that the token is no longer good. */
async function isGood(
  mock: MockHandle,
  { name }: ApiDocument,
  login: DocumentedLogin,
  token: string,
): Promise<boolean> {
  const { name: header, value } = tokenHeader(login.header, token);
  const reply = await send(mock, { method: "GET", path: `/protected/${name}/things`, headers: { [header]: value } });
  return !isRejection(login.contract, login.rejection, reply) && reply.status === 200;
}

function operationOf(api: ApiDocument, { operation }: DocumentedCall) {
  const found = readOperations([api]).find(
    ({ method, path }) => method === operation.method && path === operation.path,
  );
  if (!found) throw new Error(`${api.name} has no ${operation.path}`);
  return found;
}

function requestOf(api: ApiDocument, call: DocumentedCall, scenario: string): WireRequest {
  const operation = operationOf(api, call);
  const reply = operation.replies.find(({ name }) => name === scenario);
  if (!reply) throw new Error(`${api.name} has no scenario ${scenario}`);
  return completed(call, wireRequest(operation, reply));
}

/** With what a client sends and the scenario has no example of: a client's id and secret. */
function completed({ credentials }: DocumentedCall, { headers, ...request }: WireRequest): WireRequest {
  const isBasic = credentials.some(({ place }) => place.in === "basic");
  const basic = isBasic ? { Authorization: `Basic ${btoa("client:secret")}` } : {};
  return { ...request, headers: { ...basic, ...headers } };
}

/** The request that renews, and the refresh token in it; nothing, where no scenario says one. */
function readyToRefresh(api: ApiDocument, login: DocumentedLogin, refresh: DocumentedCall) {
  const documented = operationOf(api, login).replies.find(({ name }) => name === "success");
  const place = login.contract.refreshToken;
  const example =
    documented && place && at(place, { status: 200, headers: documented.headers, body: documented.example.value });
  const { requests } = operationOf(api, refresh);
  const scenario = requests.find(({ body }) => body && JSON.stringify(body.example.value).includes(String(example)));
  return scenario && typeof example === "string"
    ? { example, request: requestOf(api, refresh, scenario.name) }
    : undefined;
}

function replaced(request: WireRequest, example: string, token: string): WireRequest {
  return { ...request, ...(request.body && { body: request.body.replace(example, token) }) };
}

/** Whether the scenarios success and wrongPassword differ in secrets alone. */
function sameAccount(api: ApiDocument, login: DocumentedLogin): boolean {
  const who = login.credentials.filter(({ secret, required, place }) => required && !secret && place.in !== "basic");
  const [success, wrong] = ["success", "wrongPassword"].map((name) => requestOf(api, login, name));
  const without = (request: WireRequest | undefined) =>
    who.map(({ place }) => {
      if (place.in === "header") return request?.headers[place.name];
      if (place.in === "path" || place.in === "query") return request?.path;
      return place.in === "body" && request?.body && bodyMember(request.body, place.pointer);
    });
  return JSON.stringify(without(success)) === JSON.stringify(without(wrong));
}

function bodyMember(body: string, pointer: string): unknown {
  const members = body.startsWith("{") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  return at(`$response.body#${pointer}` as "$response.body", { status: 200, body: members });
}

async function send(mock: MockHandle, { method, path, headers, body }: WireRequest) {
  const response = await mock.fetch(`http://mock.example${path}`, { method, headers, ...(body && { body }) });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text || undefined };
}
