import type { DocumentedLogin } from "../openapi/login.ts";
import type { Probe } from "../openapi/verification.ts";

/** What the reader has agreed to. */
export interface Consents {
  /** Probes that have a token issued, or may end one. */
  tokens: boolean;
  /** Names of probes that count as a failed login of an account, or worse. */
  risks: readonly string[];
  /** A path that a reading call can be made to. */
  readingPath?: string;
}

/** What will be asked, in this order, and what will not, and why. */
export interface Plan {
  asked: PlannedProbe[];
  unasked: { name: string; probe: Probe; why: string }[];
}

export interface PlannedProbe {
  name: string;
  probe: Probe;
  /** What the service will count: a failed login of the reader's own account, of nobody's, or none. */
  counts: "own" | "nobody" | "none";
  /** Logs in with nothing but the reader's own credentials. */
  logsIn: boolean;
}

/** Orders the probes that the reader agrees to: safe ones first, the risks last, and none before the one that it follows. */
export function plan(probes: ReadonlyMap<string, Probe>, login: DocumentedLogin, consents: Consents): Plan {
  const unasked: Plan["unasked"] = [];
  const asked = new Map<string, PlannedProbe>();
  const order = ["safe", "token", "risk"];
  const sorted = [...probes].sort(([, a], [, b]) => order.indexOf(a.consent) - order.indexOf(b.consent));
  const visit = (name: string, probe: Probe): void => {
    if (asked.has(name) || unasked.some((each) => each.name === name)) return;
    const before = probe.after === undefined ? undefined : probes.get(probe.after);
    if (probe.after !== undefined && before) visit(probe.after, before);
    const why = refusalOf(name, probe, asked, consents);
    if (why !== undefined) unasked.push({ name, probe, why });
    else asked.set(name, { name, probe, counts: countsOf(probe, login), logsIn: logsIn(probe, login) });
  };
  for (const [name, probe] of sorted) visit(name, probe);
  return { asked: [...asked.values()], unasked };
}

function refusalOf(
  name: string,
  { consent, call, after }: Probe,
  asked: ReadonlyMap<string, PlannedProbe>,
  { tokens, risks, readingPath }: Consents,
): string | undefined {
  if (consent === "token" && !tokens) return "has a token issued, or may end one: --tokens";
  if (consent === "risk" && !risks.includes(name)) return `may cost the account: --risk ${name}`;
  if (call && readingPath === undefined) return "needs a path that can be read with a token: --read <path>";
  if (after !== undefined && !asked.has(after)) return `needs the token of ${after}, which is not asked`;
  return undefined;
}

/** Whether a probe sends the login with all the credentials of the reader's own. */
function logsIn({ operation, method, body, credentials = {} }: Probe, login: DocumentedLogin): boolean {
  const isLogin = operation === login.operation.operation.operationId && method === undefined && body === undefined;
  return isLogin && Object.keys(credentials).length === 0;
}

/** Whose failed login a probe is, where it is one: with the reader's own name in it, the reader's. */
function countsOf(probe: Probe, login: DocumentedLogin): PlannedProbe["counts"] {
  const { operation, method, body, consent, credentials = {} } = probe;
  const isLogin = operation === login.operation.operation.operationId && method === undefined && body === undefined;
  const substitutes = Object.values(credentials);
  const isComplete = substitutes.every((substitute) => substitute === "invented");
  if (!isLogin || substitutes.length === 0 || !isComplete) return "none";
  return consent === "risk" ? "own" : "nobody";
}
