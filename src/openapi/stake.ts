import type { DocumentedCall, DocumentedLogin } from "./login.ts";
import type { Consent, Probe, Substitute } from "./verification.ts";

/** The operation that a probe calls, and what it does there. */
export interface ProbedCall {
  documented: DocumentedCall;
  kind: "login" | "refresh";
}

/** What a probe calls; nothing, where its operation neither logs in nor renews, or it calls none. */
export function callOf({ operation, after, credentials = {} }: Probe, login: DocumentedLogin): ProbedCall | undefined {
  if (operation === undefined) return undefined;
  const { refresh } = login;
  const mayLogIn = idOf(login) === operation;
  const mayRenew = refresh !== undefined && idOf(refresh) === operation;
  // Of an operation that does both, a refresh is what follows a login, or says what becomes of its refresh token.
  const isRefresh = mayRenew && (!mayLogIn || after !== undefined || "refreshToken" in credentials);
  if (isRefresh) return { documented: refresh, kind: "refresh" };
  return mayLogIn ? { documented: login, kind: "login" } : undefined;
}

function idOf({ operation }: DocumentedCall): string | undefined {
  return operation.operation.operationId;
}

/**
 * What a service makes of a probe that it answers as documented: a login with the reader's own credentials, a failed login
 * of the reader's own account, one of a user that does not exist, or none of these.
 */
export type Stake = "login" | "own account" | "nobody" | "nothing";

/** What is at stake in a probe; where it is not certain, the worst. */
export function stakeOf(probe: Probe, { documented, kind }: ProbedCall): Stake {
  const isBodyDropped = probe.body !== undefined || probe.method === "get";
  const sent = documented.credentials
    .filter(({ name }) => name !== "refreshToken")
    .map(({ name, secret, place }) => {
      const isDropped = isBodyDropped && place.in === "body";
      return { secret, as: isDropped ? "absent" : (probe.credentials?.[name] ?? "own") };
    }) satisfies { secret: boolean; as: Substitute | "own" }[];
  const isWhole = sent.every(({ as }) => as === "own");
  if (isWhole) return kind === "login" ? "login" : "nothing";

  const isOwn = ({ as }: { as: string }) => as === "own";
  const names = sent.filter(({ secret }) => !secret);
  // A right password beside what does not belong to it is counted as a wrong one is.
  const sendsOwnSecret = sent.some((each) => each.secret && isOwn(each));
  const namesOwnAccount = names.length > 0 && names.every(isOwn);
  if (sendsOwnSecret || namesOwnAccount) return "own account";
  const isComplete = !isBodyDropped && sent.every(({ as }) => as === "own" || as === "invented");
  return kind === "login" && isComplete ? "nobody" : "nothing";
}

const order: readonly Consent[] = ["safe", "token", "risk"];

/** Whether a consent is enough where another is needed. */
export function isEnough(given: Consent, needed: Consent): boolean {
  return order.indexOf(given) >= order.indexOf(needed);
}

/** The least that a sender of a probe must agree to, and why. */
export function neededConsent(probe: Probe, call: ProbedCall): { consent: Consent; why: string } {
  const stake = stakeOf(probe, call);
  if (stake === "own account")
    return {
      consent: "risk",
      why: "This probe sends a wrong or no password for the reader's own account, or the reader's own beside what does not belong to it",
    };
  if (stake === "login") return { consent: "token", why: "This probe logs in" };
  if (probe.after !== undefined) return { consent: "token", why: "This probe follows one that has a token issued" };
  return { consent: "safe", why: "" };
}
