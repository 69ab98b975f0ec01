import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readDocuments } from "../../scripts/documents.ts";
import { memberAt } from "../../src/login/place.ts";
import { createCore } from "../../src/mock/core.ts";
import { handleOf } from "../../src/mock/handle.ts";
import { statefulService } from "../../src/mock/stateful.ts";
import { pointer } from "../../src/openapi/document.ts";
import { type DocumentedLogin, readLogin } from "../../src/openapi/login.ts";
import type { SourceDocument } from "../../src/openapi/read.ts";
import { type DocumentedOperation, readOperations } from "../../src/openapi/scenarios.ts";
import { type Condition, inferencesOf, probesOf } from "../../src/openapi/verification.ts";
import { noJournal, openJournal } from "../../src/verify/journal.ts";
import { type Plan, plan } from "../../src/verify/plan.ts";
import { planText, verdictText } from "../../src/verify/print.ts";
import type { Verdict } from "../../src/verify/verdicts.ts";
import { type Service as Account, verify } from "../../src/verify/verify.ts";
import { type Served, serve } from "../support/serve.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { contrary } from "./contrary.ts";
import { type Asked, honestServices, type Service } from "./services.ts";

const documents = await readDocuments();
const today = "2026-11-25";

/** What the service was asked since the test began. */
let asked: Asked[] = [];
let service: Service;
let served: Served;

beforeAll(async () => {
  served = await serve(async (request, response) => {
    const asking = await read(request);
    asked.push(asking);
    const { status, headers, body } = service(asking);
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(() => served.close());

async function read(request: IncomingMessage): Promise<Asked> {
  const { method = "", url = "", headers } = request;
  return { method, path: url, headers, text: await text(request) };
}

/** A document with its login, and the service that is as it infers. */
function subjectOf(source: SourceDocument) {
  const { login } = readLogin(source.document);
  const honest = honestServices[source.name];
  if (!login || !honest)
    throw new Error(`${source.name} has no login, or test/verify/services.ts has no service of it`);
  return { source, login, honest, probes: probesOf(source.document), inferences: inferencesOf(source.document) };
}

type Subject = ReturnType<typeof subjectOf>;
const subjects = documents.map((source) => [source.name, subjectOf(source)] as const);

function risksOf({ probes }: Subject): string[] {
  return [...probes].filter(([, { consent }]) => consent === "risk").map(([name]) => name);
}

/** Every probe that can be sent in one run: of several risks the one. */
function wholePlan({ probes, login }: Subject, risks: string[]): Plan {
  return plan(probes, login, { tokens: true, risks, readingPath: "/read" });
}

function ask(
  subject: Subject,
  planned: Plan,
  account: Partial<Account> = {},
  journal = noJournal(),
): Promise<Verdict[]> {
  const { source, login, honest } = subject;
  const own = { baseUrl: served.url, readingPath: "/read", credentials: honest.credentials, ...account };
  return verify(source, login, planned, own, journal, today);
}

describe.each(subjects)("%s", (_, subject) => {
  const risks = risksOf(subject);
  const runs = risks.length === 0 ? [[]] : risks.map((risk) => [risk]);

  test("a service that is as inferred contradicts nothing, and what can be reached is held", async () => {
    const held = new Set<string>();
    for (const run of runs) {
      service = subject.honest.create();
      for (const { verdict, pointer: place, reason, seen } of await ask(subject, wholePlan(subject, run))) {
        expect(verdict, `${reason}: ${seen}`).not.toBe("contradicted");
        if (verdict === "held") held.add(place);
      }
    }
    const unreached = subject.inferences.filter(({ at, settlements }) => {
      return settlements.length > 0 && !held.has(pointer(at));
    });
    // A service that is right in all cannot be both, refused by 401 and by 404.
    expect(unreached.map(({ reason }) => reason.trim())).toEqual(
      subject.source.name === "header-login"
        ? ["The page documents the code in the body; that the HTTP status equals it is inferred."]
        : [],
    );
  });

  test("each single inference is contradicted by a service that does otherwise", async () => {
    const missed: string[] = [];
    for (const { at, reason, settlements } of subject.inferences) {
      for (const { probe, holds } of settlements) {
        for (const condition of holds) {
          const verdict = await contradictedBy(subject, probe, condition, pointer(at));
          if (verdict?.verdict !== "contradicted") missed.push(`${reason.trim()} (${probe}): ${verdict?.seen}`);
        }
      }
    }
    // It cannot have the code 404 that it needs for being asked about.
    expect(missed.filter((each) => !/HTTP status equals it is inferred\. \(unknownUser\)/.test(each))).toEqual([]);
  });
});

/** What is made of an inference where the service answers one probe otherwise than it says. */
async function contradictedBy(subject: Subject, probe: string, condition: Condition, place: string) {
  const whole = wholePlan(subject, risksOf(subject).includes(probe) ? [probe] : []);
  const needed = new Set([probe]);
  // What a call with a token shows, it shows beside one without a good token.
  if (subject.probes.get(probe)?.call === "held")
    for (const [name, { call }] of subject.probes) if (call !== undefined) needed.add(name);
  for (const each of whole.asked.toReversed())
    if (needed.has(each.name) && each.probe.after) needed.add(each.probe.after);
  const planned = { ...whole, asked: whole.asked.filter(({ name }) => needed.has(name)) };
  const honest = subject.honest.create();
  let count = 0;
  service = (asking) => {
    const reply = honest(asking);
    const { name } = planned.asked[count++] ?? {};
    return name === probe ? contrary(reply, condition) : reply;
  };
  const verdicts = await ask(subject, planned);
  return verdicts.find((each) => each.pointer === place);
}

const [, first] = subjects.at(-1) as (typeof subjects)[number];

test("a service that lies gets no secret into what is printed, and no second server a request", async () => {
  const canaries = Object.values(first.honest.credentials).map(String);
  const echo = (asking: Asked) => JSON.stringify(asking);
  let elsewhere = 0;
  const other = await serve((_, response) => {
    elsewhere++;
    response.end();
  });
  const lies: Service[] = [
    (asking) => ({
      status: 200,
      body: { code: echo(asking), result: { access_token: echo(asking), code: echo(asking) } },
    }),
    (asking) => ({ status: 200, body: echo(asking), headers: { "X-Echo": encodeURIComponent(echo(asking)) } }),
    (asking) => ({ status: 307, body: {}, headers: { Location: `${other.url}/?${encodeURIComponent(asking.text)}` } }),
    (asking) => ({ status: 200, body: Object.fromEntries(canaries.map((canary) => [canary, echo(asking)])) }),
    (asking) => ({ status: 500, body: echo(asking) }),
  ];
  await using place = await temporaryFolder();
  const planned = wholePlan(first, risksOf(first).slice(0, 1));
  for (const [index, lie] of lies.entries()) {
    service = lie;
    const path = join(place.folder, `journal-${index}`);
    const journal = await openJournal(path, "subject");
    const verdicts = await ask(first, planned, {}, journal);
    await journal.close();
    const shown = [
      planText("api", planned),
      verdictText(verdicts),
      JSON.stringify(verdicts),
      await readFile(path, "utf8"),
    ];
    for (const canary of [...canaries, new URL(served.url).host]) expect(shown.join("\n")).not.toContain(canary);
  }
  await other.close();
  expect(elsewhere).toBe(0);
});

test("a service that never ends its reply is left", async () => {
  const endless = await serve((_, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).write("{");
  });
  const planned = wholePlan(first, []);
  const [safe] = planned.asked;
  const verdicts = await ask(first, { ...planned, asked: safe ? [safe] : [] }, { baseUrl: endless.url, timeout: 100 });
  await endless.close();
  expect(verdicts.map(({ verdict }) => verdict)).not.toContain("held");
  expect(verdicts.map(({ seen }) => seen)).toContain(`${safe?.name}: no reply: timeout`);
});

describe("an account that locks", () => {
  /** How often the service was sent the reader's own name with a password that it does not take. */
  function failedLogins({ honest, login }: Subject): number {
    const secrets = login.credentials.filter(({ secret }) => secret).map(({ name }) => name);
    const names = Object.entries(honest.credentials).filter(([name]) => !secrets.includes(name));
    const right = secrets.map((name) => String(honest.credentials[name]));
    return asked.filter((asking) => {
      const sent = `${asking.text} ${JSON.stringify(asking.headers)} ${asking.path}`;
      const isOwn = names.every(([, value]) => sent.includes(String(value)));
      return asking.method !== "DELETE" && isOwn && !right.some((secret) => sent.includes(secret));
    }).length;
  }

  test.each(subjects)("%s: all consents at once cost one failed login at most", async (_, subject) => {
    service = subject.honest.create();
    await ask(subject, wholePlan(subject, risksOf(subject)));
    expect(failedLogins(subject)).toBeLessThanOrEqual(1);
  });

  test.each(subjects)("%s: a wrong password of the reader's own is sent once", async (_, subject) => {
    service = subject.honest.create();
    const secrets = subject.login.credentials
      .filter(({ secret }) => secret)
      .map(({ name }) => [name, "not-the-right-one"]);
    const credentials = { ...subject.honest.credentials, ...Object.fromEntries(secrets) };
    await ask(subject, wholePlan(subject, risksOf(subject)), { credentials });
    expect(
      asked.filter(({ text: sent, headers }) => `${sent}${JSON.stringify(headers)}`.includes("not-the-right-one")),
    ).toHaveLength(1);
  });
});

test("cut off at any request, before or after its reply, a run that resumes sends nothing twice", async () => {
  const planned = wholePlan(first, risksOf(first).slice(0, 1));
  await using place = await temporaryFolder();
  for (let dies = 0; dies < planned.asked.length * 2; dies++) {
    service = first.honest.create();
    const path = join(place.folder, `journal-${dies}`);
    const sent: string[] = [];
    let count = 0;
    const dying = async (url: string, init: object) => {
      const isLast = Math.floor(dies / 2) === count++;
      if (isLast && dies % 2 === 0) throw new TypeError("fetch failed");
      sent.push(`${planned.asked[count - 1]?.name}`);
      const reply = await fetch(url, init as RequestInit);
      if (isLast) process.emit("SIGCHLD");
      return reply;
    };
    const half = { ...planned, asked: planned.asked.slice(0, Math.floor(dies / 2) + 1) };
    const journal = await openJournal(path, "subject");
    // What is cut off writes no end: the last entry is that of its beginning.
    const cutOff = {
      ...journal,
      end: async (...[name, ...rest]: Parameters<typeof journal.end>) =>
        name === half.asked.at(-1)?.name ? undefined : journal.end(name, ...rest),
    };
    await ask(first, half, { fetch: dying }, cutOff);
    await journal.close();
    const before = asked.length;
    const again = await openJournal(path, "subject");
    await ask(first, planned, {}, again);
    await again.close();
    const begun = half.asked.map(({ name }) => name);
    const expected = planned.asked.filter(
      ({ name, probe }) => !begun.includes(name) && !begun.includes(probe.after ?? ""),
    );
    expect(asked.length - before).toBeLessThanOrEqual(expected.length);
  }
});

test.each(subjects)(
  "%s: the stateful mock, which does as its document says, contradicts nothing",
  async (_, subject) => {
    const { source, login } = subject;
    const service = await statefulService([source], { stateful: true, strict: true });
    const mock = handleOf(createCore([source], { strict: true, ...(service && { service }) }));
    const [operation] = readOperations([source]).filter(({ path }) => path === login.operation.path);
    const scenario = operation && wireValues(operation, login);
    const planned = plan(subject.probes, login, {
      tokens: true,
      risks: risksOf(subject).slice(0, 1),
      readingPath: "/read",
    });
    const reading = `/protected/${source.name}`;
    const account = {
      baseUrl: "http://127.0.0.1:1",
      fetch: mock.fetch,
      readingPath: reading,
      credentials: scenario ?? {},
    };
    const verdicts = await ask(subject, planned, account);
    // What no scenario of the document shows, the mock cannot answer.
    const unshown = ["unknownCompany", "noPassword", "loginInJapanese"];
    const contradicted = verdicts.filter(
      ({ verdict, probe = "" }) => verdict === "contradicted" && !unshown.includes(probe),
    );
    expect(contradicted.map(({ reason, seen }) => `${reason}: ${seen}`)).toEqual([]);
    expect(verdicts.filter(({ verdict }) => verdict === "held").length).toBeGreaterThan(verdicts.length / 4);
  },
);

/** The credentials of the scenario `success`. */
function wireValues(operation: DocumentedOperation, { credentials }: DocumentedLogin): Record<string, string | number> {
  const scenario = operation.requests.find(({ name }) => name === "success");
  const values = credentials.map(({ name, place }) => {
    const parameter = scenario?.parameters.find(({ parameter: each }) => "name" in place && each.name === place.name);
    const value =
      place.in === "body" ? memberAt(scenario?.body?.example.value, place.pointer) : parameter?.example.value;
    return [name, value as string | number] as const;
  });
  return Object.fromEntries(values);
}
