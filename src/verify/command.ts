import { LoginError } from "../errors.ts";
import type { Primitive } from "../http/call.ts";
import { connect } from "../http/options.ts";
import { readArguments } from "../mock/command-line.ts";
import { UserError } from "../mock/user-error.ts";
import { type ApiDocument, pointer } from "../openapi/document.ts";
import { readLogin } from "../openapi/login.ts";
import type { Credential } from "../openapi/request.ts";
import { inferencesOf, probesOf } from "../openapi/verification.ts";
import { ask } from "./ask.ts";
import { noJournal, openJournal } from "./journal.ts";
import { plan } from "./plan.ts";
import { planText, subjectOf, verdictsOf, verdictText } from "./print.ts";
import type { OwnCredentials } from "./request.ts";

const known = {
  server: { type: "string" },
  yes: { type: "boolean" },
  tokens: { type: "boolean" },
  risk: { type: "string", multiple: true },
  read: { type: "string" },
  resume: { type: "string" },
  json: { type: "boolean" },
} as const;

/** A document, and where in its file something stands. */
export type VerifiedDocument = ApiDocument & { placeOf?: (at: (string | number)[]) => string };

/**
 * `verify <api> --server <url>`: asks a real service about each inference of a document. Sets the exit code 1 where one was
 * contradicted; throws a `UserError` of exit code 2 where nothing was asked.
 */
export async function verifyCommand(
  args: string[],
  readDocument: (name: string) => Promise<VerifiedDocument>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { options, operands } = readArguments(args, known, { operands: true });
  const [name, ...others] = operands;
  if (name === undefined || others.length > 0)
    throw new UserError("Name one API, or one file: login-apis verify <api> --server <url>", 2);
  const { document, name: api, placeOf = (at) => `${name}#${pointer(at)}` } = await readDocument(name);
  const { login, problems } = readLogin(document);
  if (!login || problems.length > 0)
    throw new UserError(`${name}: the document's login cannot be read. \`login-apis check\` says why.`, 2);

  const inferences = inferencesOf(document);
  const planned = plan(probesOf(document), login, {
    tokens: options.tokens === true,
    risks: [options.risk ?? []].flat(),
    ...(options.read !== undefined && { readingPath: options.read }),
  });
  const connection = connectionTo(options.server);
  const own = ownCredentials(login.credentials, environment);
  const isJson = options.json === true;
  process.stderr.write(`${planText(api, planned)}\n`);
  if (options.yes !== true) throw new UserError("Nothing was sent. To send it, add --yes.", 2);

  const journal =
    options.resume === undefined ? noJournal() : await openJournal(options.resume, subjectOf(api, document));
  try {
    const questions = { connection, document, login, inferences, own, readingPath: options.read };
    const asked = await ask(questions, planned.asked, journal);
    const today = new Date().toISOString().slice(0, "2026-01-01".length);
    const verdicts = verdictsOf(inferences, { asked, unasked: planned.unasked }, placeOf, today);
    process.stdout.write(`${isJson ? JSON.stringify({ api, verdicts }, undefined, 2) : verdictText(verdicts)}\n`);
    if (verdicts.some(({ verdict }) => verdict === "contradicted")) process.exitCode = 1;
    else if (verdicts.every(({ verdict }) => verdict === "not reached")) process.exitCode = 2;
  } finally {
    await journal.close();
  }
}

function connectionTo(server: string | undefined) {
  if (server === undefined) throw new UserError("Say which service to ask: --server <url>", 2);
  try {
    return connect(undefined, { baseUrl: server });
  } catch (error) {
    if (error instanceof LoginError) throw new UserError(`--server: ${error.message}`, 2);
    throw error;
  }
}

/** The credentials of the environment: `companyId` is `LOGIN_APIS_COMPANY_ID`. Throws a `UserError` that lists what is missing. */
function ownCredentials(credentials: readonly Credential[], environment: NodeJS.ProcessEnv): OwnCredentials {
  const missing = credentials.filter(({ name, required }) => required && !environment[variableOf(name)]);
  if (missing.length > 0)
    throw new UserError(
      `Set ${missing.map(({ name }) => variableOf(name)).join(", ")}: the credentials come from the environment.`,
      2,
    );
  return Object.fromEntries(
    credentials.flatMap(({ name, types }) => {
      const text = environment[variableOf(name)];
      return text === undefined || text === "" ? [] : [[name, typed(name, text, types)]];
    }),
  );
}

export function variableOf(credential: string): string {
  return `LOGIN_APIS_${credential.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;
}

function typed(name: string, text: string, types: readonly string[]): Primitive {
  if (types.includes("string")) return text;
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number))
    throw new UserError(`${variableOf(name)} is no ${types.join(" or ")}.`, 2);
  return number;
}
