import { pointer } from "../openapi/document.ts";
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
