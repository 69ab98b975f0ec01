import { type OpenApiDocument, pointer } from "../openapi/document.ts";
import type { Condition, Inference } from "../openapi/verification.ts";
import type { Asked } from "./ask.ts";
import type { Plan } from "./plan.ts";
import type { Finding } from "./verdict.ts";

/** What asking a service made of one inference. */
export interface Verdict {
  /** Where it stands: file, line and column. */
  place: string;
  /** The same as a JSON Pointer. */
  pointer: string;
  reason: string;
  verdict: Finding["verdict"];
  /** The probe that settled it. */
  probe?: string;
  /** What was seen; or why nothing was. */
  seen: string;
  /** Of a contradiction: what the document says instead, as it stands there. */
  documented?: Condition;
  /** What to write beside the place's reason in place of its `x-provenance`. */
  observed?: { "x-provenance": "observed"; "x-observed": string };
}

/** What all replies make of each inference: a contradiction outweighs all else, and what was held what was not reached. */
export function verdictsOf(
  inferences: readonly Inference[],
  { asked, unasked }: { asked: readonly Asked[]; unasked: Plan["unasked"] },
  placeOf: (at: Inference["at"]) => string,
  today: string,
): Verdict[] {
  const findings = asked.flatMap(({ name, findings: own }) => own.map((finding) => ({ ...finding, probe: name })));
  const silent = new Map([
    ...unasked.map(({ name, why }) => [name, `${name} was not asked: ${why}`] as const),
    ...asked.flatMap(({ name, nothing }) => (nothing ? [[name, `${name}: ${nothing}`] as const] : [])),
  ]);
  return inferences.map((inference) => {
    const { at, reason, settlements, unsettled } = inference;
    const place = pointer(at);
    const own = findings.filter((finding) => finding.inference === place);
    const decisive =
      own.find(({ verdict }) => verdict === "contradicted") ?? own.find(({ verdict }) => verdict === "held");
    const head = { place: placeOf(at), pointer: place, reason: oneLine(reason) };
    if (decisive) {
      const { inference: _, ...finding } = decisive;
      return { ...head, ...finding, observed: { "x-provenance": "observed", "x-observed": today } };
    }
    const why =
      own[0]?.seen ?? settlements.map(({ probe }) => silent.get(probe)).find((text) => text !== undefined) ?? unsettled;
    return { ...head, verdict: "not reached", seen: why ?? "nothing settles it" };
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What will be sent, before anything is. */
export function planText(api: string, { asked, unasked }: Plan): string {
  const counted = (counts: string) => asked.filter((each) => each.counts === counts).length;
  const lines = asked.map(({ name, probe }) => `  ${probe.consent.padEnd(6)} ${name}: ${probe.summary}`);
  const others = unasked.map(({ name, why }) => `  ${name} ${why}`);
  return [
    `${requests(asked.length)} to the service of ${api}, each once:`,
    ...lines,
    ...(others.length > 0 ? ["Not asked:", ...others] : []),
    `Failed logins that this may count as: ${counted("own")} of your account, ${counted("nobody")} of users that do not exist.`,
  ].join("\n");
}

function requests(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

/** The verdicts for people: what was contradicted first, with what to change. */
export function verdictText(verdicts: readonly Verdict[]): string {
  const of = (verdict: Finding["verdict"]) => verdicts.filter((each) => each.verdict === verdict);
  const contradicted = of("contradicted");
  const held = of("held");
  const notReached = of("not reached");
  const blocks = [
    section("Contradicted: write what was seen in place of what the document says, with", contradicted),
    section("Held: in place of x-provenance write", held),
    section("Not reached", notReached),
  ];
  const figures = `${contradicted.length} contradicted, ${held.length} held, ${notReached.length} not reached`;
  return [...blocks.filter((block) => block !== ""), figures].join("\n\n");
}

function section(title: string, verdicts: readonly Verdict[]): string {
  const [first] = verdicts;
  if (!first) return "";
  const yaml = Object.entries(first.observed ?? {}).map(([name, value]) => `    ${name}: "${value}"`);
  return [`${title}${yaml.length > 0 ? ":" : ""}`, ...yaml, ...verdicts.map(lineOf)].join("\n");
}

function lineOf({ place, reason, seen, documented }: Verdict): string {
  const instead = documented === undefined ? "" : `\n      the document says ${JSON.stringify(documented)}`;
  return `  ${place}: ${reason}\n      seen: ${seen}${instead}`;
}

/** What a journal belongs to: an API and what its document asks. */
export function subjectOf(api: string, document: OpenApiDocument): string {
  return `${api} ${document.info.version ?? ""}`.trim();
}
