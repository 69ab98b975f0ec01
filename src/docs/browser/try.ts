import type { Grant } from "../../login/grant.ts";
import { judge, judgeRefresh } from "../../login/judge.ts";
import type { AnyReply } from "../../login/place.ts";
import { endOf, tokenHeader } from "../../login/token.ts";
import type { TryWords } from "../words.ts";
import type { TriedContract, TriedScenario, TryData, TryModule } from "./data.ts";

export const send: TryModule["send"] = async (data, name, row) => {
  const scenario = data.scenarios[name];
  const words = data.words[document.documentElement.lang];
  // The page is of an older build than this script.
  if (!scenario || !words) return location.reload();
  const old = row.nextElementSibling;
  if (old?.classList.contains("answer")) old.remove();
  const answer = element("div", "answer", words.sending);
  answer.setAttribute("role", "status");
  row.after(answer);
  const { method, path, headers, body } = scenario.request;
  try {
    const reply = await fetch(location.origin + path, { method, headers, ...(body !== undefined && { body }) });
    answer.replaceChildren(...(await shown(data, scenario, reply, words)));
  } catch (error) {
    answer.remove();
    throw error;
  }
  const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  answer.scrollIntoView({ block: "nearest", behavior: isReduced ? "auto" : "smooth" });
};

/** Status, the headers that matter, the body, and what `x-login` makes of them. */
async function shown(
  { contracts }: TryData,
  scenario: TriedScenario,
  reply: Response,
  words: TryWords,
): Promise<HTMLElement[]> {
  const text = await reply.text();
  const headers = ["x-mock-scenario", "content-type", "retry-after", ...scenario.headers].flatMap((name) => {
    const value = reply.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const body = parsed(text);
  const code = element("code", "", [...headers, "", pretty(body)].join("\n"));
  const block = element("pre", "");
  block.append(code);
  const contract = contracts[scenario.contract ?? ""];
  const said = contract ? verdict(contract, { status: reply.status, headers: reply.headers, body }, words) : [];
  return [
    element("b", "", `HTTP ${reply.status}`),
    block,
    ...(said.length > 0 ? [element("b", "", words.judged)] : []),
    ...said.map(({ text, className = "" }) => element("p", className, text)),
  ];
}

interface Line {
  text: string;
  className?: "good" | "bad";
}

/** What `x-login` makes of a reply, in lines: the same judgement as the package's. */
function verdict({ reply: contract, isRefresh, header }: TriedContract, reply: AnyReply, words: TryWords): Line[] {
  try {
    const judgement = isRefresh ? judgeRefresh(contract, reply) : judge(contract, reply);
    if (!judgement.ok) return [{ text: filled(words.refusal, { ...judgement }), className: "bad" }];
    const { grant } = judgement;
    const success: Line = { text: words.success, className: "good" };
    if (grant.value === undefined) return [success, { text: words.extended }];
    const { name, value } = tokenHeader(header, grant.value);
    return [success, { text: endText(grant, words) }, { text: `${words.carries} ${name}: ${value}` }];
  } catch {
    return [{ text: words.noOutcome, className: "bad" }];
  }
}

function endText(grant: Grant, words: TryWords): string {
  if (grant.lifetime !== undefined) return filled(words.ends, { seconds: grant.lifetime / 1000 });
  const end = endOf(grant, Date.now());
  return end === undefined ? words.noEnd : filled(words.endsAt, { date: new Date(end).toISOString() });
}

function filled(text: string, values: Record<string, unknown>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function pretty(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body, undefined, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
