import type { DocumentedLogin } from "../openapi/login.ts";
import { callOf, stakeOf } from "../openapi/stake.ts";
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
    const planned = { name, probe, ...stakes(probe, login) };
    const why = refusalOf(planned, asked, consents);
    if (why !== undefined) unasked.push({ name, probe, why });
    else asked.set(name, planned);
  };
  for (const [name, probe] of sorted) visit(name, probe);
  return { asked: [...asked.values()], unasked };
}

function refusalOf(
  { name, probe: { consent, call, after }, counts }: PlannedProbe,
  asked: ReadonlyMap<string, PlannedProbe>,
  { tokens, risks, readingPath }: Consents,
): string | undefined {
  if (consent === "token" && !tokens) return "has a token issued, or may end one: --tokens";
  if (consent === "risk" && !risks.includes(name)) return `may cost the account: --risk ${name}`;
  if (call && readingPath === undefined) return "needs a path that can be read with a token: --read <path>";
  if (after !== undefined && !asked.has(after)) return `needs the token of ${after}, which is not asked`;
  const failing = counts === "own" && [...asked.values()].find((each) => each.counts === "own");
  if (failing) return `would be a second failed login beside ${failing.name}: ask it alone, on another day`;
  return undefined;
}

/** What a service will count: what an author calls a risk is one, whatever it sends. */
function stakes(probe: Probe, login: DocumentedLogin): Pick<PlannedProbe, "counts" | "logsIn"> {
  const call = callOf(probe, login);
  const stake = call ? stakeOf(probe, call) : "nothing";
  const logsIn = stake === "login";
  const isOwn = stake === "own account" || (probe.consent === "risk" && !logsIn);
  if (isOwn) return { counts: "own", logsIn };
  return { counts: stake === "nobody" ? "nobody" : "none", logsIn };
}
