import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wordsOf } from "../../src/docs/words.ts";
import type { LoginOutcome, Session, SessionOptions, Token } from "../../src/index.ts";
import { createMock } from "../../src/mock/server.ts";
import { read } from "../../src/openapi/read.ts";
import { readOperations, wireRequest } from "../../src/openapi/scenarios.ts";
import { linesOfHtml, missing } from "../docs/completeness.ts";
import { readDocument } from "../support/login-documents.ts";
import { type EndedProcess, startProcess, untilEnd } from "../support/processes.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { serve } from "../support/serve.ts";
import { authorizationServer, envelopeService, type StubService, sessionService } from "./services.ts";

/** What a test uses of an entry, whatever its API's credentials are. */
interface Entry {
  login(credentials: object, options: object): Promise<LoginOutcome<unknown>>;
  createSession(credentials: object, options: SessionOptions): Session;
  refresh?(token: Token, ...further: object[]): Promise<LoginOutcome<unknown>>;
}

interface FurtherApi {
  name: string;
  service(): StubService;
  credentials: object;
  header: string;
  /** From the reply, in milliseconds. */
  lifetime: number;
  refusals: { changed: object; outcome: object }[];
  /** What `refresh` takes between token and options. */
  refreshCredentials: object[];
  /** What the service is asked: at first, when the token is about to end, and when it was rejected. */
  asked: [string, string, string];
}

const apis: FurtherApi[] = [
  {
    name: "password-grant",
    service: authorizationServer,
    credentials: {
      clientId: "s6BhdRkqt3",
      clientSecret: "7Fjfp0ZBr1KtDRbnfVdmIw",
      username: "johndoe",
      password: "A3ddj3w & ü",
    },
    header: "Authorization: Bearer token-1",
    lifetime: 3_600_000,
    refusals: [
      { changed: { password: "another" }, outcome: { reason: "invalid_credentials", code: "invalid_grant" } },
      { changed: { clientSecret: "another" }, outcome: { reason: "not_permitted", code: "invalid_client" } },
    ],
    refreshCredentials: [{ clientId: "s6BhdRkqt3", clientSecret: "7Fjfp0ZBr1KtDRbnfVdmIw" }],
    asked: ["password", "refresh_token", "refresh_token"],
  },
  {
    name: "created-session",
    service: sessionService,
    credentials: { userName: "user-1", password: "correct-password" },
    header: "X-Session-Token: token-1",
    lifetime: 3_600_000,
    refusals: [
      {
        changed: { password: "another" },
        outcome: { reason: "invalid_credentials", code: "urn:example:wrong-password", message: "No." },
      },
    ],
    refreshCredentials: [],
    asked: ["login", "login", "login"],
  },
  {
    name: "enveloped-tokens",
    service: envelopeService,
    credentials: { email: "admin@example.com", password: "correct-password" },
    header: "Authorization: Bearer token-1",
    lifetime: 900_000,
    refusals: [
      {
        changed: { password: "another" },
        outcome: {
          reason: "invalid_credentials",
          code: "INVALID_CREDENTIALS",
          message: "Invalid user credentials.",
        },
      },
    ],
    refreshCredentials: [],
    asked: ["login", "refresh", "refresh"],
  },
];

const done: EndedProcess = { code: 0, stdout: expect.any(String), stderr: "" };

describe("an API is one document: where three are put into openapi/, and nothing else is touched,", () => {
  let project: ProjectCopy;
  let lint: EndedProcess;
  let generated: EndedProcess;
  let checked: EndedProcess;
  let types: EndedProcess;
  let docs: EndedProcess;
  beforeAll(async () => {
    project = await copyProject();
    const { folder } = project;
    await cp(join(import.meta.dirname, "documents"), join(folder, "openapi"), { recursive: true });
    const linting = project.runScript("lint");
    generated = await project.runScript("generate");
    const node = (...args: string[]) => untilEnd(startProcess(process.execPath, args, { cwd: folder }));
    const formatting = node("node_modules/@biomejs/biome/bin/biome", "check", "--vcs-enabled=false", "generated");
    [lint, checked, types, docs] = await Promise.all([
      linting,
      formatting,
      node("node_modules/typescript-7/bin/tsc"),
      project.runScript("docs"),
    ]);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test("lint is content, and what is generated is formatted and type-checks", () => {
    expect([lint, generated, types]).toEqual([done, done, done]);
    expect(checked).toMatchObject({ code: 0 });
    for (const { name } of apis) {
      expect(lint.stdout).toContain(`openapi/${name}.yaml: validated`);
      expect(generated.stdout).toContain(name);
    }
  });

  test("the docs have a page of each, and compare it with the others", async () => {
    expect(docs).toEqual(done);
    const linesOf = async (file: string) =>
      linesOfHtml(await readFile(join(project.folder, "dist/docs", file), "utf8"));
    const first = (await linesOf("index.html")).join("\n");
    for (const { name, header } of apis) {
      expect(first).toContain(header.replace("token-1", "<token>"));
      const document = readDocument(join(project.folder, `openapi/${name}.yaml`));
      expect(missing(document, await linesOf(`${name}.html`), wordsOf("en"))).toEqual([]);
    }
    expect(first).toContain("clientId → username, clientSecret → password HTTP Basic");
    expect(first).toContain('username, password, scope optional, grant_type = "password" form');
    expect(first).toContain("The token is the header X-Session-Token.");
    expect(first).toContain("data.expires says it in milliseconds.");
  });

  test("the mock lists every scenario, and answers each as documented", async () => {
    const { documents } = await read(apis.map(({ name }) => join(project.folder, `openapi/${name}.yaml`)));
    const mock = await serve(await createMock(documents));
    try {
      const listing = await (await fetch(`${mock.url}/_mock/scenarios`)).text();
      const operations = readOperations(documents);
      expect(operations).toHaveLength(4);
      for (const operation of operations) {
        for (const reply of operation.replies) {
          const { method, path, headers, body } = wireRequest(operation, reply);
          expect(listing).toContain(reply.name);
          const answer = await fetch(mock.url + path, { method, headers, ...(body !== undefined && { body }) });
          expect([answer.status, await answer.json()], reply.name).toEqual([reply.status, reply.example.value]);
          for (const [name, value] of Object.entries(reply.headers)) expect(answer.headers.get(name)).toBe(value);
        }
      }
    } finally {
      await mock.close();
    }
  });

  describe.each(apis)("$name", (api) => {
    const { name, service, credentials, header, lifetime, refusals, refreshCredentials, asked } = api;
    let entry: Entry;
    beforeAll(async () => {
      entry = await import(pathToFileURL(join(project.folder, `generated/${name}/index.ts`)).href);
    });

    /** Runs against the service that a test wrote, and ends it. */
    async function withService(use: (stub: StubService, baseUrl: string) => Promise<void>): Promise<void> {
      const stub = service();
      const served = await serve(stub.listener);
      await use(stub, served.url).finally(served.close);
    }

    test("logs in, renews where it has a refresh, and is refused", () =>
      withService(async (stub, baseUrl) => {
        const before = Date.now();
        const outcome = await entry.login(credentials, { baseUrl });
        if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.message}`);
        const { token } = outcome;
        expect(`${token.header.name}: ${token.header.value}`).toBe(header);
        // A reply's Date header has whole seconds.
        expect(Math.abs((token.expiresAt?.getTime() ?? 0) - before - lifetime)).toBeLessThan(5000);
        expect(stub.issued).toEqual([token.value]);
        expect(entry.refresh === undefined).toBe(token.refresh === undefined);
        const renewed = await entry.refresh?.(token, ...refreshCredentials, { baseUrl });
        if (renewed) expect(renewed).toMatchObject({ ok: true, token: { value: "token-2" } });
        for (const { changed, outcome } of refusals)
          expect(await entry.login({ ...credentials, ...changed }, { baseUrl })).toMatchObject({
            ok: false,
            ...outcome,
          });
      }));

    test("opens a session, which renews its token before it ends and when it is rejected", () =>
      withService(async (stub, baseUrl) => {
        let ahead = 0;
        const session = entry.createSession(credentials, { baseUrl, clock: () => Date.now() + ahead });
        const answered = async () => (await session.fetch("/items")).json();
        expect(await answered()).toBe("for you");
        expect((await session.token()).value).toBe("token-1");
        expect(stub.asked).toEqual(asked.slice(0, 1));

        ahead = lifetime - 1000;
        expect(await answered()).toBe("for you");
        expect((await session.token()).value).toBe("token-2");
        expect(stub.asked).toEqual(asked.slice(0, 2));

        stub.revoke();
        expect(await answered()).toBe("for you");
        expect((await session.token()).value).toBe("token-3");
        expect(stub.asked).toEqual(asked);
      }));

    test("keeps a session's refusal, and sends the password once", () =>
      withService(async (stub, baseUrl) => {
        const [refusal] = refusals;
        const session = entry.createSession({ ...credentials, ...refusal?.changed }, { baseUrl });
        for (let call = 0; call < 2; call++)
          await expect(session.token()).rejects.toMatchObject({ code: "refused", outcome: refusal?.outcome });
        expect(stub.asked).toEqual(asked.slice(0, 1));
      }));
  });
});
