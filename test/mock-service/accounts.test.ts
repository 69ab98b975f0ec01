import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkAccounts, readAccounts } from "../../src/mock/service/account-file.ts";
import { createService } from "../../src/mock/service/service.ts";
import { readAt } from "../../src/mock/service/written.ts";
import { exampleService } from "../../src/mock/service.ts";
import { statefulService } from "../../src/mock/stateful.ts";
import type { ApiDocument } from "../../src/openapi/document.ts";
import { type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import { type Reply, readOperations } from "../../src/openapi/scenarios.ts";
import { broughtDocuments, loginDocuments } from "../support/login-documents.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const documents = loginDocuments(broughtDocuments).filter(({ name }) => ["header-refresh", "json-rpc"].includes(name));
const plain = exampleService([]);
const own = { "header-refresh": [{ user: "bea", password: "her-password" }] };

describe("accounts in a file", () => {
  test.each([
    ["accounts.yaml", "header-refresh:\n  - { user: bea, password: her-password }\n"],
    ["accounts.json", JSON.stringify(own)],
  ])("%s", async (name, text) => {
    await using temporary = await temporaryFolder();
    const file = join(temporary.folder, name);
    await writeFile(file, text);
    expect([...(await readAccounts(file, documents))]).toEqual(Object.entries(own));
  });

  test.each([
    ["that is no YAML", "a: [", /accounts.yaml:\d+:\d+: /],
    ["that is a list", "[]", "accounts.yaml: accounts stand in lists by API: header-refresh, json-rpc."],
    ["of another API", "other: []", "accounts.yaml: other: there is no such API. There are: header-refresh, json-rpc."],
    ["that is no list", "json-rpc: {}", "accounts.yaml: json-rpc: here stands a list of accounts."],
    ["with a text for an account", "json-rpc: [ann]", "json-rpc[0]: an account has the members user, password."],
    ["without a password", "json-rpc: [{ user: ann }]", "accounts.yaml: json-rpc[0]: password is missing."],
    [
      "with more",
      "json-rpc: [{ user: ann, password: x, role: y }]",
      "role is no credential of this API: user, password.",
    ],
    ["of another type", "json-rpc: [{ user: 7, password: x }]", "json-rpc[0]: user is no string."],
  ])("%s is refused", async (_, text, message) => {
    await using temporary = await temporaryFolder();
    const file = join(temporary.folder, "accounts.yaml");
    await writeFile(file, text);
    await expect(readAccounts(file, documents)).rejects.toThrow(message);
  });

  test("that is no JSON is refused", async () => {
    await using temporary = await temporaryFolder();
    const file = join(temporary.folder, "accounts.json");
    await writeFile(file, "json-rpc: []");
    await expect(readAccounts(file, documents)).rejects.toThrow("accounts.json: this is no JSON: ");
  });

  test("that is not there is said", async () => {
    await expect(readAccounts("no-such-file.yaml", documents)).rejects.toThrow(
      "no-such-file.yaml: the file cannot be read (ENOENT).",
    );
  });
});

describe("an account of one's own", () => {
  const service = createService(documents, { strict: true, accounts: checkAccounts(own, documents, "") });
  const [success] = readOperations(documents).flatMap(({ api, replies }) => (api === "header-refresh" ? replies : []));
  const logIn = (credentials: Record<string, unknown>) =>
    success && service.answer({ api: "header-refresh", kind: "login", credentials, headers: {} }, success).name;

  test("logs in, and its wrong password does not", () => {
    expect(logIn({ user: "bea", password: "her-password" })).toBe("success");
    expect(logIn({ user: "bea", password: "another" })).toBe("wrongPassword");
    expect(logIn({ user: "cleo", password: "her-password" })).toBe("wrongPassword");
  });

  test("is locked by its name, and no account of another", () => {
    service.lock("bea");
    expect(logIn({ user: "bea", password: "her-password" })).toBe("wrongPassword");
    expect(logIn({ user: "ann", password: "correct-password" })).toBe("success");
    service.reset();
    expect(logIn({ user: "bea", password: "her-password" })).toBe("success");
  });

  test("that does not exist is said, without a password", () => {
    expect(() => service.lock({ user: "cleo" })).toThrow(
      'There is no such account. There are: {"user":"ann"}, {"user":"bea"}, {"user":"ann"}.',
    );
    expect(() => service.lock({ password: "her-password" })).toThrow("There is no such account.");
    expect(() => service.lock("her-password")).toThrow("There is no such account.");
    expect(() => service.lock({})).toThrow("There is no such account.");
  });
});

test("another client's refresh is refused as HTTP refuses Basic, and costs the right one nothing", () => {
  const [api] = loginDocuments(broughtDocuments).filter(({ name }) => name === "password-grant") as [ApiDocument];
  const service = createService([api]);
  const { login } = readLogin(api.document) as { login: DocumentedLogin };
  const [{ replies } = { replies: [] }] = readOperations([api]);
  const answer = (kind: "login" | "refresh", scenario: string, credentials: Record<string, unknown>) => {
    const documented = replies.find(({ name }) => name === scenario) as Reply;
    return service.answer({ api: api.name, kind, credentials, headers: {} }, documented);
  };
  const client = { clientId: "client", clientSecret: "client-secret" };
  const granted = answer("login", "success", { ...client, userName: "johndoe", password: "A3ddj3w" });
  const refreshToken = readAt(granted, login.contract.refreshToken ?? "$response.body");
  expect(answer("refresh", "refreshed", { ...client, clientSecret: "another", refreshToken }).status).toBe(401);
  expect(answer("refresh", "refreshed", { clientId: "client", refreshToken }).status).toBe(401);
  expect(answer("refresh", "refreshed", { ...client, refreshToken }).name).toBe("refreshed");
  expect(answer("refresh", "refreshed", { ...client, refreshToken: "unknown" }).status).toBe(400);
});

test("a token that chance gives again is not given out again", () => {
  let drawn = 0;
  const service = createService(documents, { random: (below) => Math.floor(drawn++ / 100) % below });
  const replies = readOperations(documents).flatMap(({ api, replies }) => (api === "json-rpc" ? replies : []));
  const [documented] = replies;
  if (!documented) throw new Error("The document has no reply.");
  const credentials = { user: "ann", password: "correct-password" };
  const given = Array.from({ length: 10 }, () =>
    JSON.stringify(
      service.answer({ api: "json-rpc", kind: "login", credentials, headers: {} }, documented).example.value,
    ),
  );
  expect(new Set(given).size).toBe(10);
});

describe("the options of a stateful mock", () => {
  test.each(["lifetime", "lockAfter", "accounts"])("%s needs one", async (name) => {
    const value = name === "accounts" ? own : 1;
    await expect(statefulService(documents, { [name]: value })).rejects.toThrow(`${name} is of a stateful mock alone`);
  });

  test("without any there is no state to change", async () => {
    expect(await statefulService(documents, {})).toBeUndefined();
    for (const change of [() => plain.advance(1), () => plain.revoke("x"), () => plain.lock("x")])
      expect(change).toThrow("This mock has no state to change.");
  });

  test("make one, with accounts by API", async () => {
    const make = await statefulService(documents, { stateful: true, accounts: own, strict: true });
    const service = make?.(documents);
    service?.lock("bea");
    expect(() => service?.lock("cleo")).toThrow("There is no such account.");
    await expect(statefulService(documents, { stateful: true, accounts: { other: [] } })).rejects.toThrow(
      "accounts: other: there is no such API.",
    );
  });
});

describe("what cannot be is refused", () => {
  test.each([
    [{ lifetime: 0 }, "lifetime is a whole number of seconds, 1 or more."],
    [{ lifetime: 1.5 }, "lifetime is a whole number of seconds, 1 or more."],
    [{ lockAfter: 0 }, "lockAfter is a whole number of wrong passwords, 1 or more."],
    [{ limit: Number.NaN }, "limit is a whole number of tokens, 1 or more."],
  ])("%o", (options, message) => {
    expect(() => createService(documents, options)).toThrow(message);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])("to move the clock by %s", (by) => {
    expect(() => createService(documents).advance(by)).toThrow(/clock/);
  });

  test.each([null, undefined, 7, {}])("to lock %s", (account) => {
    expect(() => createService(documents).lock(account as never)).toThrow("There is no such account.");
  });

  test("an instant whose year has no four digits", () => {
    expect(() => createService(documents).advance(Date.UTC(9001, 0, 1) - Date.now())).toThrow("the year 8999");
    createService(documents).advance(Date.UTC(8999, 0, 1) - Date.now());
  });

  test("to revoke what was not given out", () => {
    expect(() => createService(documents).revoke("token-1")).toThrow(
      "This token was not given out, or has long ended.",
    );
  });

  test("a lifetime that the document has no room for", () => {
    const [units] = loginDocuments(broughtDocuments).filter(({ name }) => name === "lifetimes");
    const text = JSON.stringify(units?.document).replace('"minimum":1000', '"minimum":5000');
    const narrow = [{ name: "narrow", document: JSON.parse(text) }];
    expect(() => createService(narrow, { lifetime: 4 })).toThrow(
      "narrow: its document has no room for a lifetime of 4 s.",
    );
    expect(() => createService(narrow, { lifetime: 5 })).not.toThrow();
  });
});
