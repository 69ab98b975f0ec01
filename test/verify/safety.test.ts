import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { verifyCommand } from "../../src/cli/verify.ts";
import type { OpenApiDocument } from "../../src/openapi/document.ts";
import { readLogin } from "../../src/openapi/login.ts";
import { type Probe, probesOf } from "../../src/openapi/verification.ts";
import { type Journal, noJournal, openJournal } from "../../src/verify/journal.ts";
import { type Consents, plan } from "../../src/verify/plan.ts";
import { planText } from "../../src/verify/print.ts";
import { type VerifiedDocument, verify } from "../../src/verify/verify.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A document in which one operation logs in and renews, and any text is a token. */
const grant = (await readFile(new URL("../openapi/documents/password-grant.yaml", import.meta.url), "utf8")).replaceAll(
  ', pattern: "^[!-~]+$"',
  "",
);

const probes: Record<string, Probe> = {
  inventedToken: { summary: "Reads.", consent: "safe", call: "invented" },
  login: { summary: "Logs in.", consent: "token", operation: "token" },
  read: { summary: "Reads.", consent: "token", call: "held", after: "login" },
  refresh: { summary: "Renews.", consent: "token", operation: "token", after: "login" },
  secondLogin: { summary: "Logs in.", consent: "token", operation: "token" },
  secondRefresh: { summary: "Renews.", consent: "token", operation: "token", after: "secondLogin" },
  wrongPassword: { summary: "Errs.", consent: "risk", operation: "token", credentials: { password: "invented" } },
  wrongClient: { summary: "Errs.", consent: "risk", operation: "token", credentials: { clientSecret: "invented" } },
};

const settlements = {
  TokenReply: { probe: "login", holds: { outcome: "success" } },
  TokenError: { probe: "read", when: { status: ["2XX", 401] }, holds: { status: "2XX" } },
  PasswordRequest: { probe: "inventedToken", when: { status: ["2XX", 401] }, holds: { status: 401 } },
  RefreshRequest: [
    { probe: "refresh", holds: { status: 200 } },
    { probe: "secondRefresh", holds: { status: 200 } },
    { probe: "secondLogin", holds: { status: 200 } },
    { probe: "wrongPassword", holds: { status: 400 } },
    { probe: "wrongClient", holds: { status: 401 } },
  ],
};

function documentWith(own: Record<string, Probe> = probes): VerifiedDocument {
  const document = { ...(parse(grant) as OpenApiDocument), "x-verify": own };
  for (const [name, settlement] of Object.entries(settlements))
    Object.assign(document.components?.schemas?.[name] as object, {
      "x-provenance": "inferred",
      "x-provenance-reason": name,
      "x-verify": settlement,
    });
  return { name: "grant", document, placeOf: String };
}

const source = documentWith();
const { login } = readLogin(source.document);
if (!login) throw new Error("the document has no login");

const credentials = { clientId: "a-client", clientSecret: "its-secret", userName: "a.person", password: "right" };

type Answer = { status?: number; headers?: Record<string, string>; body: unknown };

const granted = { access_token: "abc", token_type: "Bearer", refresh_token: "once" };
const honest = (request: string): Answer => {
  if (request.startsWith("/read")) return request.includes("Bearer abc") ? { body: {} } : { status: 401, body: {} };
  return { body: granted };
};

/** Asks a service with all consents but the risks that are not named. */
async function ask(
  answer: (request: string) => Answer,
  { risks = [], own = {}, journal = noJournal() }: { risks?: string[]; own?: object; journal?: Journal } = {},
) {
  const sent: string[] = [];
  const fetch = async (url: string, { headers, body }: { headers: Record<string, string>; body?: string }) => {
    sent.push(`${new URL(url).pathname} ${body ?? ""} ${headers.Authorization}`);
    const { status = 200, headers: own = {}, body: answered } = answer(sent.at(-1) ?? "");
    return new Response(JSON.stringify(answered), { status, headers: { "Content-Type": "application/json", ...own } });
  };
  const verdicts = await verify(
    source,
    login as NonNullable<typeof login>,
    planOf({ tokens: true, risks, readingPath: "/read" }),
    {
      baseUrl: "http://127.0.0.1:1",
      fetch: fetch as never,
      readingPath: "/read",
      credentials: { ...credentials, ...own },
    },
    journal,
    "2026-11-25",
  );
  const of = (schema: string) => verdicts.find(({ reason }) => reason === schema);
  return { sent, of, all: verdicts.map(({ verdict, seen }) => `${verdict}: ${seen}`) };
}

function planOf(consents: Consents) {
  return plan(probesOf(source.document), login as NonNullable<typeof login>, consents);
}

describe("tokens", () => {
  test("where one operation logs in and renews, each probe sends what it is for", async () => {
    let count = 0;
    const { sent } = await ask((request) => {
      if (request.startsWith("/read")) return honest(request);
      count++;
      return { body: { ...granted, refresh_token: `once-${count}` } };
    });
    expect(sent.map((each) => each.split(" ").slice(0, 2).join(" "))).toEqual([
      "/read ",
      "/token grant_type=password&username=a.person&password=right",
      "/read ",
      "/token grant_type=refresh_token&refresh_token=once-1",
      "/token grant_type=password&username=a.person&password=right",
      "/token grant_type=refresh_token&refresh_token=once-3",
    ]);
  });

  test("a refresh token is sent once, also where two logins bring the same", async () => {
    const { sent } = await ask(honest);
    expect(sent.filter((each) => each.includes("refresh_token=once"))).toHaveLength(1);
  });

  test("no renewal is sent without the refresh token that it is about", async () => {
    const { sent, all } = await ask((request) => {
      return request.startsWith("/read") ? honest(request) : { body: { access_token: "abc", token_type: "Bearer" } };
    });
    expect(sent.filter((each) => each.includes("grant_type=refresh_token"))).toEqual([]);
    expect(all.join("\n")).not.toContain("contradicted");
  });

  test("a refresh token that cannot be sent costs the run nothing else", async () => {
    const { of, sent } = await ask((request) => {
      return request.startsWith("/token") ? { body: { ...granted, refresh_token: "\ud800" } } : honest(request);
    });
    expect(of("TokenError")?.verdict).toBe("held");
    expect(sent).toHaveLength(4);
  });
});

describe("what says nothing", () => {
  const refused = { status: 400, body: { error: "invalid_grant" } };

  test("a refusal of the reader's own credentials contradicts nothing", async () => {
    const { of } = await ask((request) => (request.startsWith("/token") ? refused : honest(request)));
    expect(of("TokenReply")).toMatchObject({
      verdict: "not reached",
      seen: expect.stringContaining("own credentials"),
    });
  });

  test("a path that is open to all shows nothing of the token", async () => {
    const { of } = await ask((request) => (request.startsWith("/read") ? { body: {} } : honest(request)));
    expect([of("TokenError")?.verdict, of("PasswordRequest")?.verdict]).toEqual(["not reached", "not reached"]);
  });

  test.each<[string, Answer]>([
    ["a page of HTML", { status: 404, headers: { "Content-Type": "text/html" }, body: "<html>" }],
    ["a limit", { status: 429, body: { error: "invalid_request" } }],
  ])("%s", async (_, answer) => {
    const { of } = await ask((request) => (request.startsWith("/token") ? answer : honest(request)));
    expect(of("TokenReply")?.verdict).toBe("not reached");
  });
});

describe("failed logins", () => {
  test("of two risks one is planned, and one failed login is announced", () => {
    const planned = planOf({ tokens: false, risks: ["wrongPassword", "wrongClient"] });
    expect(planned.asked.map(({ name }) => name)).toEqual(["wrongPassword"]);
    expect(planText("grant", planned)).toContain(": 1 of your account");
    const login = planText("grant", planOf({ tokens: true, risks: [] }));
    expect(login).toContain("One more of your account, if the credentials that you gave are wrong");
  });

  test("a risk that was cut off is no reason to take another", async () => {
    await using place = await temporaryFolder();
    const path = join(place.folder, "journal");
    const journal = await openJournal(path, "subject");
    await journal.begin("wrongPassword", true);
    await journal.close();
    const again = await openJournal(path, "subject");
    const { sent } = await ask(honest, { risks: ["wrongClient"], journal: again });
    await again.close();
    expect(sent.filter((each) => each.startsWith("/token"))).toEqual([]);
  });

  test("credentials that cannot be sent are said before anything is", async () => {
    let count = 0;
    const asking = ask(
      (request) => {
        count++;
        return honest(request);
      },
      { own: { clientId: "a:client" } },
    );
    await expect(asking).rejects.toMatchObject({ code: "unsendable_credential" });
    expect(count).toBe(0);
  });
});

describe("a journal", () => {
  test("that another run writes to stops both", async () => {
    await using place = await temporaryFolder();
    const path = join(place.folder, "journal");
    const [one, other] = [await openJournal(path, "subject"), await openJournal(path, "subject")];
    await other.begin("login", true);
    const { message } = (await ask(honest, { journal: one }).catch((error: unknown) => error)) as Error;
    await Promise.all([one.close(), other.close()]);
    expect(message).toContain("another run writes to this journal too");
  });

  test("cut off at any byte, it is resumed again and again, or refused", async () => {
    await using place = await temporaryFolder();
    const path = join(place.folder, "journal");
    const whole = await openJournal(path, "subject");
    for (const name of ["login", "read"]) {
      await whole.begin(name, name === "login");
      await whole.end(name, [], {});
    }
    await whole.close();
    const bytes = await readFile(path);
    for (let length = 0; length <= bytes.length; length++) {
      const cut = join(place.folder, `cut-${length}`);
      await writeFile(cut, bytes.subarray(0, length));
      const first = await openJournal(cut, "subject").catch((error: Error) => error.message);
      if (typeof first === "string") {
        expect(first).toContain("no journal of verify");
        continue;
      }
      await first.begin("refresh", false);
      await first.close();
      const second = await openJournal(cut, "subject");
      expect(second.whyNot("refresh")).toBeDefined();
      const isBegun = bytes.subarray(0, length).includes('"begun":"login","mayFail":true}');
      expect(second.whyNot("login") !== undefined, `${length} bytes`).toBe(isBegun);
      await second.close();
    }
  });

  test("is a file, not a device without an end", async () => {
    await expect(openJournal("/dev/zero", "subject")).rejects.toThrow("/dev/zero: a journal is a file.");
  });

  test("with an entry that is none is refused", async () => {
    await using place = await temporaryFolder();
    const path = join(place.folder, "journal");
    await (await openJournal(path, "subject")).close();
    await appendFile(path, "null\n");
    await expect(openJournal(path, "subject")).rejects.toThrow("no journal of verify");
  });
});

describe("the command", () => {
  const variables = {
    LOGIN_APIS_CLIENT_ID: "a-client",
    LOGIN_APIS_CLIENT_SECRET: "its-secret",
    LOGIN_APIS_USER_NAME: "a.person",
    LOGIN_APIS_PASSWORD: "right",
  };
  async function run(args: string[], document = source, own: Record<string, string> = {}): Promise<string> {
    for (const [name, value] of Object.entries({ ...variables, ...own })) vi.stubEnv(name, value);
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockReturnValue(true);
    try {
      await verifyCommand(["grant", "--yes", ...args], async () => document);
      return "";
    } catch (error) {
      return String((error as Error).message);
    } finally {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      process.exitCode = undefined;
    }
  }
  const server = ["--server", "http://127.0.0.1:1"];

  test.each([
    "v1/things",
    "@evil.example/",
    ".evil.example/",
    "https://evil.example/",
    ":81/",
    "/{id}",
    "/a b",
    "/a#b",
  ])("--read %s could be another host's, or is no path", async (path) => {
    expect(await run([...server, "--read", path])).toContain("--read: name a path");
  });

  test("a document whose probes ask for too little is not asked", async () => {
    const unsafe = documentWith({ ...probes, wrongPassword: { ...(probes.wrongPassword as Probe), consent: "safe" } });
    expect(await run(server, unsafe)).toContain("its consent is `risk`");
  });

  test("a document without x-verify has nothing to ask", async () => {
    const document = { ...source, document: parse(grant) as OpenApiDocument };
    expect(await run(server, document)).toContain("grant: the document has no x-verify");
  });

  test("credentials that cannot be sent end it with a line", async () => {
    expect(await run(server.concat("--tokens"), source, { LOGIN_APIS_CLIENT_ID: "a:b" })).toContain(
      "Nothing was sent: unsendable_credential",
    );
  });

  test.each<[string, string[], Record<string, string>]>([
    ["another server", ["--server", "http://127.0.0.1:2"], {}],
    ["another account", server, { LOGIN_APIS_USER_NAME: "another" }],
  ])("a journal is not taken for that of %s", async (_, args, own) => {
    await using place = await temporaryFolder();
    const resume = ["--resume", join(place.folder, "journal")];
    expect(await run([...server, ...resume])).toBe("");
    expect(await run([...server, ...resume])).toBe("");
    expect(await run([...args, ...resume], source, own)).toContain(
      "this journal is of another API, service or account",
    );
  });
});
