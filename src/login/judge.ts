import { LoginError } from "../errors.ts";
import { isJson } from "../http/exchange.ts";
import type { ReasonRule, RejectionRule, ReplyContract } from "./contract.ts";
import { fits } from "./fits.ts";
import { type Grant, grantOf } from "./grant.ts";
import type { Refusal, RefusalReason } from "./outcome.ts";
import { type AnyReply, at, headerOf, textAt } from "./place.ts";

/** What a reply comes to: pure, without a clock. A refusal is as it came: what was sent may stand in it. */
export type Judgement<Success, Granted = LoginGrant> = Granting<Success, Granted> | Refusal;

/** A reply that is a success. */
export interface Granting<Success, Granted> {
  /** Tells a success from a refusal. */
  ok: true;
  /** What the reply grants. */
  grant: Granted;
  /** The reply's body, as its document describes it. */
  reply: Success;
}

/** What a login grants: never less than a token. */
export interface LoginGrant extends Grant {
  /** The token. */
  value: string;
}

/**
 * Reads a login's reply into a judgement, without a network and without a clock: a success, else a refusal, else what its
 * HTTP status says of itself. Throws `unexpected_reply` where that says nothing about the login either.
 */
export function judge<Success>(contract: ReplyContract, reply: AnyReply): Judgement<Success> {
  const { value, ...grant } = (isSuccess(contract, reply) && grantOf(contract, reply)) || {};
  if (value !== undefined) return { ok: true, grant: { value, ...grant }, reply: reply.body as Success };
  return judgeFailure(contract, reply);
}

/** As `judge`, for a refresh: a success without a token extends the one held. */
export function judgeRefresh<Success>(contract: ReplyContract, reply: AnyReply): Judgement<Success, Grant> {
  const grant = isSuccess(contract, reply) && grantOf(contract, reply);
  return grant ? { ok: true, grant, reply: reply.body as Success } : judgeFailure(contract, reply);
}

function judgeFailure(contract: ReplyContract, reply: AnyReply): Refusal {
  const byStatus = reasonOfStatus(contract, reply.status);
  if (contract.refusal.some((schema) => fits(schema, reply.body))) return refusalOf(contract, reply, byStatus);
  if (byStatus) return { ok: false, reason: byStatus, ...httpTexts(reply.status), reply: reply.body };
  throw new LoginError("unexpected_reply", `HTTP ${reply.status}`);
}

/** Whether a body, of whatever status, is a success: narrows what a typed client returned. */
export function isSuccessBody(contract: ReplyContract, body: unknown): boolean {
  return contract.success.some(({ schema }) => fits(schema, body));
}

function isSuccess({ success }: ReplyContract, { status, body }: AnyReply): boolean {
  return success.some((each) => isStatus(each.status, status) && fits(each.schema, body));
}

function refusalOf(contract: ReplyContract, reply: AnyReply, byStatus: RefusalReason | undefined): Refusal {
  const http = httpTexts(reply.status);
  const code = codeOf(contract, reply) ?? http.code;
  const message = messageOf(contract, reply);
  const rule = contract.reasons?.find((each) => holds(each, { code, status: reply.status, message }));
  const reason = rule?.reason ?? byStatus ?? "unknown";
  return { ok: false, reason, code, message: message ?? http.message, reply: reply.body };
}

/** What a status says of a login where the body says nothing; nothing, if it may come from elsewhere, a gateway for example. */
function reasonOfStatus({ clientErrors }: ReplyContract, status: number): RefusalReason | undefined {
  if (status === 429) return "rate_limited";
  if (status >= 500) return "server_error";
  const isListed = clientErrors?.some((each) => isStatus(each, status));
  return isListed || [400, 401, 403, 422].includes(status) ? "unknown" : undefined;
}

/**
 * Whether a reply to any other call says that the token is no longer good. `contract` is the login's, for where code and
 * message are; the first rule that holds decides. A body counts only where the content type is JSON.
 */
export function isRejection(contract: ReplyContract, rules: readonly RejectionRule[], reply: AnyReply): boolean {
  const { status, headers } = reply;
  const hasJson = isJson(headerOf(headers, "Content-Type"));
  const heard = hasJson ? reply : { status, headers };
  const said = { code: codeOf(contract, heard), status, message: messageOf(contract, heard) };
  const rule = rules.find((each) => holds(each, said) && (!each.schema || (hasJson && fits(each.schema, reply.body))));
  return rule !== undefined && rule.rejected !== false;
}

interface Said {
  code: string | undefined;
  status: number;
  message: string | undefined;
}

function holds(rule: Omit<ReasonRule, "reason">, { code, status, message }: Said): boolean {
  if (rule.code !== undefined && rule.code !== code) return false;
  if (rule.status !== undefined && rule.status !== status) return false;
  return rule.message === undefined || (message !== undefined && new RegExp(rule.message, "iu").test(message));
}

function codeOf(contract: ReplyContract, reply: AnyReply): string | undefined {
  const code = contract.code && at(contract.code, reply);
  const isCode = typeof code === "number" || (typeof code === "string" && code !== "");
  return isCode ? String(code) : undefined;
}

function messageOf({ message }: ReplyContract, reply: AnyReply): string | undefined {
  return message?.map((place) => textAt(place, reply)).find((text) => text !== undefined);
}

function httpTexts(status: number): { code: string; message: string } {
  return { code: String(status), message: `HTTP ${status}` };
}

/** Whether a status is the one that a document lists, such as `401` or `4XX`. */
function isStatus(listed: string, status: number): boolean {
  return listed === String(status) || listed === `${Math.floor(status / 100)}XX`;
}
