import type { ReplyContract } from "../login/contract.ts";
import { fits } from "../login/fits.ts";
import { grantOf } from "../login/grant.ts";
import { isRejection, judge, judgeRefresh } from "../login/judge.ts";
import { type AnyReply, at, headerOf, textAt } from "../login/place.ts";
import { type OpenApiDocument, pointer } from "../openapi/document.ts";
import type { DocumentedLogin } from "../openapi/login.ts";
import { successSchema } from "../openapi/reply-schema.ts";
import type { Condition, Inference, Settlement, StatusPattern } from "../openapi/verification.ts";
import { seen } from "./seen.ts";

/** What one reply says of one inference. */
export interface Finding {
  /** The inference's place, as a JSON Pointer. */
  inference: string;
  verdict: "held" | "contradicted" | "not reached";
  /** What was seen, without a value that the document does not have; or why nothing was. */
  seen: string;
  /** Of a contradiction: what the document says instead, as it stands there. */
  documented?: Condition;
}

/** What is needed to judge the reply to a probe. */
export interface ProbeContext {
  document: OpenApiDocument;
  login: DocumentedLogin;
  /** Of the operation that was called; absent for a call with the token. */
  call?: { contract: ReplyContract; kind: "login" | "refresh" };
  /** Nothing but the reader's own credentials were sent, and they have not logged in so far. */
  areCredentialsInDoubt?: boolean;
  /** Of a call with the token: which one it carries, and whether the path was seen to need one. */
  reading?: Reading;
}

interface Reading {
  token: "held" | "invented" | "none";
  isPathClosed: boolean;
}

/** What the reply to a probe says of every inference that it can settle. */
export function findingsOf(
  probe: string,
  inferences: readonly Inference[],
  reply: AnyReply,
  context: ProbeContext,
): Finding[] {
  return inferences.flatMap(({ at: place, settlements }) => {
    const [settlement] = settlements.filter((each) => each.probe === probe);
    return settlement ? [{ inference: pointer(place), ...settle(settlement, reply, context) }] : [];
  });
}

function settle({ when, holds }: Settlement, reply: AnyReply, context: ProbeContext): Omit<Finding, "inference"> {
  const silence = silenceOf(reply, context);
  if (silence !== undefined) return { verdict: "not reached", seen: silence };
  const wanting = when.find((condition) => !isSo(condition, reply, context));
  if (wanting) return { verdict: "not reached", seen: `${seen(wanting, reply, context)}, which says nothing of it` };
  const unknown = holds.find((condition) => condition.jwtLife !== undefined && !livesOf(condition, reply, context));
  if (unknown) return { verdict: "not reached", seen: "a token without a life of its own, which says nothing of it" };
  const broken = holds.find((condition) => !isSo(condition, reply, context));
  if (broken) return { verdict: "contradicted", seen: seen(broken, reply, context), documented: broken };
  return { verdict: "held", seen: holds.map((each) => seen(each, reply, context)).join("; ") };
}

/** Why a reply says nothing of the document, whatever is in it; nothing, where it may. */
function silenceOf(reply: AnyReply, context: ProbeContext): string | undefined {
  const { call, reading, areCredentialsInDoubt } = context;
  if (!isAnswer(reply)) return `HTTP ${reply.status}, which need not be the service's own word`;
  if (call && isPage(reply))
    return `HTTP ${reply.status} with a page of HTML, which need not be the service's own word`;
  const outcome = outcomeOf(reply, context);
  if (outcome === "rate_limited") return "the service's own limit, which says nothing of it";
  if (reading) return silenceOfReading(reply, context.login, reading);
  const isAboutRequest = outcome === "success" || outcome === "invalid_request";
  const hasToken = call !== undefined && textAt(call.contract.token, reply) !== undefined;
  if (areCredentialsInDoubt && !isAboutRequest && !hasToken && isRefused(reply, context))
    return "a refusal of your own credentials, which says nothing of it";
  return undefined;
}

function silenceOfReading(reply: AnyReply, login: DocumentedLogin, reading: Reading): string | undefined {
  const context = { login, reading };
  if (reading.token !== "held") {
    if (needsToken(reply, context)) return undefined;
    return `HTTP ${reply.status} without a good token: the path may be open to all`;
  }
  if (!reading.isPathClosed) return "a reply to a call that is not known to need a token";
  const isRejected = isRejection(login.contract, login.rejection, reply);
  return isRefused(reply, context) && !isRejected ? "a refusal, which need not be about the token" : undefined;
}

/** Whether the reply to a call without a good token shows that the path needs one. */
export function needsToken(reply: AnyReply, { login, reading }: Pick<ProbeContext, "login" | "reading">): boolean {
  if (!reading || reading.token === "held" || !isAnswer(reply)) return false;
  const isRejected = isRejection(login.contract, login.rejection, reply);
  return reply.status >= 400 || isRejected || isRefused(reply, { login });
}

/** Whether a body is a refusal of what was called, or of the login. */
function isRefused({ body }: AnyReply, { login, call }: Pick<ProbeContext, "login" | "call">): boolean {
  return (call?.contract ?? login.contract).refusal.some((schema) => fits(schema, body));
}

function isPage(reply: AnyReply): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(headerOf(reply.headers, "Content-Type") ?? "");
}

/** Whether a reply is the service's own word: a redirect, a limit or a failing gateway says nothing of the API. */
function isAnswer({ status }: AnyReply): boolean {
  return status >= 200 && status < 500 && status !== 429 && !(status >= 300 && status < 400);
}

/** Whether all that a condition names is so of a reply. */
export function isSo(condition: Condition, reply: AnyReply, context: ProbeContext): boolean {
  const { status, outcome, fits: schema, at: place, is, absent, jwtLife, rejected } = condition;
  if (status !== undefined && ![status].flat().some((each) => isStatus(each, reply.status))) return false;
  if (outcome !== undefined && !isOutcome(outcome, outcomeOf(reply, context))) return false;
  if (schema !== undefined && !fits(successSchema(context.document, schema), reply.body)) return false;
  if (place !== undefined && !isThere(at(place, reply), is, absent)) return false;
  if (jwtLife !== undefined && !isSameLife(condition, reply, context)) return false;
  return rejected === undefined || rejected === isRejection(context.login.contract, context.login.rejection, reply);
}

function isStatus(pattern: StatusPattern, status: number): boolean {
  return pattern === status || pattern === `${Math.floor(status / 100)}XX`;
}

function isThere(value: unknown, is: Condition["is"], absent: true | undefined): boolean {
  if (absent) return value === undefined;
  return value !== undefined && fits(is ?? {}, value);
}

/** `success`, a refusal's reason, or `undefined` where a reply is neither. */
export function outcomeOf(reply: AnyReply, { call }: ProbeContext): string | undefined {
  if (!call) return undefined;
  try {
    const judgement = call.kind === "login" ? judge(call.contract, reply) : judgeRefresh(call.contract, reply);
    return judgement.ok ? "success" : judgement.reason;
  } catch {
    return undefined;
  }
}

function isOutcome(wanted: string, outcome: string | undefined): boolean {
  if (wanted === "refusal") return outcome !== undefined && outcome !== "success";
  return wanted === outcome;
}

/** How much a JWT's own life may differ from the one that the reply states, in milliseconds: clocks are set, and replies take a while. */
const tolerance = 60_000;

/** The life that a token's own claims give it, and the one that the reply states; nothing, where one of them is not there. */
function livesOf(
  { jwtLife, of, unit }: Condition,
  reply: AnyReply,
  { call }: ProbeContext,
): { claimed: number; stated: number } | undefined {
  if (!call || jwtLife === undefined) return undefined;
  const contract = of === undefined ? call.contract : { ...call.contract, token: of };
  const byReply = unit === "ms" ? { in: jwtLife, unit } : { in: jwtLife };
  const claimed = grantOf({ ...contract, ends: [{ jwt: true }] }, reply)?.lifetime;
  const stated = grantOf({ ...contract, ends: [byReply] }, reply)?.lifetime;
  return claimed === undefined || stated === undefined ? undefined : { claimed, stated };
}

function isSameLife(condition: Condition, reply: AnyReply, context: ProbeContext): boolean {
  const lives = livesOf(condition, reply, context);
  return lives !== undefined && Math.abs(lives.claimed - lives.stated) <= tolerance;
}
