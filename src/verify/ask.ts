import { LoginError } from "../errors.ts";
import { exchange } from "../http/exchange.ts";
import type { Connection } from "../http/options.ts";
import { type AnyReply, textAt } from "../login/place.ts";
import type { OpenApiDocument } from "../openapi/document.ts";
import type { DocumentedCall, DocumentedLogin } from "../openapi/login.ts";
import type { Inference } from "../openapi/verification.ts";
import type { Journal } from "./journal.ts";
import type { PlannedProbe } from "./plan.ts";
import { invented, type OwnCredentials, operationRequest, readingRequest } from "./request.ts";
import { type Finding, findingsOf, outcomeOf, type ProbeContext } from "./verdict.ts";

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

interface Tokens {
  token?: string;
  refreshToken?: string;
}

/**
 * Sends the probes one after another, each at most once, and says what each reply shows. Before a probe is sent, the
 * journal has it. After a refusal of the reader's own credentials, and after one failed login of the reader's account,
 * nothing more is sent that could be another.
 */
export async function ask(questions: Questions, probes: readonly PlannedProbe[], journal: Journal): Promise<Asked[]> {
  const asked: Asked[] = [];
  const tokens = new Map<string, Tokens>();
  // Of one that an earlier run was cut off from nobody knows what it came to.
  let failedLogin = journal.failedLogin || probes.some((each) => mayFail(each) && journal.isCutOff(each.name));
  for (const planned of probes) {
    const { name } = planned;
    const why = journal.whyNot(name) ?? whyNot(planned, tokens, failedLogin);
    if (why !== undefined) {
      asked.push({ name, findings: journal.findingsOf(name), ...(!journal.isDone(name) && { nothing: why }) });
      continue;
    }
    const context = contextOf(questions, planned);
    const request = requestOf(questions, planned, context, tokens);
    const held = tokens.get(planned.probe.after ?? "");
    await journal.begin(name);
    // A refresh token is sent once, whatever comes of it.
    if (planned.probe.after !== undefined && context.call) tokens.delete(planned.probe.after);
    const reply = await replyTo(questions.connection, request);
    if (typeof reply === "string") {
      asked.push({ name, findings: [], nothing: reply });
      failedLogin ||= mayFail(planned);
      await journal.end(name, [], mayFail(planned));
      continue;
    }
    const findings = findingsOf(name, questions.inferences, reply, context);
    const isSuccess = outcomeOf(reply, context) === "success";
    const isFailedLogin = planned.counts === "own" || (planned.logsIn && !isSuccess);
    failedLogin ||= isFailedLogin;
    await journal.end(name, findings, isFailedLogin);
    if (isSuccess) tokens.set(name, { ...held, ...tokensOf(reply, context) });
    asked.push({ name, findings });
  }
  return asked;
}

/** Whether a probe can be a failed login of the reader's own account. */
function mayFail({ counts, logsIn }: PlannedProbe): boolean {
  return counts === "own" || logsIn;
}

function whyNot(planned: PlannedProbe, tokens: ReadonlyMap<string, Tokens>, failedLogin: boolean): string | undefined {
  const { after } = planned.probe;
  if (failedLogin && mayFail(planned)) return "a login of this account has failed, and a second might lock it";
  if (after !== undefined && !tokens.has(after)) return `${after} brought no token`;
  return undefined;
}

function contextOf({ document, login }: Questions, { probe }: PlannedProbe): ProbeContext {
  if (probe.call) return { document, login };
  const isRefresh = login.refresh?.operation.operation.operationId === probe.operation;
  const call = isRefresh && login.refresh ? login.refresh : login;
  return { document, login, call: { contract: call.contract, kind: isRefresh ? "refresh" : "login" } };
}

function requestOf(
  { connection, login, own, readingPath = "/" }: Questions,
  { probe }: PlannedProbe,
  { call }: ProbeContext,
  tokens: ReadonlyMap<string, Tokens>,
) {
  const held = probe.after === undefined ? undefined : tokens.get(probe.after);
  if (!call) {
    const token = probe.call === "held" ? held?.token : invented;
    return readingRequest(connection, login, readingPath, probe.call === "none" ? undefined : token);
  }
  const documented: DocumentedCall = call.kind === "refresh" && login.refresh ? login.refresh : login;
  return operationRequest(connection, probe, documented, login, { ...own, ...held });
}

/** The reply, or in a few words why there is none; what a service answers stands in no text. */
async function replyTo(connection: Connection, request: Parameters<typeof exchange>[1]): Promise<AnyReply | string> {
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
