import { scryptSync } from "node:crypto";
import { createRequire } from "node:module";
import { LoginError } from "../errors.ts";
import type { Primitive } from "../http/call.ts";
import { checkBaseUrl } from "../http/guards.ts";
import { type DocumentedLogin, readLogin } from "../openapi/login.ts";
import { packagedDocuments } from "../openapi/packaged.ts";
import { peers, requirePeers } from "../openapi/peers.ts";
import type { Credential } from "../openapi/request.ts";
import { selectApis } from "../openapi/select.ts";
import { checkFileNames, isFileName } from "../openapi/source.ts";
import { UserError } from "../openapi/user-error.ts";
import { type Probe, probesOf } from "../openapi/verification.ts";
import { noJournal, openJournal } from "../verify/journal.ts";
import { plan } from "../verify/plan.ts";
import { planText, verdictText } from "../verify/print.ts";
import type { OwnCredentials } from "../verify/request.ts";
import type { Verdict } from "../verify/verdicts.ts";
import { type VerifiedDocument, verify } from "../verify/verify.ts";
import { readCommand } from "./command-line.ts";

const known = {
  server: { type: "string" },
  yes: { type: "boolean" },
  tokens: { type: "boolean" },
  risk: { type: "string", multiple: true },
  read: { type: "string" },
  resume: { type: "string" },
  json: { type: "boolean" },
} as const;

const usage = `Usage: login-apis verify <api | file> --server <url> [options]

Asks a real service, with your own account, about each inference of a document, and says of each whether it held, was
contradicted or not reached. The credentials come from the environment: \`companyId\` is LOGIN_APIS_COMPANY_ID. Without
--yes it says what it would send, and sends nothing.

  --server <url>   the service to ask
  --yes            sends what was said
  --tokens         asks what spends or revokes tokens of its own, too
  --risk <name>    asks what may cost more, by the name that the plan gives; may be repeated
  --read <path>    a path that answers a GET with a good token, for what other calls say
  --resume <file>  a journal: what is in it is not asked again
  --json           prints JSON

Exit code: 0 if something held, 1 if something was contradicted, 2 if nothing was reached or asked,
3 if the command failed itself.`;

/**
 * `verify <api> --server <url>`: asks a real service about each inference of a document. Sets the exit code 1 where one was
 * contradicted, 2 where none was reached; throws a `UserError` of exit code 2 where nothing was asked.
 */
export async function verifyCommand(
  args: string[],
  readDocument: (name: string) => Promise<VerifiedDocument>,
): Promise<void> {
  const asked = readCommand(args, known, usage);
  if (!asked) return;
  const { options, operands } = asked;
  const [name, ...others] = operands;
  if (name === undefined || others.length > 0)
    throw new UserError("Name one API, or one file: login-apis verify <api> --server <url>", 2);
  const { server: baseUrl, read: readingPath, tokens = false, risk = [], yes = false, json = false, resume } = options;
  const verified = await readDocument(name);
  const { login, problems } = readLogin(verified.document);
  if (!login || problems.length > 0)
    throw new UserError(`${name}: the document's login cannot be read. \`login-apis check\` says why.`, 2);
  await checkVerification(verified);
  const server = checkedServer(baseUrl);
  checkReadingPath(readingPath);

  const probes = probesOf(verified.document);
  const consents = { tokens, risks: checkedRisks(risk, probes), ...(readingPath !== undefined && { readingPath }) };
  const planned = plan(probes, login, consents);
  const credentials = ownCredentials(login.credentials, process.env);
  process.stderr.write(`${planText(verified.name, planned)}\n`);
  if (!yes) throw new UserError("Nothing was sent. To send it, add --yes.", 2);

  const journal =
    resume === undefined ? noJournal() : await openJournal(resume, subjectOf(verified, login, server, credentials));
  try {
    const today = new Date().toISOString().slice(0, "2026-01-01".length);
    const verdicts = await verify(
      verified,
      login,
      planned,
      { baseUrl: server, readingPath, credentials },
      journal,
      today,
    );
    const text = json ? JSON.stringify({ api: verified.name, verdicts }, undefined, 2) : verdictText(verdicts);
    process.stdout.write(`${text}\n`);
    process.exitCode = exitCodeOf(verdicts);
  } catch (error) {
    if (error instanceof LoginError) throw new UserError(`Nothing was sent: ${error.message}`, 2);
    throw error;
  } finally {
    await journal.close();
  }
}

/** The document of a file, or one of the package's own. */
export async function documentNamed(name: string): Promise<VerifiedDocument> {
  requirePeers("login-apis verify", [...peers.reading, ...peers.checking]);
  if (isFileName(name)) checkFileNames([name]);
  else selectApis(await packagedDocuments.read(), [name]);
  const file = isFileName(name) ? name : createRequire(import.meta.url).resolve(`login-apis/openapi/${name}.yaml`);
  const { readChecked } = await import("../openapi/check.ts");
  const [document] = await readChecked([file]);
  if (!document) throw new Error(`${file} was read, and holds no document`);
  return document;
}

/** Throws a `UserError` where the document says nothing of how it is settled, or would have sent what its consent does not cover. */
async function checkVerification({ name, document, placeOf }: VerifiedDocument): Promise<void> {
  // Loaded here: what it needs may not be installed, and `--help` needs nothing.
  const { verificationProblems } = await import("../openapi/verification-rules.ts");
  const [problem] = verificationProblems(document);
  if (problem) throw new UserError(`${placeOf(problem.at)}: ${problem.message}`, 2);
  if (probesOf(document).size === 0)
    throw new UserError(`${name}: the document has no x-verify, and there is nothing to ask.`, 2);
}

function checkedServer(baseUrl: string | undefined): string {
  if (baseUrl === undefined) throw new UserError("Say which service to ask: --server <url>", 2);
  try {
    return checkBaseUrl(baseUrl, false).href;
  } catch (error) {
    if (error instanceof LoginError) throw new UserError(`--server: ${error.message}`, 2);
    throw error;
  }
}

/** Throws a `UserError` for what is no path: put behind a server's address, it could name another host. */
function checkReadingPath(path: string | undefined): void {
  const isPath = path === undefined || /^\/[!-~]*$/.test(path);
  if (!isPath || /[#{}]/.test(path ?? ""))
    throw new UserError("--read: name a path of the service that begins with a slash, such as /v1/things?limit=1", 2);
}

/**
 * What a journal belongs to: the document as it stands, the service, and the account without its secrets. It is a digest
 * that is slow to make, so that no host or name can be read off a journal.
 */
function subjectOf(
  { name, document }: VerifiedDocument,
  login: DocumentedLogin,
  server: string,
  credentials: OwnCredentials,
): string {
  const account = login.credentials.filter(({ secret }) => !secret).map((each) => credentials[each.name] ?? null);
  const digest = scryptSync(JSON.stringify([server, account]), JSON.stringify(document), 16);
  return `${name} ${digest.toString("hex")}`;
}

function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ verdict }) => verdict === "contradicted")) return 1;
  return verdicts.some(({ verdict }) => verdict === "held") ? 0 : 2;
}

/** Throws a `UserError` for a name that is no risk. */
function checkedRisks(names: string[], probes: ReadonlyMap<string, Probe>): string[] {
  const risks = [...probes].filter(([, { consent }]) => consent === "risk").map(([name]) => name);
  const unknown = names.find((name) => !risks.includes(name));
  if (unknown === undefined) return names;
  throw new UserError(`--risk ${unknown}: there is no such risk. Known: ${risks.join(", ") || "none"}.`, 2);
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

function variableOf(credential: string): string {
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
