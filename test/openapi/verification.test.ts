import { expect, test } from "vitest";
import { parse } from "yaml";
import { type OpenApiDocument, pointer } from "../../src/openapi/document.ts";
import { verificationProblems } from "../../src/openapi/verification-rules.ts";
import { base } from "./written.ts";

/** Probes of the base, and one inference that a reply to the first settles. */
const good = {
  probes: {
    unknownCompany: {
      summary: "Logs in at a company that does not exist.",
      consent: "safe",
      operation: "login",
      credentials: { company: "invented", password: "invented" },
    },
    login: { summary: "Logs in.", consent: "token", operation: "login" },
    inventedToken: { summary: "Reads.", consent: "safe", call: "invented" },
    read: { summary: "Reads.", consent: "token", call: "held", after: "login" },
  } as Record<string, Record<string, unknown>>,
  entry: {
    "x-provenance": "inferred",
    "x-provenance-reason": "It is.",
    "x-verify": [
      { probe: "unknownCompany", when: { status: "4XX" }, holds: [{ status: [401] }, { outcome: "refusal" }] },
      { probe: "read", holds: { status: "2XX" } },
    ],
  } as Record<string, unknown>,
};

type Parts = typeof good;

function problemsOf(change: (parts: Parts) => unknown, text = base): string[] {
  const parts = structuredClone(good);
  change(parts);
  const document = { ...(parse(text) as OpenApiDocument), "x-verify": parts.probes };
  const token = document.components?.schemas?.Token as Record<string, unknown>;
  Object.assign(token, parts.entry);
  return [...verificationProblems(document)].map(({ at, message }) => `${pointer(at)}: ${message}`);
}

const at = "/components/schemas/Token";
const see = "see x-verify.schema.json.";
const settledBy = (test: object) => (parts: Parts) => {
  parts.entry["x-verify"] = [{ probe: "read", holds: { status: 200 } }, test];
  parts.probes.unknownCompany = { ...good.probes.unknownCompany };
};
const byLogin = (holds: object) => settledBy({ probe: "unknownCompany", holds });

test("nothing is wrong with what is right", () => {
  expect(problemsOf(() => {})).toEqual([]);
});

test.each<[string, (parts: Parts) => unknown]>([
  [
    `${at}/x-provenance: Nothing says how this could be settled: give it an \`x-verify\` with a probe and what \`holds\`, or \`x-verify: none\` with an \`x-verify-reason\`.`,
    ({ entry, probes }) => [
      delete entry["x-verify"],
      delete probes.unknownCompany,
      delete probes.login,
      delete probes.inventedToken,
      delete probes.read,
    ],
  ],
  [
    `${at}/x-provenance: An x-verify-reason stands beside \`x-verify: none\`.`,
    ({ entry }) => Object.assign(entry, { "x-verify-reason": "Nothing does." }),
  ],
  [
    `${at}/x-provenance: What was observed is settled: leave out its x-verify.`,
    ({ entry, probes }) => [
      Object.assign(entry, { "x-provenance": "observed", "x-verify": "none" }),
      delete probes.unknownCompany,
      delete probes.login,
      delete probes.inventedToken,
      delete probes.read,
    ],
  ],
  [`${at}/x-verify/1: x-verify needs the member \`holds\` here: ${see}`, settledBy({ probe: "unknownCompany" })],
  [`${at}/x-verify/1/holds: x-verify has no member \`state\` here: ${see}`, byLogin({ state: 200 })],
  [
    `${at}/x-verify: The document's x-verify has no probe gone. It has: unknownCompany, login, inventedToken, read.`,
    ({ entry }) =>
      Object.assign(entry, {
        "x-verify": [...(entry["x-verify"] as object[]), { probe: "gone", holds: { status: 200 } }],
      }),
  ],
  [
    `${at}/x-verify: A probe settles an inference in one way: name it once.`,
    ({ entry }) =>
      Object.assign(entry, {
        "x-verify": [...(entry["x-verify"] as object[]), { probe: "read", holds: { status: 201 } }],
      }),
  ],
  [
    `${at}/x-verify: An outcome is one of: success, refusal, invalid_credentials, invalid_request, not_permitted, not_found, rate_limited, server_error, unknown.`,
    byLogin({ outcome: "wrong" }),
  ],
  [
    `${at}/x-verify: A call with the token has no outcome of a login: say its \`status\`, or whether it is \`rejected\`.`,
    ({ entry }) => Object.assign((entry["x-verify"] as { holds: object }[])[1]?.holds ?? {}, { outcome: "success" }),
  ],
  [`${at}/x-verify: \`rejected\` is what x-rejection says, and the document has none.`, byLogin({ rejected: true })],
  [`${at}/x-verify: There is no schema #/components/schemas/Gone.`, byLogin({ fits: "Gone" })],
  [`${at}/x-verify: $response.cookie is no runtime expression of a reply.`, byLogin({ at: "$response.cookie" })],
  [
    `${at}/x-verify: $response.body#/gone leads nowhere in the replies of login.`,
    byLogin({ at: "$response.body#/gone" }),
  ],
  [
    "/x-verify/login/consent: This is one of: safe, token, risk.",
    ({ probes }) => Object.assign(probes.login ?? {}, { consent: "free" }),
  ],
  [
    "/x-verify/login/consent: This probe logs in: its consent is `token`.",
    ({ probes }) => Object.assign(probes.login ?? {}, { consent: "safe" }),
  ],
  [
    "/x-verify/read/after: There is no probe gone.",
    ({ probes }) => [Object.assign(probes.read ?? {}, { after: "gone" }), delete probes.login],
  ],
  [
    "/x-verify/read: A call with the held token has `after`, the probe that brings it.",
    ({ probes }) => [delete probes.read?.after, delete probes.login],
  ],
  [
    "/x-verify/idle: This probe settles nothing: leave it out, or refer to it.",
    ({ probes }) => Object.assign(probes, { idle: { ...good.probes.unknownCompany, method: "put" } }),
  ],
  [
    "/x-verify/unknownCompany/operation: A probe asks login, not logout.",
    ({ probes }) => Object.assign(probes.unknownCompany ?? {}, { operation: "logout" }),
  ],
  [
    "/x-verify/unknownCompany/credentials/user: login has no credential user.",
    ({ probes }) =>
      Object.assign(probes.unknownCompany ?? {}, { credentials: { company: "invented", user: "invented" } }),
  ],
  [
    "/x-verify/unknownCompany/credentials/company: company is in the path, which cannot be without it.",
    ({ probes }) =>
      Object.assign(probes.unknownCompany ?? {}, { credentials: { company: "absent", password: "invented" } }),
  ],
  [
    "/x-verify/login/with/$request.body#~1password: Here stands the credential password: say under `credentials` what is sent in its place.",
    ({ probes }) => Object.assign(probes.login ?? {}, { with: { "$request.body#/password": "wrong" } }),
  ],
  [
    "/x-verify/login/body: A GET has no body: give the probe another method.",
    ({ probes }) => Object.assign(probes.login ?? {}, { method: "get", body: "{" }),
  ],
  [
    "/x-verify/read: An open path answers any token: have a probe with `call: invented` beside this one, which shows that it is not open.",
    ({ probes }) => delete probes.inventedToken,
  ],
  [
    "/x-verify/login/after: A probe does not follow itself.",
    ({ probes }) => Object.assign(probes.login ?? {}, { after: "read" }),
  ],
])("%s", (message, change) => {
  expect(problemsOf(change)).toContain(message);
});

test("a wrong password for the reader's own account is a risk", () => {
  const secret = base.replace("password: { type: string,", "password: { type: string, format: password,");
  const problems = problemsOf(({ probes }) => {
    Object.assign(probes.unknownCompany ?? {}, { credentials: { password: "invented" } });
  }, secret);
  expect(problems).toEqual([
    "/x-verify/unknownCompany/consent: This probe sends a wrong or no password for the reader's own account, or the reader's own beside what does not belong to it: its consent is `risk`.",
  ]);
});
