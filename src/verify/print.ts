import type { Plan } from "./plan.ts";
import type { Verdict } from "./verdicts.ts";

/** What will be sent, before anything is. */
export function planText(api: string, { asked, unasked }: Plan): string {
  const counted = (counts: string) => asked.filter((each) => each.counts === counts).length;
  const logsIn = asked.some((each) => each.logsIn);
  const ifWrong = logsIn
    ? " One more of your account, if the credentials that you gave are wrong; then no other login follows."
    : "";
  const lines = asked.map(({ name, probe }) => `  ${probe.consent.padEnd(6)} ${name}: ${probe.summary}`);
  const others = unasked.map(({ name, why }) => `  ${name} ${why}`);
  return [
    `${requests(asked.length)} to the service of ${api}, each once:`,
    ...lines,
    ...(others.length > 0 ? ["Not asked:", ...others] : []),
    `Failed logins that this may count as: ${counted("own")} of your account, ${counted("nobody")} of users that do not exist.${ifWrong}`,
  ].join("\n");
}

function requests(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

/** The verdicts for people: what was contradicted first, with what to change. */
export function verdictText(verdicts: readonly Verdict[]): string {
  const of = (verdict: Verdict["verdict"]) => verdicts.filter((each) => each.verdict === verdict);
  const contradicted = of("contradicted");
  const held = of("held");
  const notReached = of("not reached");
  const blocks = [
    section(
      "Contradicted: write what was seen in place of what the document says, and in place of x-provenance and x-verify",
      contradicted,
    ),
    section("Held: in place of x-provenance and x-verify write", held),
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
