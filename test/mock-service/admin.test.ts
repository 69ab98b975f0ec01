import { afterAll, beforeAll, expect, test } from "vitest";
import { judge } from "../../src/login/judge.ts";
import { tokenHeader } from "../../src/login/token.ts";
import { withAdmin } from "../../src/mock/admin.ts";
import { createCore, type MockCore } from "../../src/mock/core.ts";
import { type Listening, listen } from "../../src/mock/listen.ts";
import { createService } from "../../src/mock/service/service.ts";
import { nodeListener } from "../../src/mock/wire/node.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import { broughtDocuments, loginDocuments } from "../support/login-documents.ts";

const [api] = loginDocuments(broughtDocuments).filter(({ name }) => name === "header-refresh") as [ApiDocument];
const { login } = readLogin(api.document) as { login: DocumentedLogin };

let mock: Listening;
let core: MockCore;
beforeAll(async () => {
  core = createCore([api], { service: (all, before) => createService(all, { before }) });
  mock = await listen(withAdmin(core, nodeListener(core)), 0);
});
afterAll(() => mock.close());

const hold = (part: string, body: unknown) =>
  fetch(`${mock.url}/_mock/${part}`, { method: "POST", body: JSON.stringify(body) });

async function logIn() {
  const body = JSON.stringify({ user: "ann", password: "correct-password" });
  const reply = await fetch(`${mock.url}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  const judgement = judge(login.contract, { status: reply.status, headers: reply.headers, body: await reply.json() });
  return judgement.ok ? judgement.grant.value : judgement.reason;
}

async function worth(token: string): Promise<number> {
  const { name, value } = tokenHeader(login.header, token);
  return (await fetch(`${mock.url}/protected/${api.name}`, { headers: { [name]: value } })).status;
}

test("time passes, a token is revoked, and an account locks, from any language", async () => {
  const [first, second] = [await logIn(), await logIn()];
  expect([await worth(first), await worth(second)]).toEqual([200, 200]);
  expect((await hold("revoke", { token: first })).status).toBe(204);
  expect([await worth(first), await worth(second)]).toEqual([401, 200]);
  expect((await hold("advance", { milliseconds: 60_000 })).status).toBe(204);
  expect(await worth(second)).toBe(401);
  expect((await hold("lock", { account: "ann" })).status).toBe(204);
  expect(await logIn()).toBe("invalid_credentials");
  expect((await hold("reset", {})).status).toBe(204);
  expect(await worth(await logIn())).toBe(200);
});

test("documents that are read anew change no token, lock and clock, unless another login is in them", async () => {
  const changed = (from: string, to: string) =>
    core.reload([{ ...api, document: JSON.parse(JSON.stringify(api.document).replace(from, to)) }]);
  const token = await logIn();
  await hold("advance", { milliseconds: 59_000 });
  const now = core.service.now();
  changed("Logs in", "Lets in");
  expect(await worth(token)).toBe(200);
  expect(core.service.now()).toBeGreaterThanOrEqual(now);
  await hold("lock", { account: "ann" });
  changed("Logs in", "Brings in");
  expect(await logIn()).toBe("invalid_credentials");
  changed('"in":"$response.body#/ttl"', '"in":30');
  expect(await worth(token)).toBe(401);
  expect(await worth(await logIn())).toBe(200);
  core.reload([api]);
  await hold("reset", {});
});

test.each([
  ["advance", { milliseconds: -1 }, "A clock is moved on by a number of milliseconds, 0 or more."],
  ["advance", { seconds: 1 }, "The body is an object with one member, milliseconds, and a value that it can have."],
  ["advance", { milliseconds: 1, more: 1 }, "The body is an object with one member, milliseconds"],
  ["revoke", { token: 7 }, "The body is an object with one member, token"],
  ["revoke", { token: "another" }, "This token was not given out"],
  ["lock", { account: null }, "The body is an object with one member, account"],
  ["lock", { account: { user: "bea" } }, 'There is no such account. There are: {"user":"ann"}.'],
])("%s of %o is refused", async (part, body, message) => {
  const reply = await hold(part, body);
  expect(reply.status).toBe(400);
  expect((await reply.json()).title).toContain(message);
});
