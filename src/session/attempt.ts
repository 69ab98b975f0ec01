import { LoginError } from "../errors.ts";
import { buildRequest, type Call } from "../http/call.ts";
import { exchange, type Reply } from "../http/exchange.ts";
import type { Connection } from "../http/options.ts";
import type { Api } from "../login/contract.ts";
import { secretsOf, withoutSecrets } from "../login/credentials.ts";
import type { Grant } from "../login/grant.ts";
import { type Judgement, judge, judgeRefresh } from "../login/judge.ts";
import type { RefusalReason } from "../login/outcome.ts";
import { refreshCall } from "../login/refresh.ts";
import { endOf } from "../login/token.ts";
import { type Attempt, type HeldToken, newId, type RecordEvent, type Row, type Why } from "../store/record.ts";

/** What an attempt is made with. */
export interface AttemptMeans<Credentials extends object> {
  api: Api<Credentials>;
  connection: Connection;
  credentials: Credentials;
  /** Milliseconds that a token lasts where nothing says so. */
  lifetime: number | undefined;
  clock: () => number;
  /** Told of every request, with its duration in milliseconds. */
  observe: (
    type: "login" | "renewal",
    duration: number,
    outcome: "success" | RefusalReason | LoginError["code"],
  ) => void;
}

export type Outcome = Extract<RecordEvent, { type: "granted" | "failed" }>;

/** A reply and what it comes to; or what kept it from coming. */
interface Answer<Granted = Grant> {
  judgement?: Judgement<unknown, Granted>;
  error?: LoginError;
  reply?: Reply;
}

/** The codes that the runtimes have for a connection that was never made, and for a name that does not exist. */
const unsentCodes = [
  // Node.js, undici
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  // Bun
  "ConnectionRefused",
  "FailedToOpenSocket",
  "DNSException",
];

/** The request of a login. Throws where the credentials cannot be sent. */
export function checkSendable<Credentials extends object>(
  { api, connection }: Pick<AttemptMeans<Credentials>, "api" | "connection">,
  credentials: Credentials,
): void {
  buildRequest(connection, api.login.request(credentials));
}

/**
 * Sends what brings a token, once it has been claimed: the refresh token of `refreshed`, else the password, or the
 * password after the service refused the other. `isRejected` says whether a token is rejected by now. Never rejects.
 */
export async function obtain<Credentials extends object>(
  means: AttemptMeans<Credentials>,
  { id: attempt, until }: Attempt,
  refreshed: HeldToken | undefined,
  isRejected: (token: HeldToken) => boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const { api, connection, credentials, clock } = means;
  const start = clock();
  const isTooLate = start + connection.timeout > until;
  if (isTooLate) return neverSent(attempt, refreshed);
  if (refreshed) {
    const outcome = await refresh(means, attempt, refreshed, isRejected, signal);
    if (outcome) return outcome;
  }
  const left = connection.timeout - Math.max(0, clock() - start);
  if (left <= 0) return failure(attempt, { error: new LoginError("timeout") }, clock());
  const call = api.login.request(credentials);
  const answer = await ask(means, "login", call, left, signal, (reply) => judge(api.login, reply));
  if (!answer.judgement?.ok) return failure(attempt, masked(answer, secretsOf(api, credentials)), clock());
  return grantedBy(means, attempt, answer.judgement.grant, answer, undefined);
}

/** Renews without the password; gives nothing where that was refused, or would only extend a rejected token. */
async function refresh<Credentials extends object>(
  means: AttemptMeans<Credentials>,
  attempt: string,
  held: HeldToken,
  isRejected: (token: HeldToken) => boolean,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { api, connection, credentials, clock } = means;
  const contract = api.refresh;
  if (!contract || !held.refresh) return undefined;
  const refreshToken = held.refresh.value;
  const call = refreshCall({ ...api, refresh: contract }, { token: held.value, refreshToken }, credentials);
  const answer = await ask(means, "renewal", call, connection.timeout, signal, (reply) =>
    judgeRefresh(contract, reply),
  );
  const { judgement } = answer;
  if (!judgement?.ok) {
    const failed = failure(
      attempt,
      masked(answer, [refreshToken, held.value, ...secretsOf(api, credentials)]),
      clock(),
    );
    if (failed.row === "unsent") return { ...failed, unspent: held };
    return failed.row === "unanswered" ? failed : undefined;
  }
  const brings = { value: held.value, refresh: { value: refreshToken }, ...judgement.grant };
  const isOnlyExtended = brings.value === held.value;
  if (isOnlyExtended && isRejected(held)) return undefined;
  return grantedBy(means, attempt, brings, answer, held);
}

async function ask<Credentials extends object, Granted>(
  { connection, clock, observe }: AttemptMeans<Credentials>,
  type: "login" | "renewal",
  call: Call,
  timeout: number,
  signal: AbortSignal,
  read: (reply: Reply) => Judgement<unknown, Granted>,
): Promise<Answer<Granted>> {
  const start = clock();
  let reply: Reply | undefined;
  try {
    reply = await exchange({ ...connection, timeout }, buildRequest(connection, call), signal);
    const judgement = read(reply);
    observe(type, Math.max(0, clock() - start), judgement.ok ? "success" : judgement.reason);
    return { judgement, reply };
  } catch (thrown) {
    const error = thrown instanceof LoginError ? thrown : new LoginError("unexpected_reply");
    observe(type, Math.max(0, clock() - start), error.code);
    return reply ? { error, reply } : { error };
  }
}

function masked<Granted>(answer: Answer<Granted>, secrets: readonly string[]): Answer<Granted> {
  const { judgement } = answer;
  return judgement && !judgement.ok ? { ...answer, judgement: withoutSecrets(judgement, secrets) } : answer;
}

function grantedBy<Credentials extends object>(
  { clock, lifetime }: AttemptMeans<Credentials>,
  attempt: string,
  grant: Grant & { value: string },
  answer: Answer<unknown>,
  renewed: HeldToken | undefined,
): Outcome {
  const now = clock();
  const isExtended = grant.value === renewed?.value;
  const life = lifetime ?? (isExtended ? lifeOf(renewed) : undefined);
  const end = endOf(grant, now) ?? (life === undefined ? undefined : now + life);
  if (end !== undefined && end <= now) {
    return failure(attempt, { ...answer, error: new LoginError("unexpected_reply", "the token has ended") }, now);
  }
  const token: HeldToken = { id: newId(), value: grant.value, from: now, ...(end !== undefined && { end }) };
  if (grant.refresh) token.refresh = refreshTokenOf(grant.refresh, renewed, now);
  return { type: "granted", attempt, token, ...(renewed && isExtended && { extends: renewed.id }) };
}

function lifeOf(token: HeldToken | undefined): number | undefined {
  return token?.end === undefined ? undefined : token.end - token.from;
}

/** One that was sent and came back, or was kept, is as old as it was. */
function refreshTokenOf(
  { value, ...ending }: NonNullable<Grant["refresh"]>,
  renewed: HeldToken | undefined,
  now: number,
): NonNullable<HeldToken["refresh"]> {
  const isSame = renewed?.refresh?.value === value;
  const end = endOf(ending, now) ?? (isSame ? renewed?.refresh?.end : undefined);
  return { value, ...(end !== undefined && { end }) };
}

/** An attempt that was claimed, and is not sent after all. */
export function neverSent(attempt: string, held: HeldToken | undefined): Outcome {
  const failed = { type: "failed", attempt, row: "unsent", why: { code: "timeout" }, jitter: 0 } as const;
  return held ? { ...failed, unspent: held } : failed;
}

function failure(
  attempt: string,
  { judgement, error = new LoginError("unexpected_reply"), reply }: Answer<unknown>,
  now: number,
): Extract<Outcome, { type: "failed" }> {
  const refusal = judgement && !judgement.ok ? judgement : undefined;
  const retryAfter = retryAfterOf(reply, now);
  return {
    type: "failed",
    attempt,
    row: refusal ? rowOfRefusal(refusal.reason) : rowOfError(error),
    why: refusal ? { code: "refused", detail: refusal.reason, outcome: refusal } : whyOfError(error),
    ...(retryAfter !== undefined && { retryAfter }),
    jitter: Math.random(),
  };
}

export function whyOfError({ code, message, cause }: LoginError): Why {
  const detail = message.slice(code.length + 2);
  return { code, ...(detail && { detail }), ...(cause !== undefined && { cause }) };
}

function rowOfRefusal(reason: RefusalReason): Row {
  if (reason === "invalid_credentials") return "credentials";
  return reason === "server_error" || reason === "rate_limited" ? "unanswered" : "refused";
}

function rowOfError(error: LoginError): Row {
  if (error.code !== "network") return "unanswered";
  if (unsentCodes.some((code) => error.message === `network: ${code}`)) return "unsent";
  const isOffline = globalThis.navigator?.onLine === false;
  return isOffline ? "unsent" : "unanswered";
}

/** The milliseconds that a reply asks to wait: in seconds, or as a date, which the reply's own `Date` is held against. */
function retryAfterOf(reply: Reply | undefined, now: number): number | undefined {
  const text = reply?.headers.get("retry-after") ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Some platforms find a date in any text with a number.
  const instant = text.endsWith("GMT") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) return undefined;
  const date = Date.parse(reply?.headers.get("date") ?? "");
  return Math.max(0, instant - (Number.isNaN(date) ? now : date));
}
