import { LoginError } from "../errors.ts";
import type { OutgoingRequest } from "../http/call.ts";
import { exchange } from "../http/exchange.ts";
import type { Connection } from "../http/options.ts";
import { type AnyReply, textAt } from "../login/place.ts";
import type { OpenApiDocument } from "../openapi/document.ts";
import type { DocumentedLogin } from "../openapi/login.ts";
import { callOf } from "../openapi/stake.ts";
import type { Inference, Probe } from "../openapi/verification.ts";
import type { Journal } from "./journal.ts";
import type { PlannedProbe } from "./plan.ts";
import { invented, type OwnCredentials, operationRequest, readingRequest } from "./request.ts";
import { type Finding, findingsOf, needsToken, outcomeOf, type ProbeContext } from "./verdict.ts";

/** The service that is asked, and what is asked of it. */
export interface Questions {
  connection: Connection;
  document: OpenApiDocument;
  login: DocumentedLogin;
  inferences: readonly Inference[];
  own: OwnCredentials;
  /** A path that a reading call can be made to. */
  readingPath?: string | undefined;
}

/** What a probe came to: findings, or why it was not sent, or got no reply. */
export interface Asked {
  name: string;
  findings: Finding[];
  nothing?: string;
}

/** What the replies so far have brought. */
interface Known {
  tokens: Map<string, Tokens>;
  /** Every refresh token that was sent: none is sent again, whichever login brought it. */
  spent: Set<string>;
  /** A login of the reader's account has failed. */
  failedLogin: boolean;
  /** The reader's credentials have logged in. */
  areCredentialsGood: boolean;
  /** The path of the reading calls was seen to need a token. */
  isPathClosed: boolean;
}

interface Tokens {
  token?: string;
  refreshToken?: string;
}

/**
 * Sends the probes one after another, each at most once, and says what each reply shows. Before a probe is sent, the
 * journal has it. After a refusal of the reader's own credentials, and after one failed login of the reader's account,
 * nothing more is sent that could be another. Throws `invalid_argument` or `unsendable_credential` before anything is sent
 * where the reader's credentials cannot be.
 */
export async function ask(questions: Questions, probes: readonly PlannedProbe[], journal: Journal): Promise<Asked[]> {
  const { failedLogin, isPathClosed } = journal;
  const known: Known = {
    tokens: new Map(),
    spent: new Set(),
    failedLogin,
    isPathClosed,
    areCredentialsGood: false,
  };
  for (const { probe } of probes) if (probe.after === undefined) requestOf(questions, probe, {});
  const asked: Asked[] = [];
  for (const planned of probes) {
    const { name } = planned;
    const why = journal.whyNot(name) ?? whyNot(questions, planned, known);
    if (why !== undefined) {
      asked.push({ name, findings: journal.findingsOf(name), ...(!journal.isDone(name) && { nothing: why }) });
      continue;
    }
    asked.push(await askOne(questions, planned, known, journal));
  }
  return asked;
}

async function askOne(questions: Questions, planned: PlannedProbe, known: Known, journal: Journal): Promise<Asked> {
  const { name, probe } = planned;
  const held = heldBy(probe, known);
  const request = requestOf(questions, probe, held);
  const mayFailNow = mayFail(planned);
  await journal.begin(name, mayFailNow);
  if (isRenewal(questions, probe) && held.refreshToken !== undefined) known.spent.add(held.refreshToken);
  const reply = await replyTo(questions.connection, request);
  if (typeof reply === "string") {
    known.failedLogin ||= mayFailNow;
    await journal.end(name, [], { failedLogin: mayFailNow });
    return { name, findings: [], nothing: reply };
  }
  const context = contextOf(questions, planned, known);
  const findings = findingsOf(name, questions.inferences, reply, context);
  const isSuccess = outcomeOf(reply, context) === "success";
  const failedLogin = planned.counts === "own" || (planned.logsIn && !isSuccess);
  known.failedLogin ||= failedLogin;
  known.areCredentialsGood ||= planned.logsIn && isSuccess;
  known.isPathClosed ||= needsToken(reply, context);
  await journal.end(name, findings, { failedLogin, isPathClosed: known.isPathClosed });
  if (isSuccess) known.tokens.set(name, { ...held, ...tokensOf(reply, context) });
  return { name, findings };
}

/** Whether a probe can be a failed login of the reader's own account. */
function mayFail({ counts, logsIn }: PlannedProbe): boolean {
  return counts === "own" || logsIn;
}

/** Whether a probe sends the refresh token that an earlier reply brought. */
function isRenewal({ login }: Questions, probe: Probe): boolean {
  return callOf(probe, login)?.kind === "refresh" && probe.credentials?.refreshToken === undefined;
}

function heldBy({ after }: Probe, { tokens }: Known): Tokens {
  return (after === undefined ? undefined : tokens.get(after)) ?? {};
}

function whyNot(questions: Questions, planned: PlannedProbe, known: Known): string | undefined {
  const { probe } = planned;
  if (known.failedLogin && mayFail(planned)) return "a login of this account has failed, and a second might lock it";
  if (probe.after === undefined) return undefined;
  const held = heldBy(probe, known);
  if (held.token === undefined) return `${probe.after} brought no token`;
  if (isRenewal(questions, probe)) {
    if (held.refreshToken === undefined) return `${probe.after} brought no refresh token`;
    if (known.spent.has(held.refreshToken)) return "its refresh token was sent before, and is not sent twice";
  }
  try {
    requestOf(questions, probe, held);
  } catch (error) {
    if (error instanceof LoginError) return `what ${probe.after} brought cannot be sent: ${error.code}`;
    throw error;
  }
  return undefined;
}

function contextOf({ document, login }: Questions, { probe, logsIn }: PlannedProbe, known: Known): ProbeContext {
  const call = callOf(probe, login);
  const areCredentialsInDoubt = logsIn && !known.areCredentialsGood;
  if (call) {
    const { documented, kind } = call;
    return { document, login, call: { contract: documented.contract, kind }, areCredentialsInDoubt };
  }
  return { document, login, reading: { token: probe.call ?? "none", isPathClosed: known.isPathClosed } };
}

function requestOf(questions: Questions, probe: Probe, held: Tokens): OutgoingRequest {
  const { connection, login, own, readingPath = "/" } = questions;
  const call = callOf(probe, login);
  if (call) return operationRequest(connection, probe, call.documented, login, { ...own, ...held });
  const token = probe.call === "held" ? held.token : invented;
  return readingRequest(connection, login, readingPath, probe.call === "none" ? undefined : token);
}

/** The reply, or in a few words why there is none; what a service answers stands in no text. */
async function replyTo(connection: Connection, request: OutgoingRequest): Promise<AnyReply | string> {
  try {
    return await exchange(connection, request);
  } catch (error) {
    if (error instanceof LoginError) return `no reply: ${error.code}`;
    throw error;
  }
}

/** The tokens that a reply brings: a refresh that brings none extends those held. */
function tokensOf(reply: AnyReply, { call }: ProbeContext): Tokens {
  if (!call) return {};
  const { token, refreshToken } = call.contract;
  const value = textAt(token, reply);
  const refreshValue = refreshToken && textAt(refreshToken, reply);
  return {
    ...(value !== undefined && { token: value }),
    ...(refreshValue !== undefined && { refreshToken: refreshValue }),
  };
}
